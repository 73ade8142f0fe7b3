import type { FaultBoard } from "./faults.ts";
import type { Limits } from "./options.ts";
import { rateLimit } from "./rate-limit.ts";
import type { LinkKind } from "./stats.ts";

/** Whether the account may hand in one more message now: 0, or how long it should wait (ms). */
export type SubmissionGate = (link: LinkKind) => number;

/** HTTP and SMPP are counted apart, as Vonage counts them. */
export const submissionGate = (limits: Limits, faults: FaultBoard): SubmissionGate => {
  const counters = { http: rateLimit(), smpp: rateLimit() };
  return (link) => {
    const throttled = faults.throttledMs();
    if (throttled > 0) return Math.ceil(throttled);
    const { tps } = faults.current();
    if (tps === 0) return 1_000;
    return counters[link].take(tps ?? limits[link]);
  };
};
