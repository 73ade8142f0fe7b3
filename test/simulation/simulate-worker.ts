import { parentPort } from "node:worker_threads";
import { runSimulation } from "./run-simulation.ts";

export interface SeedsOrder {
  readonly from: number;
  readonly count: number;
  readonly steps: number;
}

export interface SeedResult {
  readonly seed: number;
  readonly broken: { readonly rule: string; readonly message: string } | null;
  readonly texts: number;
  readonly submissions: number;
  readonly repetitions: number;
}

parentPort!.on("message", async ({ from, count, steps }: SeedsOrder) => {
  const results: SeedResult[] = [];
  for (let seed = from; seed < from + count; seed += 1) {
    const { broken, texts, submissions, repetitions } = await runSimulation({ seed, steps });
    const end = broken && { rule: broken.rule, message: broken.message };
    results.push({ seed, broken: end, texts, submissions, repetitions });
    if (end) break;
  }
  parentPort!.postMessage(results);
});
