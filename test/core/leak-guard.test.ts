import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  digitsOf,
  guardAgainstLeaks,
  LEAK_ACTIONS,
  LEAK_KINDS,
  type LeakAction,
  type LeakRule,
} from "#core/domain/leak-guard.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { MASK } from "#core/leaks/mask-leaks.ts";

const PEOPLE = ["447700900111", "447700900222"] as Msisdn[];

const ruleOf = (action: LeakAction, change: Partial<LeakRule> = {}): LeakRule => ({
  ...{ phone: action, email: action, link: action, handle: action, warn: false },
  ...change,
});

const ruled = (text: string, rule: LeakRule, earlier: readonly string[] = []) =>
  guardAgainstLeaks(text, earlier, rule, PEOPLE);

const LEAKS = {
  phone: "07700 900 413",
  email: "jo at example dot com",
  link: "www.example.com/jo",
  handle: "instagram @jo.rides",
} as const;

const anyLeak = fc.constantFrom(...LEAK_KINDS);
const innocent = fc.constantFrom("see you there", "at 10:30", "room 214", "it costs £25", "thanks");
const anyAction = fc.constantFrom(...LEAK_ACTIONS);
const anyRule = fc.record({
  ...{ phone: anyAction, email: anyAction, link: anyAction, handle: anyAction },
  warn: fc.boolean(),
});

describe("the guard against leaks", () => {
  test("does with each leak what the rule says of its kind, and nothing with anything else", () => {
    fc.assert(
      fc.property(anyLeak, innocent, anyRule, (kind, words, rule) => {
        const text = `${words}; ${LEAKS[kind]}`;
        const { text: passed, blockedFor, found } = ruled(text, rule);
        const action = rule[kind];
        expect(found.map((leak) => [leak.kind, leak.action])).toEqual(
          action === "off" ? [] : [[kind, action]],
        );
        expect(blockedFor).toBe(action === "block" ? kind : null);
        if (action === "block") {
          expect(passed).toBeNull();
        } else if (action === "mask") {
          expect(passed).toMatch(new RegExp(`^${words}; .*\\[hidden\\]$`));
          expect(passed).not.toMatch(/900|example|rides/);
        } else {
          expect(passed).toBe(text);
        }
        expect(ruled(words, rule)).toEqual({ text: words, blockedFor: null, found: [] });
      }),
    );
  });

  test("passes nothing of a text on that is to be blocked for one leak and masked for another", () => {
    const both = `${LEAKS.phone} or ${LEAKS.email}`;
    const { text, blockedFor, found } = ruled(both, ruleOf("mask", { email: "block" }));
    expect({ text, blockedFor }).toEqual({ text: null, blockedFor: "email" });
    expect(found.map(({ kind, action }) => [kind, action])).toEqual([
      ["phone", "observe"],
      ["email", "block"],
    ]);
  });

  test("leaves what is only likely as it is, and tells it", () => {
    const likely = "me liga 11 9 5550 0145";
    for (const action of ["observe", "mask", "block"] as const)
      expect(ruled(likely, ruleOf(action))).toMatchObject({
        ...{ text: likely, blockedFor: null },
        found: [{ kind: "phone", certainty: "likely", action: "observe" }],
      });
  });

  test.each([
    [["077", "00", "900", "1", "9", "2"]],
    [["zero seven seven", "zero zero nine", "zero zero five", "two two"]],
    [["077", "and", "00900", "and", "321"]],
  ])("hides what completes a number: %j", (texts) => {
    const earlier: string[] = [];
    const passed = texts.map((text) => {
      const ruling = ruled(text, ruleOf("mask"), earlier);
      const kept = digitsOf(text, ruling);
      if (kept !== "") earlier.push(kept);
      return ruling.text;
    });
    expect(passed.at(-1)).toBe(MASK);
    const shown = passed.filter((text) => text !== MASK);
    expect(shown).toEqual(texts.slice(0, shown.length));
  });

  test("remembers of what was written nothing but digits and words that announce them", () => {
    fc.assert(
      fc.property(fc.string(), anyRule, (text, rule) => {
        expect(digitsOf(text, ruled(text, { ...rule, phone: "observe" })).length).toBeLessThanOrEqual(200);
      }),
    );
    const secret = "my dog Rex bites, 077 is his tag";
    expect(digitsOf(secret, ruled(secret, ruleOf("observe")))).toBe("w 077 w");
  });
});
