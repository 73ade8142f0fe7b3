import { counterpart } from "#core/domain/conversation.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { showsNumber } from "#core/domain/shown-number.ts";
import type { ClaimedLine, LineRefusal } from "#core/ports/broadcasts.ts";
import type { rulesOf } from "#core/ports/services.ts";
import type { Storage } from "#core/ports/storage.ts";

const refuse = (state: LineRefusal["state"], code: string, detail: string): LineRefusal => ({
  ...{ state, code, detail },
});

const CLOSED = refuse("failed", "conversation-closed", "the conversation had closed");
const UNREADABLE = refuse("failed", "unreadable", "the stored text cannot be read");
const OPTED_OUT = refuse("blocked", "opt-out", "the recipient wants no texts");

/** Null: it is in the queue. */
export const feedLine = async (
  { conversations, dispatch }: Pick<Storage, "conversations" | "dispatch">,
  rules: ReturnType<typeof rulesOf>,
  { messageId, conversationId, recipientId, text, expiresAt }: ClaimedLine,
  now: number,
): Promise<LineRefusal | null> => {
  if (text === null) return UNREADABLE;
  if (expiresAt !== null && expiresAt <= now)
    return refuse("expired", "broadcast-expired", "the time of the broadcast was over");
  const conversation = await conversations.get(conversationId);
  if (!conversation || conversation.closedAt !== null) return CLOSED;
  const recipient = conversation.participants.find(({ id }) => id === recipientId);
  if (!recipient) return refuse("failed", "participant-left", "the participant had left");
  const other = counterpart(conversation.participants, recipientId)!;
  if (showsNumber(text, other.number))
    return refuse("failed", "reveals-number", "the text shows the other participant's number");
  const { messageTtlMs } = await rules(conversation.serviceId);
  const message: OutboundMessage = {
    ...{ id: messageId, conversationId, senderId: null, recipientId, priority: "broadcast" },
    ...{ source: other.virtualNumber, destination: recipient.number, text, receivedAt: now },
    expiresAt: Math.min(now + messageTtlMs, expiresAt ?? Number.POSITIVE_INFINITY),
  };
  const [block] = await dispatch.blocks([message]);
  if (block) return block === "opt-out" ? OPTED_OUT : refuse("blocked", block, "one has blocked the other");
  // It is settled, or claimed by whoever sends it, afterwards.
  const added = await conversations.addMessages(conversationId, [message], "with-next");
  if (added === "closed") return CLOSED;
  return added === "added" ? null : OPTED_OUT;
};
