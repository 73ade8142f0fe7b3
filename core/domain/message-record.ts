import type { Failure } from "./failure.ts";
import type { LinkKind } from "./link-kind.ts";
import type { MessageState } from "./message-state.ts";

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
  /** It advertises, and keeps to the quiet hours of its service. */
  readonly isPromotional?: true;
  readonly state: MessageState;
  readonly link: LinkKind | null;
  readonly segments: number;
  readonly attempts: number;
  readonly carrierMessageIds: readonly string[];
  readonly failure: Failure | null;
  /** The message that this one says once more; null: it is the first to say it. */
  readonly retryOf: string | null;
  /** The message that says once more what this one said. */
  readonly retriedAs: string | null;
  readonly receivedAt: number;
  readonly queuedAt: number | null;
  readonly sentAt: number | null;
  readonly finalAt: number | null;
}
