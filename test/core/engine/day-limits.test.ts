import { expect, test } from "vitest";
import { DAY_MS } from "#core/domain/day-limit.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { HOUR_MS, type LimitRule } from "#core/domain/text-limits.ts";
import { SERVICES_AGE_MS } from "#core/ports/services.ts";
import { createHarness, type Harness } from "./harness.ts";

const LIMITS: LimitRule = { perMinute: 100, perHour: 100, perDay: 8, sameTextTo: null, action: "block" };

const limited = async (harness: Harness, limits = LIMITS): Promise<void> => {
  await harness.storage.services.change(DEFAULT_SERVICE_ID, { rules: { limits } });
  await harness.time.pass(SERVICES_AGE_MS + 1);
};

const numbered = (harness: Harness): readonly number[] =>
  harness
    .words()
    .filter((text) => /^n\d+$/.test(text))
    .map((text) => Number(text.slice(1)));

/** Two conversations of one person. */
const talks = async (harness: Harness): Promise<readonly RouteDefinition[]> => {
  const one = await harness.open();
  return [one, await harness.open(() => true, one.sender)];
};

test("a day's texts are counted over all conversations of one person, in any process that comes after", async () => {
  const harness = createHarness();
  const routes = await talks(harness);
  const stranger = await harness.open();
  const one = await harness.start();
  await limited(harness);
  for (let n = 0; n < 5; n += 1) await harness.time.until(one.give(routes[n % 2]!, `n${n}`));
  await harness.time.pass(61_000);
  await harness.time.until(one.give(stranger, "elsewhere"));
  await harness.time.pass(100);
  await harness.time.until(one.relay.stop());
  const two = await harness.start();
  for (let n = 5; n < 12; n += 1) await harness.time.until(two.give(routes[n % 2]!, `n${n}`));
  await harness.time.until(two.give(stranger, "n99"));
  await harness.time.pass(5_000);
  expect(numbered(harness).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 99]);
  await harness.time.pass(DAY_MS / 4);
  await harness.time.until(two.give(routes[0]!, "n50"));
  await harness.time.pass(5_000);
  expect(numbered(harness)).toContain(50);
});

test("what is beyond a day is held in order, leaves as the day has room, and is blocked where too many wait", async () => {
  const harness = createHarness();
  const [route] = await talks(harness);
  const one = await harness.start();
  await limited(harness, { ...LIMITS, perDay: 24, action: "hold" });
  for (let n = 0; n < 80; n += 1) await harness.time.until(one.give(route!, `n${n}`));
  await harness.time.pass(60_000);
  expect(numbered(harness)).toHaveLength(24);
  await harness.time.pass(3 * HOUR_MS);
  const later = numbered(harness);
  expect(later).toEqual(Array.from({ length: later.length }, (_, n) => n));
  expect(later.length).toBeGreaterThanOrEqual(26);
  expect(later.length).toBeLessThanOrEqual(28);
}, 60_000);

const QUICK: LimitRule = { perMinute: 4, perHour: 40, sameTextTo: null, action: "block" };

test("what was texted long before it is stored counts for when it was texted", async () => {
  const harness = createHarness();
  const route = await harness.open();
  const one = await harness.start();
  await limited(harness, { ...QUICK, perMinute: 40 });
  for (let n = 0; n < 40; n += 1) await harness.time.until(one.give(route, `n${n}`));
  await harness.time.pass(59 * 60_000);
  await harness.time.until(one.give(await harness.open(), "elsewhere"));
  await harness.time.until(one.relay.stop());
  const two = await harness.start();
  for (let n = 40; n < 60; n += 1) await harness.time.until(two.give(route, `n${n}`));
  await harness.time.pass(5_000);
  expect(numbered(harness)).toHaveLength(60);
});

test("a process that is stopped leaves behind what it has counted, also when nobody texts any more", async () => {
  for (const idleMs of [0, 70_000]) {
    const harness = createHarness();
    const route = await harness.open();
    const one = await harness.start();
    await limited(harness, { ...QUICK, perHour: 4 });
    for (let n = 0; n < 4; n += 1) await harness.time.until(one.give(route, `n${n}`));
    await harness.time.pass(idleMs);
    await harness.time.until(one.relay.stop());
    const two = await harness.start();
    for (let n = 4; n < 12; n += 1) await harness.time.until(two.give(route, `n${n}`));
    await harness.time.pass(5_000);
    // The first two are too few to be told of, and an hour's limit grows by one in a quarter of it.
    expect(numbered(harness).length).toBeLessThanOrEqual(6);
  }
});

test("nothing overtakes what is held when the service observes from now on", async () => {
  const harness = createHarness();
  const route = await harness.open();
  const one = await harness.start();
  await limited(harness, { ...QUICK, action: "hold" });
  for (let n = 0; n < 8; n += 1) await harness.time.until(one.give(route, `n${n}`));
  await limited(harness, { ...QUICK, action: "observe" });
  for (let n = 8; n < 20; n += 1) await harness.time.until(one.give(route, `n${n}`));
  await harness.time.pass(5 * 60_000);
  expect(numbered(harness)).toEqual(Array.from({ length: 20 }, (_, n) => n));
});
