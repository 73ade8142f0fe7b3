import { type Conversation, counterpart, type Participants } from "#core/domain/conversation.ts";
import { swappedEvent } from "#core/domain/conversation-events.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import type { Conversations, Swap, SwapOutcome } from "#core/ports/conversations.ts";
import { log } from "./event-log.ts";
import { queue } from "./messages.ts";
import { addRoute, changeRoute, liveRoutesOf, mayRoute, pairKey } from "./routes.ts";
import type { MemoryTables } from "./tables.ts";

export const swapping = (tables: MemoryTables, announceWork: () => void): Pick<Conversations, "swap"> => ({
  swap: async (request) => {
    const outcome = swap(tables, request);
    if (outcome.kind === "swapped" && request.intros.length > 0) announceWork();
    return outcome;
  },
});

const swap = (tables: MemoryTables, request: Swap): SwapOutcome => {
  const { conversationId, leaving, joining, staying, routes, intros, at, quarantinedUntil } = request;
  const conversation = tables.conversations.get(conversationId);
  if (!conversation || conversation.closedAt !== null) return { kind: "closed" };
  if (counterpart(conversation.participants, joining.id)) return { kind: "swapped", conversation };
  if (counterpart(conversation.participants, leaving)?.id !== staying.id) return { kind: "conflict" };
  if (tables.numbers.has(joining.number)) return { kind: "conflict" };

  const old = new Map(liveRoutesOf(tables, conversationId).map((route) => [pairKey(route), route]));
  const isOwn = (route: RouteDefinition): boolean => old.has(pairKey(route));
  if (!routes.every((route) => isOwn(route) || mayRoute(tables, conversation.serviceId, route, at)))
    return { kind: "conflict" };

  const kept = new Set(routes.map(pairKey));
  for (const [key, route] of old) {
    // The pair of the one who stays changes its meaning at once, without a quarantine.
    changeRoute(tables, route, { closedAt: at, quarantinedUntil: kept.has(key) ? at : quarantinedUntil });
  }
  for (const route of routes) addRoute(tables, route, { openedAt: at, expiresAt: conversation.expiresAt });

  const replace = (id: string) => (id === leaving ? joining : staying);
  const [a, b] = conversation.participants;
  const participants: Participants = [replace(a.id), replace(b.id)];
  const left = a.id === leaving ? a : b;
  const former = [...conversation.former, { ...left, leftAt: at }];
  const version = conversation.version + 1;
  const swapped: Conversation = { ...conversation, version, participants, former };
  tables.conversations.set(conversationId, swapped);
  queue(tables, intros);
  log(tables, swappedEvent(swapped, { leftId: leaving, joinedId: joining.id, at }));
  return { kind: "swapped", conversation: swapped };
};
