import type { Route } from "#core/domain/route.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import { answerIn, commandIn, isForAll } from "./commands.ts";
import { createOptOutBook, type OptOutBook } from "./opt-out-book.ts";
import type { WishChange } from "./participant-events.ts";

/** Who wants no texts, and who has blocked whom, since when by the true clock; each service by itself. */
export interface Wishes {
  readonly optOuts: OptOutBook;
  /** A command has been committed. */
  heard(write: InboundWrite): void;
  /** Whether one of the two has blocked the other. */
  blocked(serviceId: string, a: string, b: string): boolean;
  /** Whether one of the two had blocked the other at some time since then. */
  hasBlockedSince(serviceId: string, a: string, b: string, since: number): boolean;
  /** What the first one texted to block the other; null while they have not. */
  blockedAt(serviceId: string, blocker: string, other: string): string | null;
}

export const createWishes = (
  serviceOf: ReadonlyMap<string, string>,
  now: () => number,
  changed: (change: WishChange) => void,
): Wishes => {
  const optOuts = createOptOutBook([...new Set(serviceOf.values())], now, changed);
  const blocks = new Map<string, string>();
  /** The end of each last block. */
  const blockedUntil = new Map<string, number>();
  const key = (serviceId: string, blocker: string, other: string): string =>
    `${serviceId} ${blocker} ${other}`;
  return {
    optOuts,
    heard: ({ inbound, decision }) => {
      const serviceId = serviceOf.get(inbound.to);
      if (serviceId === undefined) return;
      const command = answerIn(inbound.text) ?? commandIn(inbound.text);
      const route: Route | null = decision.kind === "command" ? decision.route : null;
      if (command === "stop") optOuts.stop(serviceId, inbound.from, isForAll(inbound.text));
      if (command === "start") optOuts.start(serviceId, inbound.from);
      if (command === "block" && route)
        blocks.set(key(serviceId, route.sender, route.recipient), route.virtualNumber);
      if (command === "unblock" && route) {
        const pair = key(serviceId, route.sender, route.recipient);
        if (blocks.delete(pair)) blockedUntil.set(pair, now());
      }
    },
    blocked: (serviceId, a, b) => blocks.has(key(serviceId, a, b)) || blocks.has(key(serviceId, b, a)),
    hasBlockedSince: (serviceId, a, b, since) =>
      [key(serviceId, a, b), key(serviceId, b, a)].some(
        (pair) => blocks.has(pair) || (blockedUntil.get(pair) ?? Number.NEGATIVE_INFINITY) >= since,
      ),
    blockedAt: (serviceId, blocker, other) => blocks.get(key(serviceId, blocker, other)) ?? null,
  };
};
