import { parseArgs } from "node:util";
import { createProgress } from "./progress.ts";
import { runMany } from "./run-many.ts";
import { runSimulation, type SimulationOptions } from "./run-simulation.ts";
import { shrink } from "./shrink.ts";

const USAGE = `Usage: npm run simulate -- [--seed N] [--runs N] [--steps N] [--workers N] [--story] [--watch WORDS]

  --seed N       the first seed (default: 1)
  --runs N       how many seeds (default: 1000; with --story one)
  --steps N      how many things happen in each run (default: 60)
  --workers N    processes (default: one for each core)
  --story        tell what happens in the run of --seed, in plain words
  --watch WORDS  with --story: also tell every call to the store that names these words, such as a part of an id`;

const RUNS = 1_000;
const STEPS = 60;

const tell = (at: number, line: string): void => {
  console.log(`${(at / 1_000).toFixed(3).padStart(9)}  ${line}`);
};

const tellRun = async (options: SimulationOptions): Promise<boolean> => {
  const { broken, events, texts, submissions } = await runSimulation({ ...options, tell });
  console.log(
    `${events} events, ${texts} texts typed, ${submissions} SMS sent: ${broken ? "broken" : "all is well"}`,
  );
  return broken === null;
};

const runSeeds = async (from: number, runs: number, steps: number, workers?: number): Promise<boolean> => {
  const progress = createProgress(runs);
  const sums = { texts: 0, submissions: 0, repetitions: 0 };
  const failed = await runMany({
    from,
    runs,
    steps,
    ...(workers === undefined ? {} : { workers }),
    advance: (results) => {
      progress.advance(results.length);
      for (const result of results) {
        sums.texts += result.texts;
        sums.submissions += result.submissions;
        sums.repetitions += result.repetitions;
      }
    },
  });
  progress.end();
  console.log(
    `${sums.texts} texts typed, ${sums.submissions} SMS sent, ${sums.repetitions} of them once more, with reason`,
  );
  if (!failed) return true;
  console.log(`\nSeed ${failed.seed} breaks a rule: ${failed.broken!.message}\nShrinking its plan ...`);
  const { plan } = await runSimulation({ seed: failed.seed, steps });
  const shrunk = await shrink(failed.seed, plan, failed.broken!.rule);
  console.log(
    `\nThe shortest plan found has ${shrunk.plan.length} of ${plan.length} steps (${shrunk.runs} runs):`,
  );
  for (const step of shrunk.plan) console.log(`  ${JSON.stringify(step)}`);
  console.log("\nIts story:");
  await tellRun({ seed: failed.seed, steps, plan: shrunk.plan });
  console.log(`\nReplay the whole of it: npm run simulate -- --seed ${failed.seed} --steps ${steps} --story`);
  return false;
};

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    runs: { type: "string", default: String(RUNS) },
    steps: { type: "string", default: String(STEPS) },
    workers: { type: "string" },
    story: { type: "boolean", default: false },
    watch: { type: "string" },
    help: { type: "boolean", default: false },
  },
});
const numbers = [values.seed, values.runs, values.steps, values.workers ?? "1"].map(Number);
if (values.help || numbers.some((number) => !Number.isSafeInteger(number) || number < 0)) {
  console.log(USAGE);
  process.exit(values.help ? 0 : 2);
}
const [seed, runs, steps, workers] = numbers as [number, number, number, number];
const isWell =
  values.story || values.watch !== undefined
    ? await tellRun({ seed, steps, watch: values.watch })
    : await runSeeds(seed, runs, steps, values.workers === undefined ? undefined : workers);
process.exitCode = isWell ? 0 : 1;
