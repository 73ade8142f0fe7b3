import type { InboundMessage } from "#core/domain/message.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { Pair, Route } from "#core/domain/route.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { InboundWrite, Traffic } from "#core/ports/traffic.ts";
import { type BatchContext, decideBatch, decideWhole, setOf } from "#core/use-cases/intake-batch.ts";
import type { InboundWaiting } from "#core/use-cases/intake-lanes.ts";
import { routeCache } from "#core/use-cases/route-cache.ts";

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

/** What is known of a message of a batch. */
interface Asked {
  readonly item: InboundWaiting;
  readonly route: Route | null;
}

export const createDecider = (
  { traffic, numbers, clock, ids }: DeciderPorts,
  { messageTtlMs, mayHold }: Pick<BatchContext, "messageTtlMs" | "mayHold">,
): IntakeDecider => {
  const cache = routeCache();

  const askRoutes = async (items: readonly InboundWaiting[]): Promise<ReadonlyMap<InboundMessage, Asked>> => {
    const asked = new Map<InboundMessage, Asked>();
    const missing: InboundWaiting[] = [];
    for (const item of items) {
      const route = cache.get(item.message.from, item.message.to) ?? null;
      asked.set(item.message, { item, route });
      if (!route && pairOf(item.message)) missing.push(item);
    }
    if (missing.length === 0) return asked;
    const pairs = new Map(missing.map(({ message }) => [keyOf(message), pairOf(message)!]));
    const routes = await traffic.routes([...pairs.values()]);
    const found = new Map([...pairs.keys()].map((key, i) => [key, routes[i]!]));
    for (const route of routes) if (route) cache.put(route);
    for (const item of missing)
      asked.set(item.message, { item, route: found.get(keyOf(item.message)) ?? null });
    return asked;
  };

  return {
    decide: async (items) => {
      if (items.length === 0) return [];
      const asked = await askRoutes(items);
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
        meaningOf: (message) => ({ route: asked.get(message)!.route, ours: ours.has(message.to) }),
      };
      const whole = items.filter(({ joins }) => joins !== null);
      const fresh = items.filter(({ joins }) => joins === null).map(({ message }) => message);
      return [
        ...whole.map((item) => ({
          write: decideWhole(item.message, context.meaningOf(item.message), context, item.joins!),
          item,
        })),
        ...decideBatch(fresh, context).map((write) => ({
          write,
          item: asked.get(write.inbound)?.item ?? null,
        })),
      ];
    },
    forget: ({ from, to }) => cache.forget(from, to),
  };
};

const pairOf = (message: InboundMessage): Pair | null =>
  isMsisdn(message.from) && isMsisdn(message.to) ? { sender: message.from, virtualNumber: message.to } : null;

const keyOf = (message: InboundMessage): string => `${message.from}>${message.to}`;
