import { counterpart } from "#core/domain/conversation.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { holdFor } from "#core/domain/quiet-hours/hold.ts";
import { countSegments } from "#core/domain/segments.ts";
import { showsNumber } from "#core/domain/shown-number.ts";
import type { ClaimedLine, LineRefusal } from "#core/ports/broadcasts.ts";
import type { rulesOf } from "#core/ports/services.ts";
import { NO_CAP, nextDayAfter, type Spending } from "#core/ports/spending.ts";
import type { Storage } from "#core/ports/storage.ts";

const refuse = (state: LineRefusal["state"], code: string, detail: string): LineRefusal => ({
  ...{ state, code, detail },
});

const CLOSED = refuse("failed", "conversation-closed", "the conversation had closed");
const UNREADABLE = refuse("failed", "unreadable", "the stored text cannot be read");
const OPTED_OUT = refuse("blocked", "opt-out", "the recipient wants no texts");

const EXPIRED = refuse("expired", "broadcast-expired", "the time of the broadcast was over");
const NEVER = refuse("failed", "no-open-hour", "there is no hour in which it may be sent to this number");

/** It is not to be fed before then. */
export interface HeldUntil {
  readonly until: number;
}

/** Null: it is in the queue. */
export const feedLine = async (
  { conversations, dispatch }: Pick<Storage, "conversations" | "dispatch">,
  rules: ReturnType<typeof rulesOf>,
  { messageId, conversationId, recipientId, text, expiresAt, isPromotional }: ClaimedLine,
  now: number,
  spending: Spending = NO_CAP,
): Promise<LineRefusal | HeldUntil | null> => {
  if (text === null) return UNREADABLE;
  if (expiresAt !== null && expiresAt <= now) return EXPIRED;
  const conversation = await conversations.get(conversationId);
  if (!conversation || conversation.closedAt !== null) return CLOSED;
  const recipient = conversation.participants.find(({ id }) => id === recipientId);
  if (!recipient) return refuse("failed", "participant-left", "the participant had left");
  const other = counterpart(conversation.participants, recipientId)!;
  if (showsNumber(text, other.number))
    return refuse("failed", "reveals-number", "the text shows the other participant's number");
  const { messageTtlMs, quietHours } = await rules(conversation.serviceId);
  const held = isPromotional && quietHours ? holdFor(quietHours, recipient, now, messageTtlMs) : undefined;
  if (held === null) return NEVER;
  if (held && held.opensAt > now) {
    if (expiresAt !== null && expiresAt <= held.opensAt) return EXPIRED;
    // breakage: advertise-at-once
    return { until: held.opensAt };
  }
  const message: OutboundMessage = {
    ...{ id: messageId, conversationId, senderId: null, recipientId, priority: "broadcast" },
    ...{ source: other.virtualNumber, destination: recipient.number, text, receivedAt: now },
    expiresAt: Math.min(now + messageTtlMs, expiresAt ?? Number.POSITIVE_INFINITY),
    ...(held && { hold: held.hold }),
  };
  const [block] = await dispatch.blocks([message]);
  if (block) return block === "opt-out" ? OPTED_OUT : refuse("blocked", block, "one has blocked the other");
  // It is settled, or claimed by whoever sends it, afterwards.
  const added = await spending.spend(
    { serviceId: conversation.serviceId, segments: countSegments(text), country: recipient.country },
    () => conversations.addMessages(conversationId, [message], "with-next"),
    (outcome) => outcome === "added",
  );
  // Tomorrow is another day.
  if (added === "spend-cap") return { until: nextDayAfter(now) };
  if (added === "closed") return CLOSED;
  return added === "added" ? null : OPTED_OUT;
};
