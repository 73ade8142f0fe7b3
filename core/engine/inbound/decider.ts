import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { Pair } from "#core/domain/pair.ts";
import { readReaction } from "#core/domain/reactions/reaction.ts";
import type { Route } from "#core/domain/route.ts";
import { rulesByService } from "#core/domain/service-rules.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { Services } from "#core/ports/services.ts";
import type { Sums } from "#core/ports/sums.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { FoundRoute, InboundWrite, Listener, Traffic } from "#core/ports/traffic.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import {
  type BatchContext,
  decideBatch,
  type Heard,
  type PlannedWrite,
  type RoutedMessage,
  setOf,
} from "./decide-batch.ts";
import { createLeakWatch } from "./leak-watch.ts";
import { createLimitSums } from "./limit-sums.ts";
import { createLimitWatch } from "./limit-watch.ts";
import { createLoopGuard } from "./loop-guard.ts";
import { createLoopLookUp } from "./loop-look-up.ts";
import { createStrangerWatch } from "./stranger-watch.ts";
import { notify, type PendingInbound } from "./write-batch.ts";

/** A message that waits to be written, with what it means. */
interface PendingRoutedMessage extends RoutedMessage {
  readonly item: PendingInbound;
}

/** `routed` is null for a text that was joined on the way: nobody waits for it. */
export type PlannedPendingWrite = PlannedWrite<PendingRoutedMessage>;

/** Finds out what a batch needs to know, most of it from memory, and decides on it. */
export interface Decider {
  /** Notifies a message whose route is unreadable that it is unavailable, and leaves it out. */
  decide(items: readonly PendingInbound[]): Promise<readonly PlannedPendingWrite[]>;
  /** What was known of the pair of this message is no longer true. */
  forget(message: InboundMessage): void;
  /** A text has been written, for the first time. */
  written(write: InboundWrite): void;
  /** Stores what was counted, and resolves when storage is asked for nothing in the background. */
  settled(): Promise<void>;
}

export interface DeciderPorts {
  readonly traffic: Pick<Traffic, "routes" | "parts" | "told" | "last" | "seen">;
  readonly numbers: Pick<Numbers, "ownAmong">;
  readonly services: Pick<Services, "current">;
  /** Absent: what people text is counted in memory alone. */
  readonly sums?: Pick<Sums, "add" | "lately">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
}

export interface DeciderOptions extends Pick<BatchContext, "partsTimeoutMs" | "wishRules" | "mayOwn"> {
  readonly messageTtlMs: number;
  /** Told of a conversation in which two machines have answered each other, once they are stopped. */
  readonly onLoop?: ((conversationId: string) => void) | undefined;
}

/** Routes in this process's memory at most, about 300 bytes each. */
const CACHED_ROUTES_MAX = 100_000;

export const createDecider = (
  { traffic, numbers, services, sums, clock, timer, ids }: DeciderPorts,
  { messageTtlMs, partsTimeoutMs, wishRules, mayOwn, onLoop }: DeciderOptions,
): Decider => {
  const rulesOf = rulesByService({ messageTtlMs });
  const cache = createGenerationalCache<Route>(CACHED_ROUTES_MAX);
  const loops = createLoopGuard(onLoop);
  const leaks = createLeakWatch();
  const limits = createLimitWatch();
  const strangers = createStrangerWatch();
  const limitSums = createLimitSums({ sums: sums ?? null, clock, timer }, limits);
  const looking = createLoopLookUp({ traffic, clock }, loops);

  /** In the order of the items; null where nothing is routed. */
  const askRoutes = async (items: readonly PendingInbound[]): Promise<readonly FoundRoute[]> => {
    const routes: readonly (Route | null)[] = items.map(({ message }) => cache.get(keyOf(message)) ?? null);
    const missing = new Map<string, Pair>();
    items.forEach(({ message }, i) => {
      const pair = routes[i] ? null : pairOf(message);
      if (pair) missing.set(keyOf(message), pair);
    });
    if (missing.size === 0) return routes;
    const answers = await traffic.routes([...missing.values()]);
    const found = new Map([...missing.keys()].map((key, i) => [key, answers[i]!]));
    for (const route of answers) {
      if (route && route !== "unreadable") cache.set(cacheKey(route.sender, route.virtualNumber), route);
    }
    return items.map(({ message }, i) => routes[i] ?? found.get(keyOf(message)) ?? null);
  };

  /** By participant; mostly nobody has reacted to anything, and nothing is asked. */
  const askTold = async (
    items: readonly PendingInbound[],
    routes: readonly FoundRoute[],
  ): Promise<ReadonlyMap<string, readonly string[]>> => {
    const asked = new Map<string, Listener>();
    items.forEach(({ message }, i) => {
      const route = routes[i];
      if (route && route !== "unreadable" && message.part === null && readReaction(message.text))
        asked.set(route.senderId, { conversationId: route.conversationId, participantId: route.senderId });
    });
    if (asked.size === 0) return NOTHING_TOLD;
    const answers = await traffic.told([...asked.values()]);
    return new Map([...asked.keys()].map((id, i) => [id, answers[i]!]));
  };

  /** By participant: what they were told, and whose text they got last. */
  const askHeard = async (unclear: ReadonlyMap<string, Route>): Promise<ReadonlyMap<string, Heard>> => {
    const at = clock.now();
    const listeners = [...unclear.values()].map(({ conversationId, senderId }) => ({
      ...{ conversationId, participantId: senderId, at },
    }));
    const [told, last] = await Promise.all([traffic.told(listeners), traffic.last(listeners)]);
    return new Map(
      listeners.map(({ participantId }, i) => [participantId, { told: told[i]!, last: last[i]! }]),
    );
  };

  return {
    decide: async (items) => {
      if (items.length === 0) return [];
      const routes = await askRoutes(items);
      const told = await askTold(items, routes);
      const sets = items.flatMap(({ message }) =>
        message.part ? [setOf({ ...message, ...message.part })] : [],
      );
      const stored = sets.length > 0 ? await traffic.parts(sets) : [];
      const ours = await numbers.ownAmong([...new Set(items.map(({ message }) => message.to))]);
      const known = await services.current();
      const unclear = new Map<string, Route>();
      const context: BatchContext = {
        now: clock.now(),
        wishRules,
        nextId: () => ids.next(),
        stored,
        partsTimeoutMs,
        loops,
        leaks,
        limits,
        heard: NOTHING_HEARD,
        onUnclear: (route) => unclear.set(route.senderId, route),
        mayOwn,
        mayOffer: strangers.mayOffer,
        strangers,
      };
      const routed = items.flatMap((item, i): readonly PendingRoutedMessage[] => {
        const { message, joins, ruling = null } = item;
        const route = routes[i]!;
        if (route === "unreadable") {
          notify(item, "unavailable");
          return [];
        }
        const heard = route && told.size > 0 ? (told.get(route.senderId) ?? null) : null;
        const serviceId = ours.get(message.to) ?? null;
        const rules = rulesOf(serviceId === null ? null : (known.get(serviceId) ?? null));
        return [{ item, message, joins, route, serviceId, rules, told: heard, ruling }];
      });
      const limited = routed.filter(({ route, rules }) => route !== null && rules.limits !== null);
      if (limited.length > 0)
        await limitSums.takeOver(
          limited.map(({ route, serviceId, rules }) => ({ route: route!, serviceId, limits: rules.limits! })),
        );
      const guessed = decideBatch(routed, context);
      const decided =
        unclear.size === 0 ? guessed : decideBatch(routed, { ...context, heard: await askHeard(unclear) });
      looking.look();
      limitSums.look();
      return decided;
    },
    forget: (message) => cache.delete(keyOf(message)),
    written: ({ inbound, serviceId, decision, isIgnored }) => {
      // Its route says now how long something is held.
      if (decision.kind === "relay" && decision.message.hold) cache.delete(keyOf(inbound));
      const isLost = decision.kind === "refuse" && decision.refusal.kind === "unroutable";
      if (isLost && serviceId !== null && !isIgnored) strangers.written(inbound);
      const isLoop = decision.kind === "refuse" && decision.refusal.reason === "loop";
      const text = decision.kind === "relay" ? decision.message : isLoop ? decision.route : null;
      if (text !== null && text.senderId !== null)
        loops.written(text.conversationId, text.senderId, text.recipientId, inbound.receivedAt);
    },
    settled: async () => {
      await looking.settled();
      await limitSums.settled();
    },
  };
};

const NOTHING_HEARD: ReadonlyMap<string, Heard> = new Map();
const NOTHING_TOLD: ReadonlyMap<string, readonly string[]> = new Map();

const pairOf = (message: InboundMessage): Pair | null =>
  isMsisdn(message.from) && isMsisdn(message.to) ? { sender: message.from, virtualNumber: message.to } : null;

const keyOf = (message: InboundMessage): string => cacheKey(message.from, message.to);

const cacheKey = (sender: string, virtualNumber: string): string => `${sender}>${virtualNumber}`;
