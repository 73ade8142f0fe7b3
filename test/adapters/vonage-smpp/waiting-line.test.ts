import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { waitingLine } from "#adapters/vonage-smpp/waiting-line.ts";

interface Guest {
  readonly number: number;
  isHere: boolean;
}

/** Comes, or leaves: one of those here, by its place from the front. */
const move = fc.oneof(
  { weight: 5, arbitrary: fc.constant("comes" as const) },
  { weight: 4, arbitrary: fc.nat(3) },
  { weight: 1, arbitrary: fc.nat(5_000) },
);

describe("a line of things that wait", () => {
  it("holds those that came and have not left, in their order", () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 6_000, size: "max" }), (moves) => {
        const line = waitingLine<Guest>(({ isHere }) => isHere);
        const here: Guest[] = [];
        for (const [number, each] of moves.entries()) {
          if (each === "comes") {
            const guest = { number, isHere: true };
            here.push(guest);
            line.add(guest);
          } else if (here.length > 0) {
            const [guest] = here.splice(each % here.length, 1);
            guest!.isHere = false;
            line.left();
          }
          expect(line.size()).toBe(here.length);
          expect(line.first()).toBe(here[0]);
        }
        expect(line.all()).toEqual(here);
      }),
      { numRuns: 50 },
    );
  });
});
