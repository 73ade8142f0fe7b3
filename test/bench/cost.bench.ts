import { setTimeout as pause } from "node:timers/promises";
import { startApi } from "#test/bench/parts/api.ts";
import type { Bench, BenchOptions } from "#test/bench/parts/bench.ts";
import { startChild } from "#test/bench/parts/child.ts";
import { cpuMicros } from "#test/bench/parts/cpu.ts";
import { type BenchServer, withBenchServer } from "#test/bench/parts/database.ts";
import { databaseWork, workPerText } from "#test/bench/parts/database-work.ts";
import { writeLiveRoutes } from "#test/bench/parts/live-routes.ts";
import { type Measured, runGateway, runNaiveRelay } from "#test/bench/parts/relay-run.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";
import { startSandbox } from "#test/bench/parts/sandbox.ts";

const PAIRS = 20_000;
const SMPP_RATES = [10, 50, 250, 1_000, 5_000, 20_000];
const HTTP_RATES = [10, 50, 250, 1_000];
/** Above this node-smpp falls behind for good. */
const NAIVE_RATE_MAX = 5_000;
const WINDOW = 4_000;
const CONNECTIONS = 50;
/** Code is compiled and what is asked once is at hand by then. */
const WARM_MS = 3_000;
/** After its start, until a process only waits. */
const SETTLED_MS = 10_000;
const REST = "sandbox at rest";

/**
 * What a text costs at ordinary rates: CPU of each process, commits, WAL, and how long it takes; beside node-smpp in memory. And what the
 * sandbox uses while nothing happens. `--seconds` is for each single measurement here, at least six.
 */
export const costBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = Math.max(6_000, Math.min(20_000, options.seconds * 1_000));
  await server.create("routes").then((url) => writeLiveRoutes(url, PAIRS));
  const samples = new Map<string, Sample[]>();
  const problems: string[] = [];
  const keep = (variant: string, { sample, problems: found }: Measured): void => {
    samples.set(variant, [...(samples.get(variant) ?? []), sample]);
    problems.push(...found);
    say(`${variant}: ${costsOf(sample)}`);
  };
  for (let round = 1; round <= rounds; round += 1) {
    keep(REST, await atRest(ms));
    for (const rate of SMPP_RATES) {
      const run = { pairs: PAIRS, window: WINDOW, rate, measureMs: ms };
      keep(
        `SMPP ${rate}/s`,
        await server.onCopy("routes", (url) => runGateway(server, url, { ...run, profileDir })),
      );
      if (rate <= NAIVE_RATE_MAX) keep(`node-smpp ${rate}/s`, await runNaiveRelay({ ...run, window: 100 }));
    }
    for (const rate of HTTP_RATES)
      keep(`HTTP ${rate}/s`, await server.onCopy("routes", (url) => overHttp(server, url, rate, ms)));
  }
  const results = [...samples].map(([variant, each]) => resultOf(variant, each));
  return { name: "cost", results, ratios: {}, problems };
};

/** One "message" is a second here, so that the CPU is that of a second. */
const atRest = async (ms: number): Promise<Measured> => {
  const sandbox = await startSandbox(30);
  try {
    await pause(SETTLED_MS);
    const reading = () => ({ node: cpuMicros(sandbox.pid), postgres: cpuMicros(sandbox.postgresPid) });
    const before = reading();
    await pause(ms);
    const after = reading();
    const postgres = after.postgres - before.postgres;
    const gateway = after.node - before.node - (sandbox.hasPostgresAsChild ? postgres : 0);
    const seconds = ms / 1_000;
    const percent = (100 * (gateway + postgres)) / (ms * 1_000);
    return {
      sample: {
        messages: seconds,
        seconds,
        cpuMicros: { gateway, postgres },
        notes: { "% of a core": percent },
      },
      problems: [],
    };
  } finally {
    await sandbox.stop();
  }
};

/** In and out over HTTP, from the webhook to its answer; each text is sent, too. */
const overHttp = async (server: BenchServer, url: string, rate: number, ms: number): Promise<Measured> => {
  const generator = startChild("test/bench/programs/webhook-generator.ts", [String(PAIRS)]);
  const carrier = `http://127.0.0.1:${await generator.heard<number>("port")}`;
  const { child, port } = await startApi(url, undefined, {
    ...{ VONAGE_API_KEY: "bench", VONAGE_API_SECRET: "bench-secret", HTTP_RATE: "5000" },
    ...{ VONAGE_REST_HOST: carrier, VONAGE_API_HOST: carrier },
  });
  try {
    const cast = { gateway: child.pid, postgres: server.pid };
    generator.tell({
      run: { port, connections: CONNECTIONS, rate, warmMs: WARM_MS, measureMs: ms, cast },
    });
    const work = await databaseWork(generator, url);
    const { sample } = await generator.heard<{ readonly sample: Sample }>("result");
    const notes = { ...sample.notes, ...workPerText(work, sample.messages) };
    return { sample: { ...sample, notes }, problems: [] };
  } finally {
    await child.end();
    await generator.end();
  }
};

const costsOf = ({ messages, cpuMicros: used, latency, notes }: Sample): string => {
  const cpu = Object.entries(used).map(([name, micros]) => `${name} ${(micros / messages).toFixed(0)} µs`);
  const commits = notes?.["commits a text"];
  const ends = latency ? [`p50 ${latency.p50Ms.toFixed(1)} ms, p99 ${latency.p99Ms.toFixed(1)} ms`] : [];
  return [...cpu, ...ends, ...(commits === undefined ? [] : [`${commits.toFixed(2)} commits`])].join(", ");
};
