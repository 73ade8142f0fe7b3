import { setTimeout as pause } from "node:timers/promises";
import { type Bench, type BenchOptions, WARM_MS } from "#test/bench/parts/bench.ts";
import { memoryOf } from "#test/bench/parts/cpu.ts";
import { type BenchServer, withBenchServer } from "#test/bench/parts/database.ts";
import { writeLiveRoutes } from "#test/bench/parts/live-routes.ts";
import { startGateway, startGenerator } from "#test/bench/parts/processes.ts";
import { type Report, resultOf } from "#test/bench/parts/report.ts";
import type { RunResult } from "#test/bench/parts/smsc.ts";

const PAIRS = 20_000;
const WINDOW = 1_000;
const SAMPLE_MS = 1_000;
const MEBIBYTE = 2 ** 20;
/** The first part of the time, in which buffers and caches grow to their size. */
const SETTLING = 0.25;

/** The memory of the gateway under full load: one long run instead of several short ones. */
export const steadyBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, { seconds, profileDir }: BenchOptions): Promise<Report> => {
  const url = await server.create("routes");
  await writeLiveRoutes(url, PAIRS);
  const generator = await startGenerator({ pairs: PAIRS, receipts: "with" });
  const gateway = startGateway({ databaseUrl: url, smscPort: generator.port, window: WINDOW, profileDir });
  try {
    await generator.child.heard("bound");
    const cast = { gateway: gateway.pid, postgres: server.pid };
    const measureMs = seconds * 1_000;
    generator.child.tell({ run: { window: WINDOW, rate: null, warmMs: WARM_MS, measureMs, cast } });
    const sizes: { readonly at: number; readonly bytes: number }[] = [];
    for (const began = performance.now(); performance.now() - began < measureMs; await pause(SAMPLE_MS)) {
      sizes.push({ at: (performance.now() - began) / 60_000, bytes: memoryOf(gateway.pid) });
    }
    const { messages, perSecond, cpuMicros, latency, findings } =
      await generator.child.heard<RunResult>("result");
    const settled = sizes.slice(Math.floor(sizes.length * SETTLING));
    const notes = {
      "MiB a minute": slope(settled) / MEBIBYTE,
      "MiB at most": Math.max(...sizes.map(({ bytes }) => bytes)) / MEBIBYTE,
      "MiB at the end": sizes.at(-1)!.bytes / MEBIBYTE,
    };
    const result = resultOf("durable", [
      { messages, seconds: messages / perSecond, cpuMicros, latency, notes },
    ]);
    const problems = findings.lost > 0 ? [`${findings.lost} lost`] : [];
    return { name: "steady", results: [result], ratios: {}, problems };
  } finally {
    await gateway.end();
    await generator.child.end();
  }
};

/** Bytes a minute, by least squares. */
const slope = (sizes: readonly { readonly at: number; readonly bytes: number }[]): number => {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const at = mean(sizes.map((each) => each.at));
  const bytes = mean(sizes.map((each) => each.bytes));
  const rise = sizes.reduce((sum, each) => sum + (each.at - at) * (each.bytes - bytes), 0);
  return rise / sizes.reduce((sum, each) => sum + (each.at - at) ** 2, 0);
};
