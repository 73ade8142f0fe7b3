import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryIds } from "#adapters/memory/ids.ts";
import { basicWishRules } from "#core/domain/wishes/wish.ts";
import { createDecider } from "#core/engine/inbound/decider.ts";
import type { OfferResult } from "#core/ports/inbound.ts";
import { virtualTime } from "#test/core/virtual-time.ts";
import { anInbound, freshNumber } from "#test/support/traffic-builders.ts";

test("a message whose route is unreadable is unavailable, and no other of its batch is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { maxLength: 20 }), async (unreadable) => {
      const { clock, timer } = virtualTime();
      const texts = unreadable.map(() => anInbound(freshNumber(), freshNumber()));
      const bad = new Set(texts.filter((_, i) => unreadable[i]).map(({ from }) => from));
      const decider = createDecider(
        {
          clock,
          timer,
          ids: memoryIds({ clock }),
          numbers: { ownAmong: async () => new Map() },
          services: { current: async () => new Map() },
          traffic: {
            parts: async () => [],
            told: async () => [],
            last: async () => [],
            seen: async () => [],
            routes: async (pairs) => pairs.map(({ sender }) => (bad.has(sender) ? "unreadable" : null)),
          },
        },
        { messageTtlMs: 60_000, partsTimeoutMs: 60_000, wishRules: basicWishRules, mayOwn: () => true },
      );
      const results = new Map<string, OfferResult>();
      const writes = await decider.decide(
        texts.map((message) => ({
          message,
          joins: null,
          done: (result: OfferResult) => void results.set(message.from, result),
        })),
      );
      expect(writes.map(({ write }) => write.inbound.from)).toEqual(
        texts.map(({ from }) => from).filter((from) => !bad.has(from)),
      );
      expect([...results]).toEqual([...bad].map((from) => [from, "unavailable"]));
    }),
  );
});
