import fc from "fast-check";
import { expect, test } from "vitest";
import { HOUR_MS, type LimitRule } from "#core/domain/text-limits.ts";
import { createFanOutWatch } from "#core/engine/inbound/fan-out-watch.ts";
import { NOON } from "#test/support/traffic-builders.ts";

const RULE: LimitRule = { perMinute: 20, perHour: 200, sameTextTo: null, sameLinkTo: 3, action: "hold" };
const link = (n: number): string => `Hello number ${n}, see https://deals.example.com/ride?for=${n}`;

test("a link goes into so many conversations an hour, whatever is written around it, and others go on", () => {
  const { look } = createFanOutWatch();
  const at = (n: number, receivedAt = NOON, text = link(n)) =>
    look("one", { text, receivedAt }, `cnv_${n}`, RULE);
  expect([0, 1, 2, 3, 4].map((n) => at(n))).toEqual([null, null, null, "same-link", "same-link"]);
  expect([0, 1, 2].map((n) => at(n))).toEqual([null, null, null]);
  expect(at(5, NOON, "https://other.example.com/me")).toBeNull();
  expect(look("two", { text: link(6), receivedAt: NOON }, "cnv_6", RULE)).toBeNull();
  expect(look("one", { text: link(7), receivedAt: NOON }, "cnv_7", { ...RULE, sameLinkTo: null })).toBeNull();
  expect(at(8, NOON + HOUR_MS + 1)).toBeNull();
});

test("no text and no link of one person is in more conversations within an hour than the rule says", () => {
  const said = fc.record({ to: fc.nat(9), page: fc.nat(2), words: fc.nat(2) });
  fc.assert(
    fc.property(fc.array(said, { maxLength: 60 }), fc.integer({ min: 1, max: 5 }), (all, max) => {
      const { look } = createFanOutWatch();
      const rule = { ...RULE, sameTextTo: max, sameLinkTo: max };
      const reached = new Map<string, Set<number>>();
      for (const { to, page, words } of all) {
        const text = `These are words ${words} at https://deals.example.com/${page}`;
        if (look("one", { text, receivedAt: NOON }, `cnv_${to}`, rule) !== null) continue;
        for (const key of [text, `page ${page}`]) reached.set(key, (reached.get(key) ?? new Set()).add(to));
      }
      for (const conversations of reached.values()) expect(conversations.size).toBeLessThanOrEqual(max);
    }),
  );
});
