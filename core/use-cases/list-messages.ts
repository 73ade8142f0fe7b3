import type { MessageRecord } from "#core/domain/message.ts";
import type { Conversations, Page, Slice } from "#core/ports/conversations.ts";

/** The messages of a conversation, oldest first. Null: there is no such conversation. */
export const listMessages =
  ({ conversations }: { readonly conversations: Pick<Conversations, "get" | "messages"> }) =>
  async (conversationId: string, page: Page): Promise<Slice<MessageRecord> | null> =>
    (await conversations.get(conversationId)) ? conversations.messages(conversationId, page) : null;
