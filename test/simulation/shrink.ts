import type { Step } from "#test/simulation/people/step.ts";
import { runSimulation } from "./run-simulation.ts";

/** How long it may take, in milliseconds; what has been found by then is good enough. */
const SHRINK_MS = 30_000;

export interface Shrunk {
  readonly plan: readonly Step[];
  readonly runs: number;
}

/**
 * The shortest plan found that breaks the same rule, by delta debugging: ever smaller stretches are left out for as long as the world
 * still breaks. (A. Zeller, R. Hildebrandt: Simplifying and Isolating Failure-Inducing Input, 2002.)
 */
export const shrink = async (
  seed: number,
  plan: readonly Step[],
  rule: string,
  forMs = SHRINK_MS,
): Promise<Shrunk> => {
  const deadline = performance.now() + forMs;
  let best = plan;
  let runs = 0;

  const breaks = async (candidate: readonly Step[]): Promise<boolean> => {
    runs += 1;
    const { broken } = await runSimulation({ seed, steps: plan.length, plan: candidate });
    return broken?.rule === rule;
  };

  let stretch = Math.ceil(best.length / 2);
  while (performance.now() < deadline) {
    let isSmaller = false;
    for (let at = 0; at < best.length && performance.now() < deadline; ) {
      const candidate = best.toSpliced(at, stretch);
      if (await breaks(candidate)) {
        best = candidate;
        isSmaller = true;
      } else {
        at += stretch;
      }
    }
    if (stretch === 1 && !isSmaller) break;
    stretch = isSmaller ? Math.min(stretch, Math.ceil(best.length / 2)) : Math.ceil(stretch / 2);
    if (best.length === 0) break;
  }
  return { plan: best, runs };
};
