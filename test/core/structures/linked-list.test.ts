import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createLinkedList, type Linked } from "#core/structures/linked-list.ts";

interface Item extends Linked<Item> {
  readonly number: number;
}

const item = (number: number): Item => ({ number, previous: null, next: null, isLinked: false });

const movesArbitrary = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.constant("add" as const) },
    { weight: 4, arbitrary: fc.nat({ max: 20 }) },
    { weight: 1, arbitrary: fc.constant("clear" as const) },
  ),
);

describe("a linked list", () => {
  test("holds what a Set would hold, in the same order", () => {
    fc.assert(
      fc.property(movesArbitrary, (moves) => {
        const list = createLinkedList<Item>();
        const model = new Set<Item>();
        const all: Item[] = [];
        for (const move of moves) {
          if (move === "add") {
            all.push(item(all.length));
            list.add(all.at(-1)!);
            model.add(all.at(-1)!);
          } else if (move === "clear") {
            list.clear();
            model.clear();
          } else if (all[move]) expect(list.remove(all[move])).toBe(model.delete(all[move]));
          expect([...list]).toEqual([...model]);
          expect(list.size()).toBe(model.size);
          expect(list.first()).toBe([...model][0] ?? null);
        }
      }),
    );
  });

  test("lets go of what leaves it", () => {
    const list = createLinkedList<Item>();
    const [a, b, c] = [item(1), item(2), item(3)];
    for (const each of [a, b, c]) list.add(each);
    list.remove(b);
    expect(b).toEqual(item(2));
    expect([a.next, c.previous]).toEqual([c, a]);
  });
});
