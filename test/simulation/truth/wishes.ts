import type { Route } from "#core/domain/route.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import { commandIn } from "./commands.ts";

/** Who wants no texts, and who has blocked whom, since when by the true clock. */
export interface Wishes {
  /** A command has been committed. */
  heard(write: InboundWrite): void;
  /** A receipt that says that the recipient has opted out at the carrier has been committed. */
  heardFromCarrier(number: string): void;
  /** A text of somebody has been committed that takes back what the carrier has said. */
  textedAgain(number: string): void;
  /** Whether somebody is opted out by the carrier's word alone. */
  isOutByCarrier(number: string): boolean;
  optedOutSince(number: string): number | null;
  /** Whether somebody has not wanted texts at some time since then. */
  hasOptedOutSince(number: string, since: number): boolean;
  /** Whether one of the two has blocked the other. */
  blocked(a: string, b: string): boolean;
  /** Whether one of the two had blocked the other at some time since then. */
  hasBlockedSince(a: string, b: string, since: number): boolean;
  /** What the first one texted to block the other; null while they have not. */
  blockedAt(blocker: string, other: string): string | null;
}

export const createWishes = (now: () => number): Wishes => {
  const optOuts = new Map<string, number>();
  /** Who is opted out by the carrier's word alone: a text of their own takes it back. */
  const byCarrier = new Set<string>();
  /** The end of each person's last opt-out. */
  const optedOutUntil = new Map<string, number>();
  const blocks = new Map<string, string>();
  /** The end of each last block. */
  const blockedUntil = new Map<string, number>();
  const key = (blocker: string, other: string): string => `${blocker} ${other}`;
  const optIn = (number: string): void => {
    byCarrier.delete(number);
    if (optOuts.delete(number)) optedOutUntil.set(number, now());
  };
  return {
    heardFromCarrier: (number) => {
      if (optOuts.has(number)) return;
      optOuts.set(number, now());
      byCarrier.add(number);
    },
    textedAgain: (number) => {
      if (byCarrier.has(number)) optIn(number);
    },
    isOutByCarrier: (number) => byCarrier.has(number),
    heard: ({ inbound, decision }) => {
      const command = commandIn(inbound.text);
      const route: Route | null = decision.kind === "command" ? decision.route : null;
      if (command === "stop") byCarrier.delete(inbound.from);
      if (command === "stop" && !optOuts.has(inbound.from)) optOuts.set(inbound.from, now());
      if (command === "start") optIn(inbound.from);
      if (command === "block" && route) blocks.set(key(route.sender, route.recipient), route.virtualNumber);
      if (command === "unblock" && route) {
        const pair = key(route.sender, route.recipient);
        if (blocks.delete(pair)) blockedUntil.set(pair, now());
      }
    },
    hasOptedOutSince: (number, since) =>
      optOuts.has(number) || (optedOutUntil.get(number) ?? Number.NEGATIVE_INFINITY) >= since,
    optedOutSince: (number) => optOuts.get(number) ?? null,
    blocked: (a, b) => blocks.has(key(a, b)) || blocks.has(key(b, a)),
    hasBlockedSince: (a, b, since) =>
      [key(a, b), key(b, a)].some(
        (pair) => blocks.has(pair) || (blockedUntil.get(pair) ?? Number.NEGATIVE_INFINITY) >= since,
      ),
    blockedAt: (blocker, other) => blocks.get(key(blocker, other)) ?? null,
  };
};
