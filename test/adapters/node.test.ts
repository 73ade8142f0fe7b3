import fc from "fast-check";
import { expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { systemTimer } from "#adapters/node/timer.ts";

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/** Ids made while the clock shows these times, one after the other. */
const idsAt = (times: readonly number[]): readonly string[] => {
  let at = 0;
  const ids = uuidV7Ids({ now: () => times[at++] ?? 0 });
  return times.map(() => ids.next());
};

const timeMs = fc.integer({ min: 0, max: 2 ** 48 - 2 });

test("ids sort in the order in which they were made, whatever the clock does", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(timeMs, fc.constantFrom(5, 6, 7)), { maxLength: 200 }), (times) => {
      const ids = idsAt(times);
      expect(ids).toEqual([...ids].sort());
      expect(new Set(ids).size).toBe(ids.length);
    }),
  );
});

test("every id is a UUIDv7 in lower case", () => {
  fc.assert(
    fc.property(timeMs, (ms) => {
      expect(idsAt([ms])[0]).toMatch(UUID_V7);
    }),
  );
});

test("an id says when it was made, in its first 48 bits", () => {
  fc.assert(
    fc.property(timeMs, (ms) => {
      expect(Number.parseInt(idsAt([ms])[0]!.replace("-", "").slice(0, 12), 16)).toBe(ms);
    }),
  );
});

test("two generators at the same time share no id", () => {
  const [one, other] = [idsAt(Array(5_000).fill(7)), idsAt(Array(5_000).fill(7))];
  expect(new Set([...one, ...other]).size).toBe(10_000);
});

test("the system clock shows the milliseconds since 1970", () => {
  expect(Math.abs(systemClock.now() - Date.parse(new Date().toISOString()))).toBeLessThan(1_000);
});

test("a wait ends once, and a cancelled one never", async () => {
  const calls: string[] = [];
  systemTimer.after(1, () => calls.push("cancelled"))();
  await new Promise<void>((resolve) => {
    systemTimer.after(2, () => {
      calls.push("waited");
      resolve();
    });
  });
  expect(calls).toEqual(["waited"]);
});

test("a wait of more than 24.8 days does not end at once", async () => {
  let over = false;
  const cancel = systemTimer.after(2 ** 31 + 1, () => {
    over = true;
  });
  await new Promise<void>((resolve) => systemTimer.after(5, resolve));
  cancel();
  expect(over).toBe(false);
});
