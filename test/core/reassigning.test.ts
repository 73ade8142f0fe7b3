import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isRemembered, REASSIGN_AFTER_MS, releasableFrom } from "#core/domain/reassigning.ts";

const instant = fc.integer({ min: 0, max: 4_000_000_000_000 });
const span = fc.integer({ min: 0, max: 100 * 86_400_000 });

describe("somebody's acquaintance", () => {
  test("is remembered until the wait is over since they met, or since both have texted, and never longer", () => {
    fc.assert(
      fc.property(instant, fc.option(instant), span, span, (openedAt, heardAt, wait, passed) => {
        const from = Math.max(openedAt, heardAt ?? 0);
        expect(isRemembered({ openedAt, heardAt }, from + passed, wait)).toBe(passed < wait);
      }),
    );
  });

  test("is kept by a text of the one who has been silent for longer, and not by the other's", () => {
    const day = 86_400_000;
    const met = { openedAt: 0, heardAt: 30 * day };
    expect(isRemembered(met, 74 * day, REASSIGN_AFTER_MS)).toBe(true);
    expect(isRemembered(met, 75 * day, REASSIGN_AFTER_MS)).toBe(false);
    expect(isRemembered({ openedAt: 0, heardAt: null }, 45 * day, REASSIGN_AFTER_MS)).toBe(false);
  });
});

describe("a number of ours", () => {
  test("may go when it has been unused for as long as numbers are kept, at an instant that is told before", () => {
    fc.assert(
      fc.property(instant, span, span, (usedAt, passed, wait) => {
        const from = releasableFrom(usedAt, usedAt + passed, wait);
        expect(from).toBe(passed < wait ? usedAt + wait : null);
        if (from !== null) expect(releasableFrom(usedAt, from, wait)).toBeNull();
      }),
    );
  });

  test("may go at once when nobody ever used it", () => {
    fc.assert(
      fc.property(instant, span, (now, wait) => {
        expect(releasableFrom(null, now, wait)).toBeNull();
      }),
    );
  });
});
