/** `npm run bench -- NAME [--json] [--profile] [--seconds N] [--rounds N]`: what the system does a second, beside what others do. */
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Bench } from "#test/bench/parts/bench.ts";
import { summariseProfiles } from "#test/bench/parts/profile.ts";
import { toJson, toTable } from "#test/bench/parts/report.ts";

const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  relay: async () => (await import("./relay.bench.ts")).relayBench,
  rules: async () => (await import("./rules.bench.ts")).rulesBench,
  receipts: async () => (await import("./receipts.bench.ts")).receiptsBench,
  pool: async () => (await import("./pool.bench.ts")).poolBench,
  open: async () => (await import("./open.bench.ts")).openBench,
  routes: async () => (await import("./routes.bench.ts")).routesBench,
  webhook: async () => (await import("./webhook.bench.ts")).webhookBench,
  webhooks: async () => (await import("./webhooks.bench.ts")).webhooksBench,
  events: async () => (await import("./events.bench.ts")).eventsBench,
  broadcast: async () => (await import("./broadcast.bench.ts")).broadcastBench,
  latency: async () => (await import("./latency.bench.ts")).latencyBench,
  cost: async () => (await import("./cost.bench.ts")).costBench,
  steady: async () => (await import("./steady.bench.ts")).steadyBench,
  console: async () => (await import("./console.bench.ts")).consoleBench,
};

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: "boolean", default: false },
    profile: { type: "boolean", default: false },
    seconds: { type: "string", default: "50" },
    rounds: { type: "string", default: "3" },
  },
});
const [name = ""] = positionals;
const load = benches[name];
if (load === undefined || positionals.length !== 1) {
  console.error(
    `Usage: npm run bench -- ${Object.keys(benches).join("|")} [--json] [--profile] [--seconds N] [--rounds N]`,
  );
  process.exit(2);
}
const profileDir = values.profile ? await mkdtemp(join(tmpdir(), "sms-proxy-profile-")) : undefined;
const bench = await load();
const report = await bench({
  seconds: Number(values.seconds),
  rounds: Number(values.rounds),
  profileDir,
  say: (line) => console.error(`  ${line}`),
});
console.log(toTable(report));
if (profileDir !== undefined) console.log(await summariseProfiles(profileDir));
if (values.json) console.log(toJson(report));
process.exit(report.problems.length === 0 ? 0 : 1);
