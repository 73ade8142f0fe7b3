import { expect, test } from "vitest";
import { showPool } from "#core/use-cases/show-pool.ts";

const fixture = (tookMs: number) => {
  let now = 0;
  let counts = 0;
  const numbers = {
    pools: async () => {
      counts += 1;
      now += tookMs;
      return [];
    },
  };
  const show = showPool({ numbers, clock: { now: () => now } });
  const pass = (ms: number): void => {
    now += ms;
  };
  return { show, counts: () => counts, pass };
};

test("a pool of few routes is counted for whoever asks", async () => {
  const { show, counts, pass } = fixture(5);
  await show();
  pass(1);
  expect(await show()).toMatchObject({ at: 6 });
  expect(counts()).toBe(2);
});

test("a pool of millions of routes is counted in the background, seldom, and says of when it is", async () => {
  const { show, counts, pass } = fixture(2_000);
  expect(await show()).toMatchObject({ at: 0 });
  pass(30_000);
  expect(await show()).toMatchObject({ at: 0 });
  expect(counts()).toBe(1);
  pass(10_000);
  expect(await show()).toMatchObject({ at: 0 });
  expect(counts()).toBe(2);
  expect(await show()).toMatchObject({ at: 42_000 });
});

test("many who ask at once share one count", async () => {
  const { show, counts } = fixture(5);
  await Promise.all(Array.from({ length: 50 }, show));
  expect(counts()).toBe(1);
});
