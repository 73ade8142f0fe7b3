import { readRetryAfter } from "./schedule.ts";

/** How a receiver took an attempt. */
export type PostOutcome =
  | {
      readonly kind: "answered";
      readonly status: number;
      /** The header `Retry-After`. */
      readonly retryAfter: string | null;
      /** The first {@link ANSWER_MAX} characters at most. */
      readonly answer: string;
      readonly tookMs: number;
    }
  | {
      readonly kind: "no-answer";
      /** `blocked`: the address is in a network to which nothing is sent. */
      readonly code: "timeout" | "unreachable" | "blocked";
      readonly tookMs: number;
    };

/** Octets of an answer that are kept. */
export const ANSWER_MAX = 1_024;

export type AttemptOutcome = "delivered" | "refused" | "gone" | "timeout" | "unreachable" | "blocked";

export interface JudgedAttempt {
  readonly outcome: AttemptOutcome;
  readonly retryAfterMs: number | null;
  /** The receiver, or what stands before it, has too much to do. */
  readonly slowDown: boolean;
}

const SLOW_DOWN: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/** Only 2xx is success (Standard Webhooks 1.0.0); a redirection is a failure, as what it leads to was not agreed on. */
export const judgeAttempt = (outcome: PostOutcome, now: number): JudgedAttempt => {
  if (outcome.kind === "no-answer") return { outcome: outcome.code, retryAfterMs: null, slowDown: false };
  const { status, retryAfter } = outcome;
  // breakage: take-redirections-for-success
  if (status >= 200 && status < 300) return { outcome: "delivered", retryAfterMs: null, slowDown: false };
  return {
    outcome: status === 410 ? "gone" : "refused",
    retryAfterMs: readRetryAfter(retryAfter, now),
    slowDown: SLOW_DOWN.has(status),
  };
};

/** An attempt as it is kept to be looked at. */
export interface KeptAttempt {
  readonly eventId: string;
  readonly eventType: string;
  /** From 1. */
  readonly attempt: number;
  readonly at: number;
  readonly outcome: AttemptOutcome;
  /** The HTTP status; null: there was no answer. */
  readonly status: number | null;
  readonly tookMs: number;
  /** The beginning of the answer; null: none, or it cannot be opened. */
  readonly answer: string | null;
}
