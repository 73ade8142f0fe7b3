import type { Conversation } from "#core/domain/conversation.ts";
import { openedEvent } from "#core/domain/conversation-events.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Opening, ParticipantFacts } from "#core/domain/opening.ts";
import { isRemembered } from "#core/domain/reassigning.ts";
import type { Route } from "#core/domain/route.ts";
import type { Conversations, OpeningOutcome } from "#core/ports/conversations.ts";
import { log } from "./event-log.ts";
import { queue } from "./messages.ts";
import { poolNumbers } from "./numbers.ts";
import { addRoute, currentRoutes, isBlocked, mayRoute } from "./routes.ts";
import type { MemoryTables } from "./tables.ts";
import { optOutOf } from "./wishes-that-hold.ts";

export const opening = (
  tables: MemoryTables,
  announceWork: () => void,
): Pick<Conversations, "openingFacts" | "open"> => ({
  openingFacts: async (serviceId, [a, b], _, aliveSince = Number.NEGATIVE_INFINITY) => ({
    numbers: poolNumbers(tables, serviceId),
    people: [factsOf(tables, serviceId, a, b, aliveSince), factsOf(tables, serviceId, b, a, aliveSince)],
    blocked: isBlocked(tables, serviceId, a, b),
  }),
  open: async (request) => {
    const outcome = open(tables, request);
    if (outcome.kind === "opened" && request.intros.length > 0) announceWork();
    return outcome;
  },
});

const open = (tables: MemoryTables, { conversation, routes, intros }: Opening): OpeningOutcome => {
  if (tables.conversations.has(conversation.id)) return { kind: "exists" };
  if (isReferenceInUse(tables, conversation)) return { kind: "reference-in-use" };
  const people = conversation.participants;
  if (people.some(({ number }) => tables.numbers.has(number))) return { kind: "conflict" };
  if (!routes.every((route) => mayRoute(tables, conversation.serviceId, route, conversation.openedAt)))
    return { kind: "conflict" };
  tables.conversations.set(conversation.id, conversation);
  for (const route of routes) addRoute(tables, route, conversation);
  queue(tables, intros);
  log(tables, openedEvent(conversation));
  return { kind: "opened" };
};

const isReferenceInUse = (tables: MemoryTables, { serviceId, reference }: Conversation): boolean =>
  reference !== null &&
  [...tables.conversations.values()].some(
    (other) => other.serviceId === serviceId && other.reference === reference && other.closedAt === null,
  );

/** When the one of the two texted last who has been silent for longer. */
const heardAt = (
  tables: MemoryTables,
  { conversationId, senderId, recipientId }: Pick<Route, "conversationId" | "senderId" | "recipientId">,
): number | null => {
  const [own, others] = [senderId, recipientId].map((id) => {
    const texts = tables.messages
      .values()
      .filter((each) => each.conversationId === conversationId && each.senderId === id);
    return Math.max(Number.NEGATIVE_INFINITY, ...texts.map(({ receivedAt }) => receivedAt));
  });
  const last = Math.min(own!, others!);
  return last === Number.NEGATIVE_INFINITY ? null : last;
};

const factsOf = (
  tables: MemoryTables,
  serviceId: string,
  person: Msisdn,
  other: Msisdn,
  aliveSince: number,
): ParticipantFacts => ({
  pairs: [...currentRoutes(tables)]
    .filter(({ sender }) => sender === person)
    .map((route) => {
      const { virtualNumber, recipient, openedAt, closedAt, quarantinedUntil } = route;
      const isKnown =
        closedAt === null || isRemembered({ openedAt, heardAt: heardAt(tables, route) }, aliveSince, 0);
      const counterpart = recipient === other && isKnown ? "same" : "other";
      return { virtualNumber, counterpart, openedAt, closedAt, quarantinedUntil };
    }),
  optedOut: optOutOf(tables, serviceId, person) !== null,
  virtual: tables.numbers.has(person),
});
