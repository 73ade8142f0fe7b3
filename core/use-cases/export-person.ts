import type { Conversation } from "#core/domain/conversation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { KeptWish } from "#core/domain/wishes/command.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations, FoundMessage } from "#core/ports/conversations.ts";
import type { OptOuts } from "#core/ports/opt-outs.ts";
import type { Services } from "#core/ports/services.ts";

export const EXPORTED_MAX = 20_000;
const PAGE = 200;

/** A text that the person wrote. */
export type OwnText = Pick<
  FoundMessage,
  "id" | "conversationId" | "text" | "state" | "receivedAt" | "sentAt" | "finalAt"
> & {
  /** The number of ours that was texted; null: it is not known any more. */
  readonly texted: Msisdn | null;
};

/** What a person has given us: nothing of it is somebody else's. */
export interface PersonExport {
  readonly number: Msisdn;
  readonly at: number;
  readonly conversations: readonly Pick<Conversation, "id" | "serviceId" | "openedAt" | "closedAt">[];
  /** Newest first. */
  readonly texts: readonly OwnText[];
  readonly wishes: readonly (KeptWish & { readonly serviceId: string })[];
  /** There are older texts: ask again for those up to the oldest one. */
  readonly isCut: boolean;
}

export interface ExportPersonPorts {
  readonly conversations: Pick<Conversations, "searchMessages" | "get" | "list">;
  readonly optOuts: Pick<OptOuts, "wishes">;
  readonly services: Pick<Services, "current">;
  readonly clock: Pick<Clock, "now">;
}

/** Collects what a person wrote, with times and states, and what they wished: never another's number or text. */
export const exportPerson =
  ({ conversations, optOuts, services, clock }: ExportPersonPorts) =>
  async (asked: Msisdn, until: number | null): Promise<PersonExport> => {
    const number = handsetOf(asked);
    const at = clock.now();
    const known = new Map<string, Conversation | null>();
    const conversationOf = async (id: string): Promise<Conversation | null> => {
      const found = known.has(id) ? known.get(id)! : await conversations.get(id);
      known.set(id, found);
      return found;
    };
    const texts: OwnText[] = [];
    let isCut = false;
    for (let after: string | null = null; ; ) {
      const query = { serviceId: null, number, state: null, from: 0, until: until ?? at };
      const page = await conversations.searchMessages(query, { limit: PAGE, after });
      for (const found of page.items) {
        const conversation =
          found.conversationId === null ? null : await conversationOf(found.conversationId);
        if (isOwn(found, conversation, number)) texts.push(ownText(found, conversation, number));
      }
      after = page.next;
      isCut = texts.length >= EXPORTED_MAX && after !== null;
      if (after === null || isCut) break;
    }
    for (let after: string | null = null; ; ) {
      const filter = { serviceId: null, state: null, participant: number, reference: null };
      const page = await conversations.list(filter, { limit: PAGE, after });
      for (const each of page.items) known.set(each.id, each);
      after = page.next;
      if (after === null) break;
    }
    const inServices = [...(await services.current()).keys()];
    const wishes = await Promise.all(
      inServices.map(async (serviceId) =>
        (await optOuts.wishes(serviceId, number)).map((wish) => ({ ...wish, serviceId })),
      ),
    );
    return {
      ...{ number, at, texts, isCut, wishes: wishes.flat() },
      conversations: [...known.values()]
        .filter((each) => each !== null)
        .map(({ id, serviceId, openedAt, closedAt }) => ({ id, serviceId, openedAt, closedAt })),
    };
  };

const everybodyOf = (conversation: Conversation) => [...conversation.participants, ...conversation.former];

const isOwn = (found: FoundMessage, conversation: Conversation | null, number: Msisdn): boolean =>
  conversation === null
    ? found.texted !== null
    : everybodyOf(conversation).some((each) => each.id === found.senderId && each.number === number);

const ownText = (found: FoundMessage, conversation: Conversation | null, number: Msisdn): OwnText => {
  const { id, conversationId, text, state, receivedAt, sentAt, finalAt } = found;
  const other = conversation?.participants.find((each) => each.number !== number);
  const texted = found.texted ?? other?.virtualNumber ?? null;
  return { id, conversationId, text, state, receivedAt, sentAt, finalAt, texted };
};
