import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alphabetOf, countSegments } from "#core/domain/segments.ts";
import {
  isServiceName,
  NOTICE_KINDS,
  type NoticeKind,
  noticeText,
  SERVICE_NAME_SEPTETS_MAX,
} from "#core/domain/wishes/notices.ts";
import { readWish } from "#core/domain/wishes/read-wish.ts";
import { fullWishRules, LANGUAGES } from "#core/domain/wishes/wish.ts";

const KINDS = NOTICE_KINDS;

const ALL = KINDS.flatMap((kind) => LANGUAGES.map((language) => ({ kind, language })));

const LONGEST_NAME = "W".repeat(SERVICE_NAME_SEPTETS_MAX);

describe("a notice", () => {
  test.each(ALL)("$kind in $language is one SMS of the GSM alphabet, with the longest name", (each) => {
    for (const name of [null, LONGEST_NAME, "€".repeat(SERVICE_NAME_SEPTETS_MAX / 2)]) {
      const text = noticeText(each.kind, each.language, name);
      expect(alphabetOf(text)).toBe("gsm7");
      expect(countSegments(text)).toBe(1);
      expect(text).not.toMatch(/[{}]/);
    }
  });

  test.each(ALL)("$kind in $language names the service", ({ kind, language }) => {
    expect(noticeText(kind, language, "Rides & Co")).toContain("Rides & Co");
  });

  test("says how to undo what it tells of, in every language", () => {
    for (const language of LANGUAGES) {
      const say = (kind: NoticeKind) => noticeText(kind, language, null);
      expect(say("stop")).toContain("START");
      expect(say("stop")).not.toContain("THIS");
      expect(say("stop-or-this")).toMatch(/START.*THIS/);
      expect(say("stop-all")).toContain("START");
      expect(say("start")).toContain("STOP");
      expect(say("block")).toMatch(/UNBLOCK.*24/);
      expect(say("report")).toMatch(/UNBLOCK.*24/);
      expect(say("unblock")).toMatch(/\bBLOCK/);
      expect(say("help")).toMatch(/STOP.*BLOCK/);
      expect(say("hint")).toMatch(/STOP.*BLOCK/);
    }
  });

  test("never is a wish itself, should it come back", () => {
    const facts = {
      context: "ours",
      isOptedOut: true,
      hasConfirmation: true,
      hasBlocked: true,
      wasAskedToStart: true,
    } as const;
    for (const { kind, language } of ALL) {
      expect(readWish(noticeText(kind, language, "X"), facts, fullWishRules).kind).toBe("relay");
    }
  });

  test("keeps a name as it is, whatever signs are in it", () => {
    expect(noticeText("ended", "en", "$& Co")).toMatch(/^\$& Co: /);
  });

  test("leaves out a name that cannot stand in it", () => {
    for (const name of ["", " ", "Такси", "a\nb", "x".repeat(SERVICE_NAME_SEPTETS_MAX + 1), "🚕"]) {
      expect(isServiceName(name)).toBe(false);
      expect(noticeText("ended", "en", name)).toMatch(/^This conversation has ended/);
    }
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.constantFrom(...ALL), (name, { kind, language }) => {
        expect(countSegments(noticeText(kind, language, name))).toBe(1);
      }),
    );
  });
});
