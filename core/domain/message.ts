import type { Msisdn } from "./msisdn.ts";
import type { PolicyRefusal } from "./policy.ts";
import type { Unreadable } from "./readable.ts";
import type { Block, UnroutableReason } from "./route.ts";

/** What may overtake what: relayed texts before our own notices before broadcasts. Never within one recipient's queue. */
export type Priority = "relay" | "system" | "broadcast";

/** Stored by their index (`relay` 0, `system` 1, `broadcast` 2): add at the end, never change the order. */
export const PRIORITIES: readonly Priority[] = ["relay", "system", "broadcast"];

/** Which kind of carrier link a message went over. */
export type LinkKind = "smpp" | "http";

/** What a handset sent us, as a carrier adapter hands it in. */
export interface InboundMessage {
  readonly id: string;
  /** Equal for two deliveries of the same message, different for two messages, however alike. */
  readonly key: string;
  /** The sender as the carrier names it: digits of an E.164 number, or letters. */
  readonly from: string;
  /** The number texted. */
  readonly to: string;
  readonly text: string;
  /** Present when this is one part of a longer text. */
  readonly part: Part | null;
  /** A picture or the like came with it, which is not passed on; `text` is what was written beside it. */
  readonly hasMedia?: boolean;
  readonly link: LinkKind;
  readonly receivedAt: number;
}

/** The place of one part in a longer text. */
export interface Part {
  /** The sender's counter for the long text, with its kind, such as `udh8:42`. */
  readonly reference: string;
  /** 1 to 255. */
  readonly total: number;
  /** From 1. */
  readonly index: number;
}

/** What we want a carrier to bring to a handset. The source is always a virtual number, the destination never. */
export interface OutboundMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly senderId: string | null;
  readonly recipientId: string;
  readonly priority: Priority;
  readonly source: Msisdn;
  readonly destination: Msisdn;
  readonly text: string;
  readonly receivedAt: number;
  /** Not sent any more from this instant on. */
  readonly expiresAt: number;
}

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

/** Why a message did not arrive: a short code of ours or the carrier's, and a sentence without numbers or texts. */
export interface Failure {
  readonly code: string;
  readonly detail: string;
}

/** The end of a message: the first one that is recorded stays. */
export interface FinalOutcome {
  readonly messageId: string;
  readonly state: FinalState;
  readonly failure: Failure | null;
  readonly at: number;
}

/** A message as the API shows it. */
export interface MessageRecord {
  readonly id: string;
  /** Null: a text to a number that is none of ours. */
  readonly serviceId: string | null;
  readonly conversationId: string | null;
  readonly senderId: string | null;
  readonly recipientId: string | null;
  /** Null once erased, and when it is unreadable. */
  readonly text: string | null;
  /** The stored text is damaged, or sealed with a key that we lack. */
  readonly unreadable?: true;
  readonly state: MessageState;
  readonly link: LinkKind | null;
  readonly segments: number;
  readonly attempts: number;
  readonly carrierMessageIds: readonly string[];
  readonly failure: Failure | null;
  readonly receivedAt: number;
  readonly queuedAt: number | null;
  readonly sentAt: number | null;
  readonly finalAt: number | null;
}

/** Why an inbound message goes no further. */
export type Refusal =
  | { readonly kind: "unroutable"; readonly reason: UnroutableReason }
  /** `loop`: two machines answer each other. */
  | { readonly kind: "blocked"; readonly reason: Block | "loop" | PolicyRefusal }
  | { readonly kind: "failed"; readonly reason: Unreadable };

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

export const stateOf = (outcome: Pick<FinalOutcome, "state"> | null, progress: Progress): MessageState => {
  if (outcome) return outcome.state;
  if (progress.accepted) return "sent";
  if (progress.waitsForParts) return "partial";
  if (progress.answerLost) return "unknown";
  return progress.claimed ? "sending" : "queued";
};
