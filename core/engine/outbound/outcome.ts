import type { Failure } from "#core/domain/failure.ts";
import { nextAttempt } from "#core/domain/retry.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";

/** How far the sending of a message has come. */
export interface Progress {
  /** Attempts that the carrier refused for now, or whose answer was lost. */
  readonly attempts: number;
  /** An answer was lost: the carrier may have the message already. */
  readonly answerLost: boolean;
  /** How often a link did not take the message, for want of room. */
  readonly unsent: number;
  /** Parts that the carrier has taken over the link in use. */
  readonly partsAccepted: number;
}

export interface OutcomeContext {
  /** Parts that the message has over the link in use: 1 or more. */
  readonly parts: number;
  /** End of the message's time to live, in milliseconds since 1970 like `now`. */
  readonly expiresAt: number;
  readonly now: number;
  /** After a lost answer: send again, or hold until the message's time to live is over. */
  readonly onUnknown: "resend" | "hold";
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** What is to be done with a message after a call of a link. */
export type NextStep =
  /** The carrier has every part. */
  | { readonly kind: "complete" }
  /** It stays first of its queue and leaves as soon as a link takes it. */
  | { readonly kind: "first-again"; readonly progress: Progress }
  /** It goes back into the queue, not to be claimed before `at`. */
  | { readonly kind: "requeue"; readonly at: number; readonly progress: Progress }
  | { readonly kind: "end"; readonly state: "failed"; readonly failure: Failure };

/** A link that says it has room and then takes nothing is asked this often before the message goes back into the queue. */
export const UNSENT_MAX = 10;
/** A message that no link took is tried again after this. */
export const UNSENT_REQUEUE_MS = 5_000;

const COMPLETE: NextStep = { kind: "complete" };
const ANSWER_LOST: Failure = { code: "unknown", detail: "the carrier's answers were lost" };

/** Decides what follows from what a link said of a message. */
export const nextStep = (before: Progress, outcome: SendOutcome, context: OutcomeContext): NextStep => {
  if (outcome.kind === "unsent") return afterUnsent(before, context.now);
  const partsAccepted = before.partsAccepted + outcome.carrierIds.length;
  // breakage: resend-accepted
  if (outcome.kind === "accepted" && partsAccepted >= context.parts) return COMPLETE;
  const progress = { ...progressOf(before), partsAccepted };
  switch (outcome.kind) {
    case "accepted":
    case "more":
    case "throttled":
      return { kind: "first-again", progress };
    case "refused":
      return { kind: "end", state: "failed", failure: outcome.failure };
    case "retry":
      return afterFailure(progress, outcome.failure, context);
    case "unknown":
      return afterFailure({ ...progress, answerLost: true }, ANSWER_LOST, context);
  }
};

const afterUnsent = (before: Progress, now: number): NextStep => {
  const progress = { ...progressOf(before), unsent: before.unsent + 1 };
  return progress.unsent > UNSENT_MAX
    ? { kind: "requeue", at: now + UNSENT_REQUEUE_MS, progress }
    : { kind: "first-again", progress };
};

/** Another attempt later, or the end. */
const afterFailure = (
  before: Progress,
  failure: Failure,
  { onUnknown, now, expiresAt, random }: OutcomeContext,
): NextStep => {
  const progress = { ...before, attempts: before.attempts + 1 };
  if (progress.answerLost && onUnknown === "hold") return { kind: "requeue", at: expiresAt, progress };
  const { attempts, answerLost: wasLost } = progress;
  const next = nextAttempt({ attempts, wasLost, now, expiresAt, random });
  return next.kind === "retry"
    ? { kind: "requeue", at: next.at, progress }
    : { kind: "end", state: "failed", failure };
};

/** Of something that has more to it than its progress. */
const progressOf = ({ attempts, answerLost, unsent, partsAccepted }: Progress): Progress => ({
  attempts,
  answerLost,
  unsent,
  partsAccepted,
});
