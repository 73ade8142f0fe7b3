import { CLOSE_REASON, type Conversation } from "#core/domain/conversation.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { RulesOf } from "#core/ports/services.ts";

export interface CloseConversationPorts {
  readonly conversations: Pick<Conversations, "get" | "close">;
  readonly rulesOf: RulesOf;
  readonly clock: Clock;
}

export interface CloseConversationInput {
  readonly id: string;
  /** In the platform's own words; null: that it was requested. */
  readonly reason: string | null;
}

/**
 * Closes a conversation and puts both pairs in quarantine. One that is closed already stays as it is. Null: there is no such
 * conversation.
 */
export const closeConversation =
  ({ conversations, clock, rulesOf }: CloseConversationPorts) =>
  async ({ id, reason }: CloseConversationInput): Promise<Conversation | null> => {
    const conversation = await conversations.get(id);
    if (!conversation) return null;
    const { quarantineMs } = await rulesOf(conversation.serviceId);
    const at = clock.now();
    return conversations.close({
      id,
      reason: reason ?? CLOSE_REASON.requested,
      at,
      quarantinedUntil: at + quarantineMs,
      unlessTextedAfter: null,
    });
  };
