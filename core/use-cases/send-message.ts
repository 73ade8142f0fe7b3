import { counterpart } from "#core/domain/conversation.ts";
import type { MessageRecord } from "#core/domain/message-record.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { holdFor } from "#core/domain/quiet-hours/hold.ts";
import { segmentsIn } from "#core/domain/segments.ts";
import { showsNumber } from "#core/domain/shown-number.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { RulesOf } from "#core/ports/services.ts";
import { NO_CAP, type Spending } from "#core/ports/spending.ts";

export interface SendMessagePorts {
  readonly conversations: Pick<Conversations, "get" | "addMessages" | "message">;
  readonly clock: Clock;
  readonly rulesOf: RulesOf;
  /** What texts that advertise may cost; absent: anything. */
  readonly spending?: Spending;
}

export interface SendMessageInput {
  readonly conversationId: string;
  /** A participant, or both. */
  readonly to: string | "all";
  readonly text: string;
  /** It advertises: it is kept from people in the quiet hours of the service. */
  readonly isPromotional?: boolean;
}

export type SendMessageOutcome =
  | { readonly kind: "queued"; readonly messages: readonly MessageRecord[] }
  | { readonly kind: "not-found" }
  | { readonly kind: "unknown-participant" }
  | { readonly kind: "closed" }
  | { readonly kind: "opted-out"; readonly participantId: string }
  /** It advertises, and would cost more than the day may. */
  | { readonly kind: "spend-cap" }
  /** There is no hour in which this may be sent to them. */
  | { readonly kind: "no-open-hour"; readonly participantId: string }
  /** The text would tell one participant the other one's real number. */
  | { readonly kind: "reveals-number" };

/** Sends a text of the platform's own. It comes from the number that stands for the other participant. */
export const sendMessage =
  ({ conversations, clock, rulesOf, spending = NO_CAP }: SendMessagePorts) =>
  async (
    { conversationId, to, text, isPromotional = false }: SendMessageInput,
    ids: Ids,
  ): Promise<SendMessageOutcome> => {
    const conversation = await conversations.get(conversationId);
    if (!conversation) return { kind: "not-found" };
    const { participants } = conversation;
    const recipients = participants.filter(({ id }) => to === "all" || id === to);
    if (recipients.length === 0) return { kind: "unknown-participant" };
    const { messageTtlMs, quietHours } = await rulesOf(conversation.serviceId);
    const now = clock.now();
    const messages: OutboundMessage[] = [];
    for (const recipient of recipients) {
      const other = counterpart(participants, recipient.id)!;
      if (showsNumber(text, other.number)) return { kind: "reveals-number" };
      const held =
        isPromotional && quietHours ? holdFor(quietHours, recipient, now, messageTtlMs) : undefined;
      if (held === null) return { kind: "no-open-hour", participantId: recipient.id };
      messages.push({
        id: ids.next(),
        conversationId,
        senderId: null,
        recipientId: recipient.id,
        priority: "system",
        source: other.virtualNumber,
        destination: recipient.number,
        text,
        receivedAt: held?.opensAt ?? now,
        expiresAt: held?.expiresAt ?? now + messageTtlMs,
        ...(held && { hold: held.hold }),
      });
    }
    const segments = isPromotional ? segmentsIn(messages) : 0;
    const added = await spending.spend(
      { serviceId: conversation.serviceId, segments, country: recipients[0]!.country },
      () => conversations.addMessages(conversationId, messages),
      (outcome) => outcome === "added",
    );
    if (added === "spend-cap") return { kind: "spend-cap" };
    if (added === "closed") return { kind: "closed" };
    if (added !== "added") return { kind: "opted-out", participantId: added.optedOut };
    const records = await Promise.all(messages.map(({ id }) => conversations.message(id)));
    return { kind: "queued", messages: records.filter((record) => record !== null) };
  };
