import { describe, expect, test } from "vitest";
import { FOUND } from "./found-seeds.ts";
import { runSimulation } from "./run-simulation.ts";
import { shrink } from "./shrink.ts";

const STEPS = 60;
/** Seeds that are always run, and how long new ones are tried. */
const FIXED = 150;
const NEW_MS = 8_000;

const mustBeWell = async (seed: number): Promise<void> => {
  const { broken } = await runSimulation({ seed, steps: STEPS });
  expect(broken?.message, `npm run simulate -- --seed ${seed} --story`).toBeUndefined();
};

describe("The whole system in a simulated world", () => {
  test(`keeps every rule in ${FIXED} runs`, async () => {
    for (let seed = 1; seed <= FIXED; seed += 1) await mustBeWell(seed);
  });

  test("keeps every rule in worlds that no one has seen", async () => {
    const first = 1_000_000 + (Math.floor(Date.now() / 1_000) % 1_000_000) * 1_000;
    const deadline = performance.now() + NEW_MS;
    let seed = first;
    while (performance.now() < deadline) await mustBeWell(seed++);
    console.log(`Simulated the seeds ${first} to ${seed - 1}`);
  });

  test.each(FOUND)("keeps every rule where once it did not: $what (seed $seed)", async ({ seed }) => {
    await mustBeWell(seed);
  });

  test("goes the same way, event by event, whenever a seed is run again", async () => {
    for (let seed = 1; seed <= 12; seed += 1) {
      const lines: string[][] = [[], []];
      const runs = [];
      for (const story of lines)
        runs.push(
          await runSimulation({ seed, steps: STEPS, tell: (at, line) => story.push(`${at} ${line}`) }),
        );
      expect(runs[0]!.fingerprint).toBe(runs[1]!.fingerprint);
      expect(runs[0]!.events).toBe(runs[1]!.events);
      expect(lines[0]).toEqual(lines[1]);
      expect(lines[0]!.length).toBeGreaterThan(20);
    }
  });

  test("goes another way with another seed", async () => {
    const fingerprints = new Set<number>();
    for (let seed = 1; seed <= 10; seed += 1)
      fingerprints.add((await runSimulation({ seed, steps: STEPS })).fingerprint);
    expect(fingerprints.size).toBe(10);
  });

  test("shrinks a plan that breaks nothing to nothing at once", async () => {
    const { plan } = await runSimulation({ seed: 1, steps: 4 });
    const shrunk = await shrink(1, plan, "no such rule", 2_000);
    expect(shrunk.plan).toEqual(plan);
  });
});
