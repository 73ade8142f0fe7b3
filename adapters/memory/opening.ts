import type { Conversation } from "#core/domain/conversation.ts";
import { openedEvent } from "#core/domain/conversation-events.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Opening, ParticipantFacts } from "#core/domain/opening.ts";
import type { Conversations, OpeningOutcome } from "#core/ports/conversations.ts";
import { log } from "./event-log.ts";
import { queue } from "./messages.ts";
import { poolNumbers } from "./numbers.ts";
import { addRoute, currentRoutes, isBlocked, mayRoute } from "./routes.ts";
import { optOutOf } from "./wishes-that-hold.ts";
import type { World } from "./world.ts";

export const opening = (
  world: World,
  announceWork: () => void,
): Pick<Conversations, "openingFacts" | "open"> => ({
  openingFacts: async (serviceId, [a, b]) => ({
    numbers: poolNumbers(world, serviceId),
    people: [factsOf(world, serviceId, a, b), factsOf(world, serviceId, b, a)],
    blocked: isBlocked(world, serviceId, a, b),
  }),
  open: async (request) => {
    const outcome = open(world, request);
    if (outcome.kind === "opened" && request.intros.length > 0) announceWork();
    return outcome;
  },
});

const open = (world: World, { conversation, routes, intros }: Opening): OpeningOutcome => {
  if (world.conversations.has(conversation.id)) return { kind: "exists" };
  if (isReferenceInUse(world, conversation)) return { kind: "reference-in-use" };
  const people = conversation.participants;
  if (people.some(({ number }) => world.numbers.has(number))) return { kind: "conflict" };
  if (!routes.every((route) => mayRoute(world, conversation.serviceId, route, conversation.openedAt)))
    return { kind: "conflict" };
  world.conversations.set(conversation.id, conversation);
  for (const route of routes) addRoute(world, route, conversation);
  queue(world, intros);
  log(world, openedEvent(conversation));
  return { kind: "opened" };
};

const isReferenceInUse = (world: World, { serviceId, reference }: Conversation): boolean =>
  reference !== null &&
  [...world.conversations.values()].some(
    (other) => other.serviceId === serviceId && other.reference === reference && other.closedAt === null,
  );

const factsOf = (world: World, serviceId: string, person: Msisdn, other: Msisdn): ParticipantFacts => ({
  pairs: [...currentRoutes(world)]
    .filter(({ sender }) => sender === person)
    .map(({ virtualNumber, recipient, openedAt, closedAt, quarantinedUntil }) => ({
      virtualNumber,
      counterpart: recipient === other ? "same" : "other",
      openedAt,
      closedAt,
      quarantinedUntil,
    })),
  optedOut: optOutOf(world, serviceId, person) !== null,
  virtual: world.numbers.has(person),
});
