import type { Conversation } from "#core/domain/conversation.ts";
import type { ConversationFilter, Conversations, Page, Slice } from "#core/ports/conversations.ts";

/** Conversations that match the whole filter, newest first. */
export const listConversations =
  ({ conversations }: { readonly conversations: Pick<Conversations, "list"> }) =>
  (filter: ConversationFilter, page: Page): Promise<Slice<Conversation>> =>
    conversations.list(filter, page);
