import { type Bench, type BenchOptions, measureMs } from "#test/bench/parts/bench.ts";
import { type BenchServer, withBenchServer } from "#test/bench/parts/database.ts";
import { writeLiveRoutes } from "#test/bench/parts/live-routes.ts";
import { type RawRunner, startRawRunner } from "#test/bench/parts/raw-runner.ts";
import {
  type Measured,
  runGateway,
  runNaiveRelay,
  runStorelessGateway,
} from "#test/bench/parts/relay-run.ts";
import { type Report, type Result, resultOf, type Sample } from "#test/bench/parts/report.ts";

const PAIRS = 20_000;
const WINDOWS = [10, 100, 1_000];
const VARIANTS = 4;

/** SMPP in, masked, SMPP out, receipts stored; beside node-smpp with a table in memory, the gateway without storage, and the statement alone. */
export const relayBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = measureMs(options, WINDOWS.length * VARIANTS * rounds);
  await server.create("routes").then((url) => writeLiveRoutes(url, PAIRS));
  const samples = new Map<string, Sample[]>();
  const problems: string[] = [];
  const keep = (variant: string, { sample, problems: found }: Measured): void => {
    samples.set(variant, [...(samples.get(variant) ?? []), sample]);
    problems.push(...found);
    say(`${variant}: ${(sample.messages / sample.seconds).toFixed(0)}/s`);
  };
  const raw = startRawRunner(PAIRS);
  for (let round = 1; round <= rounds; round += 1) {
    for (const window of WINDOWS) {
      const run = { pairs: PAIRS, window, rate: null, measureMs: ms };
      await server.onCopy("routes", async (url) => {
        keep(`durable, window ${window}`, await runGateway(server, url, { ...run, profileDir }));
      });
      keep(`node-smpp in memory, window ${window}`, await runNaiveRelay(run));
      keep(`nothing stored, window ${window}`, await runStorelessGateway(run));
      await server.onCopy("routes", async (url) => {
        keep(`statement alone, window ${window}`, await runRaw(raw, server, url, window, ms));
      });
    }
  }
  const results = [...samples].map(([variant, each]) => resultOf(variant, each));
  return { name: "relay", results, ratios: ratiosOf(results), problems };
};

/** A window is spread over as many batches as there are connections. */
const runRaw = async (
  raw: RawRunner,
  server: BenchServer,
  url: string,
  window: number,
  ms: number,
): Promise<Measured> => ({
  sample: await raw.run(url, Math.max(1, window / 2), ms, server.pid),
  problems: [],
});

const ratiosOf = (results: readonly Result[]): Record<string, number> => {
  const rate = (variant: string) => results.find((each) => each.variant === variant)?.perSecond ?? Number.NaN;
  const ratios: Record<string, number> = {};
  for (const window of WINDOWS) {
    const durable = rate(`durable, window ${window}`);
    ratios[`durable / node-smpp, window ${window}`] = durable / rate(`node-smpp in memory, window ${window}`);
    ratios[`durable / statement alone, window ${window}`] =
      durable / rate(`statement alone, window ${window}`);
  }
  return ratios;
};
