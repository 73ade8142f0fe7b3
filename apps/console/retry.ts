import type { Problem } from "./model.ts";

/** Texts that failed for one reason, sent once more. */
export interface Retry {
  readonly code: string;
  /** Those received since; milliseconds since the epoch. */
  readonly since: number;
  /** `counted`: somebody has to say that they are to be sent. */
  readonly phase: "counting" | "counted" | "running" | "over";
  readonly found: number;
  /** There are more than were counted. */
  readonly isCut: boolean;
  /** A page of them is being sent. */
  readonly isWaiting: boolean;
  readonly sent: number;
  /** They are not to be sent any more: their conversation is over, or somebody wants no texts. */
  readonly refused: number;
  readonly problem: Problem | null;
}

export const newRetry = (code: string, since: number): Retry => ({
  ...{ code, since, phase: "counting", found: 0, isCut: false, isWaiting: true },
  ...{ sent: 0, refused: 0, problem: null },
});

export const isUnderWay = (retry: Retry | null): boolean => retry?.isWaiting === true;
