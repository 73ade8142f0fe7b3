import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import { FAILURES_IN_A_ROW } from "#core/domain/unreachable.ts";
import type { Conversations, FailingRecipient } from "#core/ports/conversations.ts";
import { isHeld } from "./holds.ts";
import { queue, recordOf, recordOfPart } from "./messages.ts";
import { changeRoute, currentRoutes } from "./routes.ts";
import { sliceOf, timeKey } from "./slices.ts";
import type { MemoryTables, StoredMessage } from "./tables.ts";
import { optOutOf } from "./wishes-that-hold.ts";

export const conversationMessages = (
  tables: MemoryTables,
  announceWork: () => void,
): Pick<
  Conversations,
  | "addMessages"
  | "messages"
  | "message"
  | "failing"
  | "silent"
  | "eraseTexts"
  | "unlinkPairs"
  | "searchMessages"
  | "openOn"
> => ({
  searchMessages: async ({ serviceId: wanted, number, state, from, until }, page) => {
    const own = new Set(
      tables.conversations
        .values()
        .flatMap(({ participants, former }) => [...participants, ...former])
        .filter((each) => each.number === number)
        .map(({ id }) => id),
    );
    const isOwn = (id: string | null): boolean => id !== null && own.has(id);
    const found = tables.messages
      .values()
      .filter(
        ({ senderId, recipientId, stranger, receivedAt }) =>
          (isOwn(senderId) || isOwn(recipientId) || stranger?.from === number) &&
          receivedAt >= from &&
          receivedAt <= until,
      )
      .map((message) => ({
        key: turnKey(message),
        found: { ...recordOf(tables, message), texted: textedBy(message) },
      }))
      .filter(({ found: { serviceId } }) => wanted === null || serviceId === wanted)
      .filter(({ found: record }) => state === null || record.state === state);
    const { items, next } = sliceOf(found, page, ({ key }) => key, "descending");
    return { items: items.map((each) => each.found), next };
  },
  silent: async (conversationId, since) => {
    const texts = [...tables.messages.values()].filter(
      (each) => each.conversationId === conversationId && each.receivedAt > since,
    );
    const everybody = tables.conversations.get(conversationId)?.participants ?? [];
    return everybody.map(({ id }) => id).filter((id) => !texts.some(({ senderId }) => senderId === id));
  },
  failing: async ({ codes, since, after, limit }) => {
    const failed = tables.messages
      .values()
      .filter(
        ({ outcome }) =>
          outcome?.state === "failed" && outcome.at > since && codes.includes(outcome.failure?.code ?? ""),
      );
    const recipients = new Map(failed.map((each) => [each.recipientId ?? "", each.conversationId]));
    const page = [...recipients]
      .filter(([id]) => id > (after ?? ""))
      .toSorted(([one], [other]) => (one < other ? -1 : 1))
      .slice(0, limit);
    return {
      items: page.flatMap((each) => failingOf(tables, ...each)),
      next: page.length < limit ? null : page.at(-1)![0],
    };
  },
  openOn: async (virtualNumber, limit) =>
    tables.conversations
      .values()
      .filter(
        ({ closedAt, participants }) =>
          closedAt === null && participants.some((each) => each.virtualNumber === virtualNumber),
      )
      .take(limit)
      .toArray(),
  addMessages: async (conversationId, messages) => {
    const conversation = tables.conversations.get(conversationId);
    if (conversation?.closedAt !== null) return "closed";
    const optedOut = messages.find(
      ({ destination }) => optOutOf(tables, conversation.serviceId, destination) !== null,
    );
    if (optedOut) return { optedOut: optedOut.recipientId };
    queue(tables, messages);
    for (const { receivedAt, hold } of messages) noteText(tables, conversationId, hold?.since ?? receivedAt);
    if (messages.length > 0) announceWork();
    return "added";
  },
  messages: async (conversationId, page) => {
    const own = tables.messages.values().filter((message) => message.conversationId === conversationId);
    const { items, next } = sliceOf(own, page, turnKey);
    return { items: items.map((message) => recordOf(tables, message)), next };
  },
  message: async (id) => {
    const message = tables.messages.get(id);
    if (message) return recordOf(tables, message);
    const part = tables.parts.values().find((each) => each.id === id);
    return part ? recordOfPart(tables, part) : null;
  },
  unlinkPairs: async (number) => {
    const own = handsetOf(number);
    for (const route of [...currentRoutes(tables)])
      if (route.closedAt !== null && (route.sender === own || route.recipient === own))
        changeRoute(tables, route, { recipient: "" as Msisdn });
  },
  eraseTexts: async (closedBefore, limit, now) => {
    const ripe = tables.conversations
      .values()
      .filter(({ id, closedAt }) => closedAt !== null && closedAt < closedBefore && !tables.erased.has(id))
      .filter(({ id }) => !isHeld(tables, id, now))
      .take(limit)
      .toArray();
    for (const { id } of ripe) erase(tables, id);
    return ripe.length;
  },
});

const textedBy = ({ stranger }: StoredMessage): Msisdn | null =>
  stranger && isMsisdn(stranger.to) ? stranger.to : null;

/** The conversation is not idle: somebody has texted, or the app has. */
export const noteText = (tables: MemoryTables, conversationId: string, at: number): void => {
  const conversation = tables.conversations.get(conversationId);
  if (!conversation) return;
  const lastMessageAt = Math.max(conversation.lastMessageAt ?? at, at);
  tables.conversations.set(conversationId, { ...conversation, lastMessageAt });
};

/** What was held has its place among those that leave when its turn has come. */
const turnKey = ({ id, receivedAt, outbound }: StoredMessage): string =>
  timeKey(outbound?.receivedAt ?? receivedAt, id);

const erase = (tables: MemoryTables, conversationId: string): void => {
  tables.erased.add(conversationId);
  for (const message of tables.messages.values()) {
    if (message.conversationId === conversationId) message.text = null;
  }
};

const failingOf = (
  tables: MemoryTables,
  participantId: string,
  conversationId: string | null,
): readonly FailingRecipient[] => {
  const conversation = conversationId === null ? undefined : tables.conversations.get(conversationId);
  const isThere = conversation?.participants.some(({ id }) => id === participantId);
  if (!conversation || conversation.closedAt !== null || !isThere) return [];
  const texts = [...tables.messages.values()]
    .filter((each) => each.conversationId === conversationId)
    .toSorted((one, other) => other.receivedAt - one.receivedAt);
  const last = texts.flatMap(({ recipientId, outcome }) =>
    recipientId === participantId && outcome
      ? [{ state: outcome.state, code: outcome.failure?.code ?? null, at: outcome.at }]
      : [],
  );
  const heardAt = texts.find(({ senderId }) => senderId === participantId)?.receivedAt ?? null;
  const { id, serviceId } = conversation;
  return [{ conversationId: id, participantId, serviceId, last: last.slice(0, FAILURES_IN_A_ROW), heardAt }];
};
