import { expect, test } from "vitest";
import { batchTick } from "#apps/api/batch-tick.ts";

/** Each is followed by its microtasks, as what is read from a connection is, before the next one is read. */
const readOneByOne = async (reads: readonly (() => void)[]): Promise<void> => {
  for (const read of reads) {
    read();
    await Promise.resolve().then(() => {});
  }
};

test("what is read in one turn of the loop goes on together, in its order, and before the next turn", async () => {
  const tick = batchTick();
  const happened: string[] = [];
  const take = (name: string) => async () => {
    happened.push(`${name} read`);
    await tick();
    happened.push(`${name} goes on`);
    void Promise.resolve().then(() => happened.push(`after ${name}`));
  };
  const nextTurn = new Promise<void>((resolve) => {
    setImmediate(() => setImmediate(resolve));
  });
  await readOneByOne([take("one"), take("two")]);
  expect(happened).toEqual(["one read", "two read"]);
  await nextTurn;
  expect(happened).toEqual(["one read", "two read", "one goes on", "two goes on", "after one", "after two"]);
});

test("every turn has an end of its own", async () => {
  const tick = batchTick();
  const first = tick();
  expect(tick()).toBe(first);
  await first;
  expect(tick()).not.toBe(first);
});
