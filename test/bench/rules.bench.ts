import { Client } from "pg";
import type { ServiceRules } from "#core/domain/service-rules.ts";
import { type Bench, type BenchOptions, measureMs } from "#test/bench/parts/bench.ts";
import { type BenchServer, withBenchServer } from "#test/bench/parts/database.ts";
import { writeLiveRoutes } from "#test/bench/parts/live-routes.ts";
import { runGateway } from "#test/bench/parts/relay-run.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";

const PAIRS = 20_000;
const WINDOWS = [100, 1_000];

/** All that is looked at for each text, with limits that nobody here reaches. That an app is asked is another matter: it has its own time. */
const ALL_RULES: ServiceRules = {
  leaks: { phone: "mask", email: "mask", link: "block", handle: "mask", warn: true },
  limits: {
    perMinute: 1_000,
    perHour: 10_000,
    perDay: 10_000,
    sameTextTo: 100,
    sameLinkTo: 100,
    action: "hold",
  },
  quietHours: { from: "20:00", to: "08:00", days: ["sun"] },
  openings: { perHour: 1_000_000, perPrefix: 1_000_000 },
  notDelivered: true,
  delayNoticeAfterMs: 15 * 60_000,
  spendCap: 1_000_000,
};

/** The durable relay where the service has all rules, beside one that has none. */
export const rulesBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = measureMs(options, WINDOWS.length * 2 * rounds);
  await server.create("routes").then((url) => writeLiveRoutes(url, PAIRS));
  const samples = new Map<string, Sample[]>();
  const problems: string[] = [];
  for (let round = 1; round <= rounds; round += 1)
    for (const window of WINDOWS)
      for (const hasRules of [false, true])
        await server.onCopy("routes", async (url) => {
          if (hasRules) await giveRules(url);
          const run = { pairs: PAIRS, window, rate: null, measureMs: ms, profileDir };
          const { sample, problems: found } = await runGateway(server, url, run);
          const variant = `${hasRules ? "all" : "no"} rules, window ${window}`;
          samples.set(variant, [...(samples.get(variant) ?? []), sample]);
          problems.push(...found);
          say(`${variant}: ${(sample.messages / sample.seconds).toFixed(0)}/s`);
        });
  const results = [...samples].map(([variant, each]) => resultOf(variant, each));
  const rate = (variant: string) => results.find((each) => each.variant === variant)?.perSecond ?? Number.NaN;
  const ratios = Object.fromEntries(
    WINDOWS.map((window) => [
      `all rules / no rules, window ${window}`,
      rate(`all rules, window ${window}`) / rate(`no rules, window ${window}`),
    ]),
  );
  return { name: "rules", results, ratios, problems };
};

const giveRules = async (url: string): Promise<void> => {
  const client = new Client(url);
  await client.connect();
  await client.query("update service set rules = $1::jsonb", [JSON.stringify(ALL_RULES)]);
  await client.end();
};
