import type { MessageRecord } from "#core/domain/message-record.ts";
import { explainedBy } from "#core/domain/replaced.ts";
import type { Conversations } from "#core/ports/conversations.ts";

/** Null: there is no such message. */
export const getMessage =
  ({ conversations }: { readonly conversations: Pick<Conversations, "get" | "message"> }) =>
  async (id: string): Promise<MessageRecord | null> => {
    const message = await conversations.message(id);
    if (!message?.failure || message.conversationId === null) return message;
    return explainedBy(await conversations.get(message.conversationId), message);
  };
