import type { MessageRecord } from "#core/domain/message.ts";
import type { Conversations } from "#core/ports/conversations.ts";

/** Null: there is no such message. */
export const getMessage =
  ({ conversations }: { readonly conversations: Pick<Conversations, "message"> }) =>
  (id: string): Promise<MessageRecord | null> =>
    conversations.message(id);
