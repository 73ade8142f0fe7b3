import fc from "fast-check";
import { expect, test } from "vitest";
import { createDeque } from "#core/structures/deque.ts";

const opArbitrary = fc.constantFrom("push", "push", "push", "shift", "unshift", "drain");

/** So many items that the places in front are given back. */
const fillings = fc.constantFrom(0, 3, 3_000);

test("a queue with two ends holds what an array would, in the same order", () => {
  fc.assert(
    fc.property(fillings, fc.nat(2_500), fc.array(opArbitrary, { maxLength: 50 }), (filling, taken, ops) => {
      const deque = createDeque<number>();
      const model: number[] = [];
      for (let n = 0; n < filling; n += 1) {
        deque.push(n);
        model.push(n);
      }
      for (let n = 0; n < taken; n += 1) {
        if (deque.shift() !== model.shift()) throw new Error("not in order");
      }
      ops.forEach((op, i) => {
        const item = 10_000 + i;
        if (op === "push") {
          deque.push(item);
          model.push(item);
        } else if (op === "unshift") {
          deque.unshift(item);
          model.unshift(item);
        } else if (op === "shift") {
          expect(deque.shift()).toBe(model.shift());
        } else {
          expect(deque.drain()).toEqual(model.splice(0));
        }
        expect(deque.first()).toBe(model[0]);
        expect(deque.size()).toBe(model.length);
      });
      expect(deque.drain()).toEqual(model);
    }),
    { numRuns: 60 },
  );
});
