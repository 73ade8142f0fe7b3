/**
 * The life of a message. `partial` waits for more parts of its text; `unknown` was handed to a carrier whose answer
 * was lost. The last five are final and never left.
 */
export const MESSAGE_STATES = [
  "partial",
  "queued",
  "sending",
  "unknown",
  "sent",
  "delivered",
  "failed",
  "expired",
  "blocked",
  "unroutable",
] as const;

export type MessageState = (typeof MESSAGE_STATES)[number];

export type FinalState = Extract<MessageState, "delivered" | "failed" | "expired" | "blocked" | "unroutable">;

const FINAL: ReadonlySet<MessageState> = new Set(["delivered", "failed", "expired", "blocked", "unroutable"]);

export const isFinal = (state: MessageState): state is FinalState => FINAL.has(state);

/** What is known of a message that has no outcome, from which its state follows. */
export interface Progress {
  readonly waitsForParts: boolean;
  /** The carrier has accepted every part. */
  readonly accepted: boolean;
  /** An answer was lost and nothing has been heard since. */
  readonly answerLost: boolean;
  /** A dispatcher has it in hand. */
  readonly claimed: boolean;
}

export const stateOf = (outcome: { readonly state: FinalState } | null, progress: Progress): MessageState => {
  if (outcome) return outcome.state;
  if (progress.accepted) return "sent";
  if (progress.waitsForParts) return "partial";
  if (progress.answerLost) return "unknown";
  return progress.claimed ? "sending" : "queued";
};
