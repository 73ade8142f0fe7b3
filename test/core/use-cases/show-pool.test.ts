import { expect, test } from "vitest";
import type { KeptPools } from "#core/ports/numbers.ts";
import { showPool } from "#core/use-cases/show-pool.ts";

/** Several processes over one storage. A count takes `tookMs`. */
const fixture = (tookMs: number) => {
  let now = 0;
  let counts = 0;
  let kept: KeptPools | null = null;
  const took = { ms: tookMs };
  const numbers = {
    pools: async () => {
      counts += 1;
      now += took.ms;
      return [];
    },
    keepPools: async (count: KeptPools) => {
      kept = count;
    },
    keptPools: async () => kept,
  };
  const start = () => showPool({ numbers, clock: { now: () => now } });
  const pass = (ms: number): void => {
    now += ms;
  };
  const settle = () => new Promise((resolve) => setImmediate(resolve));
  return { show: start(), start, counts: () => counts, kept: () => kept, pass, settle, took };
};

test("a pool of few routes is counted for whoever asks", async () => {
  const { show, counts, kept, pass } = fixture(5);
  await show();
  pass(1);
  expect(await show()).toMatchObject({ at: 6 });
  expect(counts()).toBe(2);
  expect(kept()).toBeNull();
});

test("a pool that a cold database has counted slowly at first is counted anew for whoever asks next", async () => {
  const { show, counts, kept, took } = fixture(1_000);
  await show();
  took.ms = 5;
  expect(await show()).toMatchObject({ at: 1_000 });
  expect(counts()).toBe(2);
  expect(kept()).toBeNull();
});

test("a pool of millions of routes is counted in the background, seldom, and says of when it is", async () => {
  const { show, counts, pass, settle } = fixture(2_000);
  expect(await show()).toMatchObject({ at: 0 });
  pass(30_000);
  expect(await show()).toMatchObject({ at: 0 });
  expect(counts()).toBe(1);
  pass(10_000);
  expect(await show()).toMatchObject({ at: 0 });
  await settle();
  expect(counts()).toBe(2);
  expect(await show()).toMatchObject({ at: 42_000 });
});

test("a process that has just started answers at once with what another one has counted, and counts when that is old", async () => {
  const { show, start, counts, pass, settle } = fixture(2_000);
  await show();
  pass(30_000);
  const second = start();
  expect(await second()).toMatchObject({ at: 0 });
  await settle();
  expect(counts()).toBe(1);
  pass(3_600_000);
  const third = start();
  expect(await third()).toMatchObject({ at: 0 });
  await settle();
  expect(counts()).toBe(2);
  expect(await third()).toMatchObject({ at: 3_632_000 });
  expect(await second()).toMatchObject({ at: 0 });
  await settle();
  expect(await second()).toMatchObject({ at: 3_632_000 });
  expect(counts()).toBe(2);
});

test("once it is cheap again, nobody is told of the old count", async () => {
  const { show, start, took, pass, settle } = fixture(2_000);
  await show();
  took.ms = 5;
  pass(60_000);
  await show();
  await settle();
  const at = 62_000;
  expect(await start()()).toMatchObject({ at: at + 5 });
});

test("many who ask at once share one count", async () => {
  const { show, counts } = fixture(5);
  await Promise.all(Array.from({ length: 50 }, show));
  expect(counts()).toBe(1);
});
