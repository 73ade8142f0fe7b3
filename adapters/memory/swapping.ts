import { type Conversation, counterpart, type Participants } from "#core/domain/conversation.ts";
import { swappedEvent } from "#core/domain/conversation-events.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import type { Conversations, Swap, SwapOutcome } from "#core/ports/conversations.ts";
import { log } from "./event-log.ts";
import { queue } from "./messages.ts";
import { addRoute, changeRoute, liveRoutesOf, mayRoute, pairKey } from "./routes.ts";
import type { World } from "./world.ts";

export const swapping = (world: World, announceWork: () => void): Pick<Conversations, "swap"> => ({
  swap: async (request) => {
    const outcome = swap(world, request);
    if (outcome.kind === "swapped" && request.intros.length > 0) announceWork();
    return outcome;
  },
});

const swap = (world: World, request: Swap): SwapOutcome => {
  const { conversationId, leaving, joining, staying, routes, intros, at, quarantinedUntil } = request;
  const conversation = world.conversations.get(conversationId);
  if (!conversation || conversation.closedAt !== null) return { kind: "closed" };
  if (counterpart(conversation.participants, joining.id)) return { kind: "swapped", conversation };
  if (counterpart(conversation.participants, leaving)?.id !== staying.id) return { kind: "conflict" };
  if (world.numbers.has(joining.number)) return { kind: "conflict" };

  const old = new Map(liveRoutesOf(world, conversationId).map((route) => [pairKey(route), route]));
  const isOwn = (route: RouteDefinition): boolean => old.has(pairKey(route));
  if (!routes.every((route) => isOwn(route) || mayRoute(world, conversation.serviceId, route, at)))
    return { kind: "conflict" };

  const kept = new Set(routes.map(pairKey));
  for (const [key, route] of old) {
    // The pair of the one who stays changes its meaning at once, without a quarantine.
    changeRoute(world, route, { closedAt: at, quarantinedUntil: kept.has(key) ? at : quarantinedUntil });
  }
  for (const route of routes) addRoute(world, route, { openedAt: at, expiresAt: conversation.expiresAt });

  const replace = (id: string) => (id === leaving ? joining : staying);
  const [a, b] = conversation.participants;
  const participants: Participants = [replace(a.id), replace(b.id)];
  const left = a.id === leaving ? a : b;
  const former = [...conversation.former, { ...left, leftAt: at }];
  const version = conversation.version + 1;
  const swapped: Conversation = { ...conversation, version, participants, former };
  world.conversations.set(conversationId, swapped);
  queue(world, intros);
  log(world, swappedEvent(swapped, { leftId: leaving, joinedId: joining.id, at }));
  return { kind: "swapped", conversation: swapped };
};
