import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { counterpart, endOf } from "#core/domain/conversation.ts";
import { nearInstantArbitrary, participantsArbitrary, uuidArbitrary } from "#test/support/arbitraries.ts";

const lifeArbitrary = fc.record({
  openedAt: nearInstantArbitrary,
  expiresAt: fc.option(nearInstantArbitrary),
  idleTtlMs: fc.option(nearInstantArbitrary),
  lastMessageAt: fc.option(nearInstantArbitrary),
});

describe("in a conversation", () => {
  test("the counterpart of my counterpart is me", () => {
    fc.assert(
      fc.property(participantsArbitrary, fc.constantFrom(0 as const, 1 as const), (participants, i) => {
        const me = participants[i];
        const other = counterpart(participants, me.id)!;
        expect(other).not.toBe(me);
        expect(counterpart(participants, other.id)).toBe(me);
      }),
    );
  });

  test("nobody else has a counterpart", () => {
    fc.assert(
      fc.property(participantsArbitrary, uuidArbitrary, (participants, stranger) => {
        fc.pre(participants.every(({ id }) => id !== stranger));
        expect(counterpart(participants, stranger)).toBeNull();
      }),
    );
  });
});

describe("a conversation ends by itself", () => {
  test("at its time to live or after its silence, whichever comes first, and otherwise never", () => {
    fc.assert(
      fc.property(lifeArbitrary, (life) => {
        const silentFrom = Math.max(life.openedAt, life.lastMessageAt ?? 0);
        const idleAt = life.idleTtlMs === null ? Number.POSITIVE_INFINITY : silentFrom + life.idleTtlMs;
        const first = Math.min(life.expiresAt ?? Number.POSITIVE_INFINITY, idleAt);
        expect(endOf(life)?.at ?? Number.POSITIVE_INFINITY).toBe(first);
      }),
    );
  });

  test("later when somebody texts, if it would have ended by silence", () => {
    fc.assert(
      fc.property(lifeArbitrary, nearInstantArbitrary, (life, laterMs) => {
        const before = endOf(life);
        const after = endOf({ ...life, lastMessageAt: (life.lastMessageAt ?? life.openedAt) + laterMs });
        expect(after?.at ?? 0).toBeGreaterThanOrEqual(before?.at ?? 0);
        if (before?.reason === "expired") expect(after).toEqual(before);
      }),
    );
  });

  test("an hour after the last text, when it may be silent for an hour", () => {
    const life = { openedAt: 0, expiresAt: 86_400_000, idleTtlMs: 3_600_000 };
    expect(endOf({ ...life, lastMessageAt: null })).toEqual({ at: 3_600_000, reason: "idle" });
    expect(endOf({ ...life, lastMessageAt: 86_000_000 })).toEqual({ at: 86_400_000, reason: "expired" });
  });
});
