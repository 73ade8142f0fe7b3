import { API_SECRET, startApi } from "#test/bench/parts/api.ts";
import { type Bench, type BenchOptions, measureMs } from "#test/bench/parts/bench.ts";
import { cpuOfAll } from "#test/bench/parts/cpu.ts";
import { type BenchServer, withBenchServer } from "#test/bench/parts/database.ts";
import { writeLiveRoutes, writeSilentRoutes } from "#test/bench/parts/live-routes.ts";
import { percentiles } from "#test/bench/parts/percentiles.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";

const SIZES = [
  { name: "no routes", routes: 0 },
  { name: "5 million routes", routes: 5_000_000 },
];

/** `GET /v1/pool` by one caller, again and again, with few and with many live routes: the first answer beside those after it. */
export const poolBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say } = options;
  const ms = measureMs(options, SIZES.length * rounds);
  const samples = new Map<string, Sample[]>(SIZES.map(({ name }) => [name, []]));
  const urls = new Map<string, string>();
  for (const { name, routes } of SIZES) {
    const url = await server.create(`routes_${routes}`);
    await writeLiveRoutes(url, 0);
    if (routes > 0) await writeSilentRoutes(url, routes);
    urls.set(name, url);
    say(`${name}: written`);
  }
  await server.settle();
  for (let round = 1; round <= rounds; round += 1) {
    for (const [name, url] of urls) {
      const sample = await askFor(server, url, ms);
      samples.get(name)!.push(sample);
      say(
        `${name}: first ${sample.notes?.firstMs?.toFixed(0)} ms, p99 ${sample.latency?.p99Ms.toFixed(1)} ms`,
      );
    }
  }
  const results = [...samples].map(([variant, each]) => resultOf(variant, each));
  return { name: "pool", results, ratios: {}, problems: [] };
};

const askFor = async (server: BenchServer, url: string, ms: number): Promise<Sample> => {
  const { child, port } = await startApi(url, undefined, { API_RATE: "100000" });
  const ask = async (): Promise<number> => {
    const askedAt = performance.now();
    const headers = { authorization: `Bearer ${API_SECRET}` };
    const answer = await fetch(`http://127.0.0.1:${port}/v1/pool`, { headers });
    if (!answer.ok) throw new Error(`The pool was not shown: ${answer.status} ${await answer.text()}`);
    await answer.arrayBuffer();
    return performance.now() - askedAt;
  };
  try {
    const firstMs = await ask();
    const cast = { api: child.pid, postgres: server.pid };
    const before = cpuOfAll(cast);
    const startedAt = performance.now();
    const latencies: number[] = [];
    while (performance.now() - startedAt < ms) latencies.push(await ask());
    const after = cpuOfAll(cast);
    return {
      messages: latencies.length,
      seconds: (performance.now() - startedAt) / 1_000,
      cpuMicros: Object.fromEntries(Object.entries(after).map(([name, at]) => [name, at - before[name]!])),
      latency: percentiles(latencies),
      notes: { firstMs },
    };
  } finally {
    await child.end();
  }
};
