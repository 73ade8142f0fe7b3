import type { Conversation } from "#core/domain/conversation.ts";
import type { Conversations } from "#core/ports/conversations.ts";

/** Null: there is no such conversation. */
export const getConversation =
  ({ conversations }: { readonly conversations: Pick<Conversations, "get"> }) =>
  (id: string): Promise<Conversation | null> =>
    conversations.get(id);
