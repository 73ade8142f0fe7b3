import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

const MAX = 8;
const useArbitrary = fc.record({
  kind: fc.constantFrom("get" as const, "set" as const, "delete" as const),
  key: fc.nat(20),
});

describe("a cache in two generations", () => {
  test("knows what was used lately as it was last set, nothing that was deleted, and never more than its limit", () => {
    fc.assert(
      fc.property(fc.array(useArbitrary, { maxLength: 100, size: "max" }), (uses) => {
        const cache = createGenerationalCache<number>(MAX);
        const last = new Map<number, number>();
        const used: number[] = [];
        uses.forEach(({ kind, key }, value) => {
          const lately = new Set(used.slice(-MAX / 2));
          if (kind === "set") {
            cache.set(String(key), value);
            last.set(key, value);
            used.push(key);
          } else if (kind === "delete") {
            cache.delete(String(key));
            last.delete(key);
          } else {
            const found = cache.get(String(key));
            if (found !== undefined || lately.has(key)) {
              expect(found).toBe(last.get(key));
            }
            if (found !== undefined) used.push(key);
          }
          expect(cache.size()).toBeLessThanOrEqual(MAX);
        });
      }),
    );
  });

  test("keeps what is asked for again and again, whatever else passes through", () => {
    const cache = createGenerationalCache<string>(MAX);
    cache.set("kept", "value");
    for (let n = 0; n < 10 * MAX; n += 1) {
      cache.set(String(n), "other");
      expect(cache.get("kept")).toBe("value");
    }
  });

  test("still works with the smallest limit", () => {
    const cache = createGenerationalCache<string>(0);
    cache.set("a", "1");
    expect(cache.get("a")).toBe("1");
    cache.set("b", "2");
    cache.set("c", "3");
    expect(cache.get("a")).toBeUndefined();
    expect(cache.size()).toBe(2);
  });
});
