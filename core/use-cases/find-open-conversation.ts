import type { Conversation } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Conversations } from "#core/ports/conversations.ts";

const PAGE = 200;

/** The newest open conversation of these two in a service; null: there is none. */
export const findOpenConversation =
  ({ conversations }: { readonly conversations: Pick<Conversations, "list"> }) =>
  async (serviceId: string, [a, b]: readonly [Msisdn, Msisdn]): Promise<Conversation | null> => {
    let after: string | null = null;
    // A participant has no more open conversations than there are virtual numbers.
    do {
      const filter = { serviceId, state: "open", participant: a, reference: null } as const;
      const slice = await conversations.list(filter, { limit: PAGE, after });
      const found = slice.items.find(({ participants }) => participants.some(({ number }) => number === b));
      if (found) return found;
      after = slice.next;
    } while (after !== null);
    return null;
  };
