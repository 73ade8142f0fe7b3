import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type HeldRoute, poolNeeds } from "#core/domain/pool-need.ts";

const route = fc.record({ sender: fc.constantFrom("a", "b", "c", "d"), pool: fc.constantFrom("GB", "US") });

/** Tries every way to give the routes numbers. */
const canDo = (routes: readonly HeldRoute[], numbers: number): boolean => {
  const given: number[] = [];
  const place = (at: number): boolean => {
    if (at === routes.length) return true;
    for (let number = 0; number < numbers; number += 1) {
      if (given.some((other, before) => other === number && routes[before]!.sender === routes[at]!.sender))
        continue;
      given[at] = number;
      if (place(at + 1)) return true;
      given.length = at;
    }
    return false;
  };
  return place(0);
};

describe("the numbers that a pool needs", () => {
  test("are as few as a search through every way to give them finds", () => {
    fc.assert(
      fc.property(fc.array(route, { maxLength: 9 }), (routes) => {
        const needs = poolNeeds(routes);
        for (const pool of ["GB", "US"]) {
          const own = routes.filter((each) => each.pool === pool);
          const minimum = needs.get(pool)?.minimum ?? 0;
          expect(canDo(own, minimum)).toBe(true);
          if (minimum > 0) {
            expect(canDo(own, minimum - 1)).toBe(false);
          }
        }
      }),
    );
  });

  test("are bound by somebody who has that many routes there", () => {
    fc.assert(
      fc.property(fc.array(route), (routes) => {
        for (const [pool, { minimum, boundBy }] of poolNeeds(routes)) {
          expect(routes.filter((each) => each.pool === pool && each.sender === boundBy)).toHaveLength(
            minimum,
          );
        }
      }),
    );
  });
});
