import type { Conversation } from "#core/domain/conversation.ts";
import { openedEvent } from "#core/domain/conversation-events.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Opening, ParticipantFacts } from "#core/domain/opening.ts";
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
  openingFacts: async (serviceId, [a, b]) => ({
    numbers: poolNumbers(tables, serviceId),
    people: [factsOf(tables, serviceId, a, b), factsOf(tables, serviceId, b, a)],
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

const factsOf = (
  tables: MemoryTables,
  serviceId: string,
  person: Msisdn,
  other: Msisdn,
): ParticipantFacts => ({
  pairs: [...currentRoutes(tables)]
    .filter(({ sender }) => sender === person)
    .map(({ virtualNumber, recipient, openedAt, closedAt, quarantinedUntil }) => ({
      virtualNumber,
      counterpart: recipient === other ? "same" : "other",
      openedAt,
      closedAt,
      quarantinedUntil,
    })),
  optedOut: optOutOf(tables, serviceId, person) !== null,
  virtual: tables.numbers.has(person),
});
