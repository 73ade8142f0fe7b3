import type { FinalState } from "./message-state.ts";

/** Nobody is called unreachable for less: a number may be ported, or a carrier be wrong once. */
export const FAILURES_IN_A_ROW = 3;

/**
 * Codes by which carriers say that a number is in nobody's use (`receipt-3`: absent subscriber, permanent; `submit-33`: number
 * de-activated, Vonage; `smpp-0x0b`: ESME_RINVDSTADR, SMPP 3.4 §5.1.3). That a handset is off for a while is none of them.
 */
export const OUT_OF_USE_CODES: readonly string[] = ["receipt-3", "submit-33", "smpp-0x0b"];

/** What became of a text. */
export interface Ended {
  readonly state: FinalState;
  readonly code: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/**
 * Whether the number of a participant seems to be in nobody's use: the last texts to it, `FAILURES_IN_A_ROW` of them, all say so, and
 * nothing has come from it since the first of these. `last`: the newest first.
 */
export const isUnreachable = (last: readonly Ended[], heardAt: number | null): boolean => {
  const failures = last.slice(0, FAILURES_IN_A_ROW);
  const first = failures[FAILURES_IN_A_ROW - 1];
  // breakage: unreachable-at-once
  if (first === undefined || (heardAt !== null && heardAt >= first.at)) return false;
  return failures.every(({ state, code }) => state === "failed" && code !== null && isOutOfUse(code));
};

const isOutOfUse = (code: string): boolean => OUT_OF_USE_CODES.includes(code);
