import type { MessageRecord } from "#core/domain/message-record.ts";
import { explainedBy } from "#core/domain/replaced.ts";
import type { Conversations, Page, Slice } from "#core/ports/conversations.ts";

/** The messages of a conversation, oldest first. Null: there is no such conversation. */
export const listMessages =
  ({ conversations }: { readonly conversations: Pick<Conversations, "get" | "messages"> }) =>
  async (conversationId: string, page: Page): Promise<Slice<MessageRecord> | null> => {
    const conversation = await conversations.get(conversationId);
    if (!conversation) return null;
    const { items, next } = await conversations.messages(conversationId, page);
    return { items: items.map((message) => explainedBy(conversation, message)), next };
  };
