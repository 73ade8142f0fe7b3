import type { PolicyAnswer, Silence } from "#core/ports/policy.ts";
import { type Buckets, createBuckets } from "#core/structures/buckets.ts";

/** What became of the questions to policies since this process started. The counters are mutable: counting is one addition. */
export interface PolicyMeasures {
  readonly answered: Record<Exclude<PolicyAnswer["kind"], "none"> | Silence, number>;
  /** From a question until its answer, or until nobody waits for one any more. */
  readonly seconds: Buckets;
}

const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

export const createPolicyMeasures = (): PolicyMeasures => ({
  answered: {
    ...{ relay: 0, block: 0, rewrite: 0, hold: 0 },
    ...{ timeout: 0, unreachable: 0, refused: 0, unreadable: 0, blocked: 0, crowded: 0, failed: 0 },
  },
  seconds: createBuckets(SECONDS),
});
