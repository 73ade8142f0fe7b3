import type { InboundMessage } from "#core/domain/message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { Pair, Route } from "#core/domain/route.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { InboundWrite, Traffic } from "#core/ports/traffic.ts";
import { type BatchContext, decideBatch, decideWhole, setOf } from "#core/use-cases/intake-batch.ts";
import type { InboundWaiting } from "#core/use-cases/intake-lanes.ts";
import { pairKey, routeCache } from "#core/use-cases/route-cache.ts";

export interface DecidedWrite {
  readonly write: InboundWrite;
  /** Who waits for it; null for a text that was joined on the way. */
  readonly item: InboundWaiting | null;
}

/** Finds out what a batch needs to know, most of it from memory, and decides on it. */
export interface IntakeDecider {
  decide(items: readonly InboundWaiting[]): Promise<readonly DecidedWrite[]>;
  /** What was known of the pair of this message is no longer true. */
  forget(message: InboundMessage): void;
}

export interface DeciderPorts {
  readonly traffic: Pick<Traffic, "routes" | "parts">;
  readonly numbers: Pick<Numbers, "ours">;
  readonly clock: Clock;
  readonly ids: Ids;
}

export const createDecider = (
  { traffic, numbers, clock, ids }: DeciderPorts,
  { messageTtlMs, mayHold }: Pick<BatchContext, "messageTtlMs" | "mayHold">,
): IntakeDecider => {
  const cache = routeCache();

  const routesFor = async (items: readonly InboundWaiting[]): Promise<ReadonlyMap<string, Route>> => {
    const routes = new Map<string, Route>();
    const missing = new Map<string, Pair>();
    for (const { message } of items) {
      const pair = pairOf(message);
      if (!pair) continue;
      const route = cache.get(pair);
      if (route) routes.set(pairKey(pair), route);
      else missing.set(pairKey(pair), pair);
    }
    if (missing.size === 0) return routes;
    for (const route of await traffic.routes([...missing.values()])) {
      if (!route) continue;
      routes.set(pairKey(route), route);
      cache.put(route);
    }
    return routes;
  };

  return {
    decide: async (items) => {
      if (items.length === 0) return [];
      const routes = await routesFor(items);
      const sets = items.flatMap(({ message }) =>
        message.part ? [setOf({ ...message, ...message.part })] : [],
      );
      const stored = sets.length > 0 ? await traffic.parts(sets) : [];
      const ours = await numbers.ours([...new Set(items.map(({ message }) => message.to))]);
      const context: BatchContext = {
        now: clock.now(),
        messageTtlMs,
        nextId: () => ids.next(),
        stored,
        mayHold,
        meaningOf: (message) => ({ route: routes.get(keyOf(message)) ?? null, ours: ours.has(message.to) }),
      };
      const itemById = new Map(items.map((item) => [item.message.id, item]));
      const whole = items.filter(({ joins }) => joins !== null);
      const fresh = items.filter(({ joins }) => joins === null).map(({ message }) => message);
      return [
        ...whole.map((item) => ({ write: decideWhole(item.message, context, item.joins!), item })),
        ...decideBatch(fresh, context).map((write) => ({
          write,
          item: itemById.get(write.inbound.id) ?? null,
        })),
      ];
    },
    forget: (message) => {
      const pair = pairOf(message);
      if (pair) cache.forget(pair);
    },
  };
};

const pairOf = (message: InboundMessage): Pair | null =>
  isMsisdn(message.from) && isMsisdn(message.to) ? { sender: message.from, virtualNumber: message.to } : null;

const keyOf = (message: InboundMessage): string => `${message.from}>${message.to}`;
