import fc from "fast-check";
import { expect, test } from "vitest";
import type { FinalState } from "#core/domain/message-state.ts";
import { FAILURES_IN_A_ROW, isUnreachable, OUT_OF_USE_CODES } from "#core/domain/unreachable.ts";

const outOfUse = fc.record({
  state: fc.constant("failed" as const),
  code: fc.constantFrom(...OUT_OF_USE_CODES),
  at: fc.nat({ max: 1_000 }),
});
const anything = fc.record({
  state: fc.constantFrom<FinalState>("delivered", "failed", "expired", "blocked"),
  code: fc.option(fc.constantFrom("receipt-2", "receipt-1", "ttl", ...OUT_OF_USE_CODES)),
  at: fc.nat({ max: 1_000 }),
});

test("a number is out of use when the last three texts to it say so, whatever was before", () => {
  const last = fc.array(outOfUse, { minLength: FAILURES_IN_A_ROW, maxLength: FAILURES_IN_A_ROW });
  fc.assert(
    fc.property(last, fc.array(anything), (failures, before) => {
      expect(isUnreachable([...failures, ...before], null)).toBe(true);
    }),
  );
});

test("any other end among the last three, or fewer of them, says nothing", () => {
  fc.assert(
    fc.property(fc.array(anything, { maxLength: 6 }), (last) => {
      const telling = last
        .slice(0, FAILURES_IN_A_ROW)
        .filter(({ state, code }) => state === "failed" && OUT_OF_USE_CODES.includes(code ?? ""));
      expect(isUnreachable(last, null)).toBe(telling.length === FAILURES_IN_A_ROW);
    }),
  );
});

test("whoever has texted since the first of the three is there", () => {
  const last = fc.array(outOfUse, { minLength: FAILURES_IN_A_ROW, maxLength: FAILURES_IN_A_ROW });
  fc.assert(
    fc.property(last, fc.nat({ max: 1_000 }), (failures, heardAt) => {
      expect(isUnreachable(failures, heardAt)).toBe(heardAt < failures.at(-1)!.at);
    }),
  );
});
