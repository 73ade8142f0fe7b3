import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import { queue, recordOf, recordOfPart } from "./messages.ts";
import { sliceOf, timeKey } from "./slices.ts";
import { optOutOf } from "./wishes-that-hold.ts";
import type { StoredMessage, World } from "./world.ts";

export const conversationMessages = (
  world: World,
  announceWork: () => void,
): Pick<
  Conversations,
  "addMessages" | "messages" | "message" | "eraseTexts" | "searchMessages" | "openOn"
> => ({
  searchMessages: async ({ serviceId: wanted, number, state, from, until }, page) => {
    const own = new Set(
      world.conversations
        .values()
        .flatMap(({ participants, former }) => [...participants, ...former])
        .filter((each) => each.number === number)
        .map(({ id }) => id),
    );
    const isOwn = (id: string | null): boolean => id !== null && own.has(id);
    const found = world.messages
      .values()
      .filter(
        ({ senderId, recipientId, stranger, receivedAt }) =>
          (isOwn(senderId) || isOwn(recipientId) || stranger?.from === number) &&
          receivedAt >= from &&
          receivedAt <= until,
      )
      .map((message) => ({ ...recordOf(world, message), texted: textedBy(message) }))
      .filter(({ serviceId }) => wanted === null || serviceId === wanted)
      .filter((record) => state === null || record.state === state);
    return sliceOf(found, page, ({ receivedAt, id }) => timeKey(receivedAt, id), "descending");
  },
  openOn: async (virtualNumber, limit) =>
    world.conversations
      .values()
      .filter(
        ({ closedAt, participants }) =>
          closedAt === null && participants.some((each) => each.virtualNumber === virtualNumber),
      )
      .take(limit)
      .toArray(),
  addMessages: async (conversationId, messages) => {
    const conversation = world.conversations.get(conversationId);
    if (conversation?.closedAt !== null) return "closed";
    const optedOut = messages.find(
      ({ destination }) => optOutOf(world, conversation.serviceId, destination) !== null,
    );
    if (optedOut) return { optedOut: optedOut.recipientId };
    queue(world, messages);
    for (const { receivedAt } of messages) noteText(world, conversationId, receivedAt);
    if (messages.length > 0) announceWork();
    return "added";
  },
  messages: async (conversationId, page) => {
    const own = world.messages.values().filter((message) => message.conversationId === conversationId);
    return sliceOf(
      own.map((message) => recordOf(world, message)),
      page,
      ({ receivedAt, id }) => timeKey(receivedAt, id),
    );
  },
  message: async (id) => {
    const message = world.messages.get(id);
    if (message) return recordOf(world, message);
    const part = world.parts.values().find((each) => each.id === id);
    return part ? recordOfPart(world, part) : null;
  },
  eraseTexts: async (closedBefore, limit) => {
    const ripe = world.conversations
      .values()
      .filter(({ id, closedAt }) => closedAt !== null && closedAt < closedBefore && !world.erased.has(id))
      .take(limit)
      .toArray();
    for (const { id } of ripe) erase(world, id);
    return ripe.length;
  },
});

const textedBy = ({ stranger }: StoredMessage): Msisdn | null =>
  stranger && isMsisdn(stranger.to) ? stranger.to : null;

/** The conversation is not idle: somebody has texted, or the app has. */
export const noteText = (world: World, conversationId: string, at: number): void => {
  const conversation = world.conversations.get(conversationId);
  if (!conversation) return;
  const lastMessageAt = Math.max(conversation.lastMessageAt ?? at, at);
  world.conversations.set(conversationId, { ...conversation, lastMessageAt });
};

const erase = (world: World, conversationId: string): void => {
  world.erased.add(conversationId);
  for (const message of world.messages.values()) {
    if (message.conversationId === conversationId) message.text = null;
  }
};
