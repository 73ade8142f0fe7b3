import fc from "fast-check";
import { expect, test } from "vitest";
import { workSideBySide } from "#core/structures/side-by-side.ts";

test("works on every item once, on so many at a time, and on those of one kind in their order", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ kind: fc.nat({ max: 5 }), turns: fc.nat({ max: 4 }) }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 5 }),
      async (items, width) => {
        const done: typeof items = [];
        let underWay = 0;
        let most = 0;
        await workSideBySide(items, { width, inOrderOf: ({ kind }) => String(kind) }, async (item) => {
          underWay += 1;
          most = Math.max(most, underWay);
          for (let turn = 0; turn < item.turns; turn += 1) await null;
          underWay -= 1;
          done.push(item);
        });
        expect(most).toBeLessThanOrEqual(width);
        expect(done).toHaveLength(items.length);
        for (const kind of new Set(items.map((item) => item.kind))) {
          const of = (all: typeof items) => all.filter((item) => item.kind === kind);
          expect(of(done)).toEqual(of(items));
        }
      },
    ),
  );
});
