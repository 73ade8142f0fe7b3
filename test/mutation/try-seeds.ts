import { runSimulation } from "#test/simulation/run-simulation.ts";

/** Runs seeds until one is broken, so many or so long; writes what it has found as JSON. */
const [seeds = "500", forMs = "30000"] = process.argv.slice(2);
const STEPS = 60;

const deadline = performance.now() + Number(forMs);
let found: { seed: number; message: string } | null = null;
for (let seed = 1; seed <= Number(seeds) && performance.now() < deadline && !found; seed += 1) {
  const { broken } = await runSimulation({ seed, steps: STEPS });
  if (broken) found = { seed, message: broken.message.split("\n")[0]! };
}
process.stdout.write(JSON.stringify(found));
