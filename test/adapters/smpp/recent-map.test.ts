import fc from "fast-check";
import { expect, it } from "vitest";
import { recentMap } from "#adapters/smpp/delivery/recent-map.ts";

const MAX = 8;
const useArbitrary = fc.record({ kind: fc.constantFrom("get", "set"), key: fc.nat(20) });

it("a map that forgets knows what was used lately, as it was last set, and never more than it may", () => {
  fc.assert(
    fc.property(fc.array(useArbitrary, { maxLength: 100, size: "max" }), (uses) => {
      const map = recentMap<number>(MAX);
      const last = new Map<number, number>();
      const used: number[] = [];
      uses.forEach(({ kind, key }, value) => {
        const lately = new Set(used.slice(-MAX / 2));
        if (kind === "set") {
          map.set(String(key), value);
          last.set(key, value);
          used.push(key);
          return;
        }
        const found = map.get(String(key));
        if (lately.has(key)) expect(found).toBe(last.get(key));
        if (found === undefined) return;
        expect(found).toBe(last.get(key));
        used.push(key);
      });
      const known = Array.from({ length: 21 }, (_, key) => map.get(String(key))).filter(
        (value) => value !== undefined,
      );
      expect(known.length).toBeLessThanOrEqual(MAX);
    }),
  );
});
