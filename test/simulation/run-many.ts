import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { SeedResult, SeedsOrder } from "./simulate-worker.ts";

/** Seeds given to a worker at once: much less to do than to tell. */
const SEEDS_AT_ONCE = 20;

export interface ManyRuns {
  readonly from: number;
  readonly runs: number;
  readonly steps: number;
  readonly workers?: number;
  advance(results: readonly SeedResult[]): void;
}

/** Runs worlds on all cores until all are done, or one is broken; answers the broken one with the lowest seed. */
export const runMany = async ({
  from,
  runs,
  steps,
  workers = availableParallelism(),
  advance,
}: ManyRuns): Promise<SeedResult | null> => {
  let next = from;
  const broken: SeedResult[] = [];

  const work = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(new URL("./simulate-worker.ts", import.meta.url));
      const give = (): void => {
        const count = Math.min(SEEDS_AT_ONCE, from + runs - next);
        if (count <= 0 || broken.length > 0) {
          void worker.terminate();
          resolve();
          return;
        }
        worker.postMessage({ from: next, count, steps } satisfies SeedsOrder);
        next += count;
      };
      worker.on("message", (results: readonly SeedResult[]) => {
        broken.push(...results.filter((result) => result.broken !== null));
        advance(results);
        give();
      });
      worker.on("error", reject);
      give();
    });

  await Promise.all(Array.from({ length: Math.min(workers, runs) }, work));
  return broken.sort((a, b) => a.seed - b.seed)[0] ?? null;
};
