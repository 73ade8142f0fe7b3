import { setImmediate as nextTurn } from "node:timers/promises";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { systemClock } from "#adapters/node/clock.ts";
import type { Route } from "#core/domain/route.ts";
import { NO_WISHES } from "#core/domain/sender-wishes.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { InboundOutcome, InboundWrite, Traffic } from "#core/ports/traffic.ts";
import { wayOf } from "./traffic-plan.ts";

/** Storage that knows so many directions and stores nothing: each batch counts as written in the next turn of the event loop. */
export const storelessStorage = (pairs: number, ids: Ids): Storage => {
  const routes = new Map<string, Route>();
  for (let pair = 0; pair < pairs; pair += 1) {
    const { from, to, source, destination } = wayOf(pair);
    routes.set(`${from}>${to}`, {
      sender: from,
      virtualNumber: to,
      conversationId: ids.next(),
      senderId: ids.next(),
      recipientId: ids.next(),
      recipient: destination,
      source,
      version: "1",
      openedAt: 0,
      expiresAt: null,
      closedAt: null,
      quarantinedUntil: null,
      blockedBy: null,
      senderWishes: NO_WISHES,
    });
  }
  const traffic: Traffic = {
    routes: async (asked) =>
      asked.map(({ sender, virtualNumber }) => routes.get(`${sender}>${virtualNumber}`) ?? null),
    parts: async () => [],
    told: async (asked) => asked.map(() => []),
    last: async (asked) => asked.map(() => null),
    seen: async (asked) => asked.map(() => []),
    commit: async ({ inbound, receipts }) => {
      await nextTurn();
      return {
        kind: "committed",
        inbound: inbound.map(outcomeOf),
        receipts: { matched: receipts.length, parked: 0 },
      };
    },
  };
  const memory = memoryStorage({ clock: systemClock });
  return {
    ...memory,
    traffic,
    numbers: {
      ...memory.numbers,
      ownAmong: async (asked: readonly string[]) =>
        new Map(asked.map((number) => [number, DEFAULT_SERVICE_ID])),
    },
  };
};

/** What the process does not keep in hand would be queued, and is forgotten. */
const outcomeOf = ({ decision }: InboundWrite): InboundOutcome =>
  decision.kind === "relay" && decision.own ? "owned" : "stored";
