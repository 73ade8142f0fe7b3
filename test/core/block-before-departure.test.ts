import fc from "fast-check";
import { expect, test } from "vitest";
import { blockBeforeDeparture } from "#core/domain/block-before-departure.ts";
import { PRIORITIES } from "#core/domain/priority.ts";

const wishesArbitrary = fc.record({
  optedOutSince: fc.option(fc.nat({ max: 10 })),
  isPairBlocked: fc.boolean(),
  isCancelled: fc.constant(false),
});

const YIELDING = ["relay", "broadcast"] as const;

test("a relayed text and a broadcast yield to every wish, whenever it was uttered", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...YIELDING),
      wishesArbitrary,
      fc.nat({ max: 10 }),
      (priority, wishes, receivedAt) => {
        const isWished = wishes.optedOutSince !== null || wishes.isPairBlocked;
        expect(blockBeforeDeparture({ priority, receivedAt }, wishes) !== null).toBe(isWished);
      },
    ),
  );
});

test("what is of a broadcast that was cancelled does not leave, whoever may be texted", () => {
  fc.assert(
    fc.property(wishesArbitrary, fc.nat({ max: 10 }), (wishes, receivedAt) => {
      expect(
        blockBeforeDeparture({ priority: "broadcast", receivedAt }, { ...wishes, isCancelled: true }),
      ).toBe("broadcast-cancelled");
    }),
  );
});

test("a notice yields only to a later opt-out, so that the answer to STOP arrives", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...PRIORITIES.filter((priority) => priority === "system")),
      wishesArbitrary,
      fc.nat({ max: 10 }),
      (priority, wishes, receivedAt) => {
        const isLater = wishes.optedOutSince !== null && wishes.optedOutSince > receivedAt;
        expect(blockBeforeDeparture({ priority, receivedAt }, wishes)).toBe(isLater ? "opt-out" : null);
      },
    ),
  );
});
