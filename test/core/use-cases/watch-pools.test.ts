import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import { ENOUGH_FROM, headroomOf, isLow, LOW_BELOW } from "#core/domain/pool-state.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { PoolCount } from "#core/ports/numbers.ts";
import { tellExhaustedPool } from "#core/use-cases/tell-exhausted-pool.ts";
import { watchPools } from "#core/use-cases/watch-pools.ts";
import { NOON } from "#test/support/traffic-builders.ts";

const aPool = (active: number, minimum: number): PoolCount => ({
  serviceId: DEFAULT_SERVICE_ID,
  country: "GB",
  ...{ active, minimum, draining: 0, reserved: 0, liveRoutes: minimum, quarantinedRoutes: 0, boundBy: null },
});

const createHarness = () => {
  const tables = emptyTables();
  const clock = memoryClock(NOON);
  const { events } = memoryStorage({ clock, tables });
  let pools: readonly PoolCount[] = [];
  let at = NOON;
  const openProcess = () => {
    const journal = recordedJournal();
    return { journal, look: watchPools({ showPool: async () => ({ at, pools }), events, journal }) };
  };
  const put = (active: number, minimum: number): void => {
    pools = [aPool(active, minimum)];
    at += 1;
  };
  const told = () => tables.events.log.map(({ type, subject, data }) => ({ type, subject, data }));
  return { clock, events, openProcess, put, told };
};

describe("a pool", () => {
  test("is told of only when it becomes low or has enough again, once by all processes and once by each to its operator", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 10 }), fc.integer({ min: 0, max: 10 })), {
          maxLength: 30,
        }),
        async (counts) => {
          const harness = createHarness();
          const [one, other] = [harness.openProcess(), harness.openProcess()];
          let low: boolean = false;
          const expected: string[] = [];
          for (const [active, minimum] of counts) {
            harness.put(active, minimum);
            await Promise.all([one.look(), other.look()]);
            const headroom = active === 0 ? 0 : Math.max(0, (active - minimum) / active);
            const is: boolean = low ? headroom < ENOUGH_FROM : headroom < LOW_BELOW;
            if (is !== low) expected.push(is ? "poolLow" : "poolRecovered");
            low = is;
          }
          expect(one.journal.entries().map(({ event }) => event)).toEqual(expected);
          expect(other.journal.entries()).toEqual(one.journal.entries());
          expect(harness.told().map(({ type }) => type)).toEqual(
            expected.filter((event) => event === "poolLow").map(() => "pool.low"),
          );
        },
      ),
    );
  });

  test("stays low until it has clearly more than what made it low", () => {
    const between = headroomOf({ active: 9, minimum: 7 });
    expect([isLow(false, between), isLow(true, between)]).toEqual([false, true]);
  });

  test("is told to be exhausted once, and again only after there were numbers", async () => {
    const harness = createHarness();
    const { look } = harness.openProcess();
    const rentMore = tellExhaustedPool(harness, async () => false);
    const exhaust = async (): Promise<void> => {
      harness.put(2, 2);
      await look();
      for (const _ of [1, 2]) await rentMore("GB", DEFAULT_SERVICE_ID);
    };
    await exhaust();
    await exhaust();
    expect(harness.told()).toEqual([
      { type: "pool.low", subject: "GB", data: { free: 0 } },
      { type: "pool.exhausted", subject: "GB", data: { free: 0 } },
    ]);
    harness.put(10, 2);
    await look();
    await exhaust();
    expect(harness.told().map(({ type }) => type)).toEqual([
      "pool.low",
      "pool.exhausted",
      "pool.low",
      "pool.exhausted",
    ]);
  });

  test("is not exhausted when a number was rented", async () => {
    const harness = createHarness();
    expect(await tellExhaustedPool(harness, async () => true)("GB", DEFAULT_SERVICE_ID)).toBe(true);
    expect(harness.told()).toEqual([]);
  });
});
