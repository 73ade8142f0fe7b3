import { type Conversation, counterpart } from "./conversation.ts";
import type { MessageRecord } from "./message-record.ts";
import type { MessageState } from "./message-state.ts";
import type { OutboundMessage } from "./outbound-message.ts";
import { holdFor } from "./quiet-hours/hold.ts";
import type { QuietHours } from "./quiet-hours/quiet-hours.ts";

/** A message that says once more what another one said; in which lane is known where that one is stored. */
export type Repetition = Omit<OutboundMessage, "priority">;

/** Why a message is not sent once more. */
export type RepetitionRefusal =
  /** It may still arrive, has arrived, or was never to be sent. */
  | { readonly kind: "not-failed"; readonly state: MessageState }
  | { readonly kind: "closed" }
  /** One of the two it was between is not in the conversation any more. */
  | { readonly kind: "participant-left" }
  /** Its text was erased, or cannot be read. */
  | { readonly kind: "no-text" }
  /** It advertises, and there is no hour in which it may be sent. */
  | { readonly kind: "no-open-hour"; readonly participantId: string };

export interface NewAttempt {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly messageTtlMs: number;
  /** Absent or null: what advertises is sent like the rest. */
  readonly quietHours?: QuietHours | null;
}

/** Whether it has ended without arriving, although it was to be sent. */
export const hasFailed = ({ state, recipientId }: Pick<MessageRecord, "state" | "recipientId">): boolean =>
  // breakage: retry-what-arrived
  (state === "failed" || state === "expired") && recipientId !== null;

/**
 * The message that says once more what one said that failed: between the same two people, from the number that stands for its sender now. A
 * new message, as the first outcome of a message stays.
 */
export const repeated = (
  message: MessageRecord,
  { participants, closedAt }: Pick<Conversation, "participants" | "closedAt">,
  { id, now, messageTtlMs, quietHours = null }: NewAttempt,
): Repetition | RepetitionRefusal => {
  const { senderId, recipientId, text, conversationId } = message;
  if (!hasFailed(message)) return { kind: "not-failed", state: message.state };
  if (closedAt !== null) return { kind: "closed" };
  const recipient = participants.find((each) => each.id === recipientId);
  if (!recipient) return { kind: "participant-left" };
  const other = counterpart(participants, recipient.id)!;
  if (senderId !== null && senderId !== other.id) return { kind: "participant-left" };
  if (text === null || conversationId === null) return { kind: "no-text" };
  const held =
    message.isPromotional && quietHours ? holdFor(quietHours, recipient, now, messageTtlMs) : undefined;
  if (held === null) return { kind: "no-open-hour", participantId: recipient.id };
  return {
    ...{ id, conversationId, senderId, recipientId: recipient.id, text },
    ...{ source: other.virtualNumber, destination: recipient.number },
    receivedAt: held?.opensAt ?? now,
    expiresAt: held?.expiresAt ?? now + messageTtlMs,
    ...(held && { hold: held.hold }),
  };
};
