import type { MessageRecord } from "#core/domain/message-record.ts";
import { hasFailed, type RepetitionRefusal, repeated } from "#core/domain/repeating.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { RulesOf } from "#core/ports/services.ts";

export interface RetryMessagePorts {
  readonly conversations: Pick<Conversations, "get" | "message" | "addRetry">;
  readonly clock: Clock;
  readonly rulesOf: RulesOf;
}

export type RetryOutcome =
  /** `message`: what says it once more, also when that was asked for before. */
  { readonly kind: "retried"; readonly message: MessageRecord; readonly isNew: boolean } | RetryRefusal;

export type RetryRefusal =
  | { readonly kind: "not-found" }
  | RepetitionRefusal
  | { readonly kind: "opted-out"; readonly participantId: string }
  /** One of the two has blocked the other. */
  | { readonly kind: "blocked" };

/**
 * Sends once more what has failed for good: as a new message, between the same two people, unless one of them wants no such texts any more.
 * However often it is asked for, a message is repeated once; what repeats it may fail as well, and be repeated then.
 */
export const retryMessage =
  ({ conversations, clock, rulesOf }: RetryMessagePorts) =>
  async (messageId: string, ids: Ids): Promise<RetryOutcome> => {
    const message = await conversations.message(messageId);
    if (!message) return { kind: "not-found" };
    if (message.retriedAs !== null) return retriedAs(conversations, message.retriedAs, false);
    const conversation =
      message.conversationId === null ? null : await conversations.get(message.conversationId);
    if (!hasFailed(message) || !conversation) return { kind: "not-failed", state: message.state };
    const { messageTtlMs, quietHours } = await rulesOf(conversation.serviceId);
    const again = repeated(message, conversation, {
      id: ids.next(),
      now: clock.now(),
      messageTtlMs,
      quietHours,
    });
    if ("kind" in again) return again;
    const added = await conversations.addRetry(messageId, again);
    if (added === "added") return retriedAs(conversations, again.id, true);
    if (added === "closed" || added === "blocked") return { kind: added };
    return "optedOut" in added
      ? { kind: "opted-out", participantId: added.optedOut }
      : retriedAs(conversations, added.retriedAs, false);
  };

const retriedAs = async (
  conversations: Pick<Conversations, "message">,
  id: string,
  isNew: boolean,
): Promise<RetryOutcome> => {
  const message = await conversations.message(id);
  return message ? { kind: "retried", message, isNew } : { kind: "not-found" };
};
