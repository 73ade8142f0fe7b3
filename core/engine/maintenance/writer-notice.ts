import { type Conversation, counterpart } from "#core/domain/conversation.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import { noticeId } from "#core/domain/wishes/notice-id.ts";
import { noticeOf } from "#core/domain/wishes/notice-language.ts";

/** Five hours: nobody is told more than five times a day, whatever happens to their texts. */
export const NOTICED_AGAIN_MS = 5 * 3_600_000;

/** How a text fares, as its writer is told. */
export interface WriterNotice {
  readonly kind: "not-delivered" | "delayed";
  readonly writerId: string;
  /** When that became so: what is told of the same five hours is one notice, whichever process tells it. */
  readonly at: number;
}

/**
 * What a participant is told of a text of theirs, from the number that they have texted; null: they have left, or the conversation has
 * ended.
 */
export const noticeToWriter = (
  { id, participants, closedAt }: Conversation,
  { kind, writerId, at }: WriterNotice,
  rules: Rules,
  now: number,
  expiresAt: number,
): OutboundMessage | null => {
  const writer = participants.find((each) => each.id === writerId);
  if (closedAt !== null || !writer) return null;
  return {
    ...{ id: noticeId(kind, writerId, at, NOTICED_AGAIN_MS), conversationId: id, senderId: null },
    ...{ recipientId: writerId, priority: "system", destination: writer.number },
    source: counterpart(participants, writerId)!.virtualNumber,
    text: noticeOf(kind, null, writer.number, rules),
    ...{ receivedAt: now, expiresAt },
  };
};
