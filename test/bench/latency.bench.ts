import { type Bench, type BenchOptions, measureMs } from "#test/bench/parts/bench.ts";
import { type BenchServer, withBenchServer } from "#test/bench/parts/database.ts";
import { writeLiveRoutes } from "#test/bench/parts/live-routes.ts";
import { runGateway, runNaiveRelay } from "#test/bench/parts/relay-run.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";

const PAIRS = 20_000;
const RATES = [100, 1_000, 5_000, 20_000];
/** The carrier's own: it does not hold texts back unless we are more than this behind. */
const WINDOW = 4_000;
/** Above this node-smpp falls behind for good, so that there is no latency to speak of. */
const NAIVE_RATE_MAX = 5_000;

/** From the carrier's deliver_sm to our submit_sm, at fixed rates; beside node-smpp, which stores nothing. */
export const latencyBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const naive = RATES.filter((rate) => rate <= NAIVE_RATE_MAX);
  const ms = measureMs(options, (RATES.length + naive.length) * rounds);
  await server.create("routes").then((url) => writeLiveRoutes(url, PAIRS));
  const samples = new Map<string, Sample[]>();
  const problems: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    for (const rate of RATES) {
      const run = { pairs: PAIRS, window: WINDOW, rate, measureMs: ms };
      const measured = [
        ["durable", () => server.onCopy("routes", (url) => runGateway(server, url, { ...run, profileDir }))],
        ...(naive.includes(rate)
          ? [["node-smpp in memory", () => runNaiveRelay({ ...run, window: 100 })] as const]
          : []),
      ] as const;
      for (const [what, measure] of measured) {
        const { sample, problems: found } = await measure();
        const variant = `${what}, ${rate}/s`;
        samples.set(variant, [...(samples.get(variant) ?? []), sample]);
        problems.push(...found);
        say(
          `${variant}: p50 ${sample.latency?.p50Ms.toFixed(2)} ms, p99 ${sample.latency?.p99Ms.toFixed(1)} ms`,
        );
      }
    }
  }
  const results = [...samples].map(([variant, each]) => resultOf(variant, each));
  return { name: "latency", results, ratios: {}, problems };
};
