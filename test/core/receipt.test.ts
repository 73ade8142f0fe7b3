import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { combineReceipts, isFinalReceipt, type PartReceipt } from "#core/domain/receipt.ts";
import { nearInstantArbitrary } from "#test/support/arbitraries.ts";

const partReceiptArbitrary: fc.Arbitrary<PartReceipt> = fc.record({
  state: fc.constantFrom("delivered" as const, "failed" as const, "expired" as const),
  failure: fc.constant(null),
  at: nearInstantArbitrary,
});
const partReceiptsArbitrary = fc.array(fc.option(partReceiptArbitrary), { maxLength: 6 });

describe("the end of a message of several parts", () => {
  test("is delivered exactly when every part is", () => {
    fc.assert(
      fc.property(partReceiptsArbitrary, (parts) => {
        const isDelivered = parts.length > 0 && parts.every((part) => part?.state === "delivered");
        expect(combineReceipts("m", parts)?.state === "delivered").toBe(isDelivered);
      }),
    );
  });

  test("is open exactly while none has failed and one is open", () => {
    fc.assert(
      fc.property(partReceiptsArbitrary, (parts) => {
        const hasFailed = parts.some((part) => part !== null && part.state !== "delivered");
        const isOpen = !hasFailed && (parts.length === 0 || parts.includes(null));
        expect(combineReceipts("m", parts) === null).toBe(isOpen);
      }),
    );
  });

  test("is the same in whatever order the parts are listed", () => {
    const shuffled = partReceiptsArbitrary.chain((parts) =>
      fc.tuple(fc.constant(parts), fc.shuffledSubarray(parts, { minLength: parts.length })),
    );
    fc.assert(
      fc.property(shuffled, ([parts, others]) => {
        expect(combineReceipts("m", others)).toEqual(combineReceipts("m", parts));
      }),
    );
  });

  test("is not changed by what is heard of other parts later", () => {
    fc.assert(
      fc.property(partReceiptsArbitrary, partReceiptArbitrary, (parts, late) => {
        const outcome = combineReceipts("m", parts);
        if (outcome === null) return;
        const later = { ...late, at: outcome.at + 1 };
        const after = combineReceipts(
          "m",
          parts.map((part) => part ?? later),
        );
        expect(after).toEqual(outcome);
      }),
    );
  });

  test("is the first failure, with its reason", () => {
    const failure = { code: "absent", detail: "the handset is off" };
    const parts: readonly (PartReceipt | null)[] = [
      { state: "delivered", failure: null, at: 1 },
      { state: "expired", failure: null, at: 5 },
      { state: "failed", failure, at: 3 },
      null,
    ];
    expect(combineReceipts("m", parts)).toEqual({ messageId: "m", state: "failed", failure, at: 3 });
  });
});

test("a receipt that says nothing final ends nothing", () => {
  const receipt = { carrierIds: ["1"], failure: null, at: 0 };
  expect(isFinalReceipt({ ...receipt, state: "pending" })).toBe(false);
  expect(isFinalReceipt({ ...receipt, state: "expired" })).toBe(true);
});
