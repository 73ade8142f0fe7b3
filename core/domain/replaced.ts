import type { Conversation } from "./conversation.ts";
import type { Failure } from "./failure.ts";
import type { MessageRecord } from "./message-record.ts";

/** Why a late text of a former participant reached nobody, although the conversation goes on. */
export const REPLACED: Failure = {
  code: "replaced",
  detail: "the sender has left this conversation, and another participant has taken their place",
};

/** Whether this participant had left the conversation by an instant. */
export const hasLeft = (
  conversation: Pick<Conversation, "former">,
  participantId: string | null,
  at: number,
): boolean => conversation.former.some(({ id, leftAt }) => id === participantId && leftAt <= at);

/**
 * A message as its conversation explains it: the pair of a former participant is in quarantine like those of a closed conversation,
 * but it is not the conversation that has ended.
 */
export const explainedBy = (
  conversation: Pick<Conversation, "former"> | null,
  message: MessageRecord,
): MessageRecord =>
  conversation &&
  message.failure?.code === "quarantined" &&
  hasLeft(conversation, message.senderId, message.receivedAt)
    ? { ...message, failure: REPLACED }
    : message;
