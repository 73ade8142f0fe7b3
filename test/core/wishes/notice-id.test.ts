import fc from "fast-check";
import { expect, test } from "vitest";
import { noticeId } from "#core/domain/wishes/notice-id.ts";

const kind = fc.constantFrom("not-delivered" as const, "delayed" as const, "intro" as const);
const participant = fc.uuid({ version: 7 });
const instant = fc.integer({ min: 1_600_000_000_000, max: 4_000_000_000_000 });
const span = fc.integer({ min: 1_001, max: 100 * 86_400_000 });

test("what is said of a kind to somebody has one id in a span, and another one in each other span", () => {
  fc.assert(
    fc.property(kind, participant, instant, span, fc.nat(), (what, who, at, spanMs, passed) => {
      const id = noticeId(what, who, at, spanMs);
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      const isSameSpan = Math.floor((at + passed) / spanMs) === Math.floor(at / spanMs);
      expect(noticeId(what, who, at + passed, spanMs) === id).toBe(isSameSpan);
    }),
  );
});

test("what is said to others, or of another kind, has another id", () => {
  fc.assert(
    fc.property(kind, kind, participant, participant, instant, span, (one, other, a, b, at, spanMs) => {
      const isSame = one === other && a.slice(13) === b.slice(13);
      expect(noticeId(one, a, at, spanMs) === noticeId(other, b, at, spanMs)).toBe(isSame);
    }),
  );
});
