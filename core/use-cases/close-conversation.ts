import { CLOSE_REASON, type Conversation } from "#core/domain/conversation.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";

export interface CloseConversationPorts {
  readonly conversations: Pick<Conversations, "close">;
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
  ({ conversations, clock }: CloseConversationPorts, options: { readonly quarantineMs: number }) =>
  ({ id, reason }: CloseConversationInput): Promise<Conversation | null> => {
    const at = clock.now();
    return conversations.close({
      id,
      reason: reason ?? CLOSE_REASON.requested,
      at,
      quarantinedUntil: at + options.quarantineMs,
      unlessTextedAfter: null,
    });
  };
