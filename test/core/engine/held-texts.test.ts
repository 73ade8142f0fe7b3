import { expect, test } from "vitest";
import type { RouteDefinition } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { LimitRule } from "#core/domain/text-limits.ts";
import { SERVICES_AGE_MS } from "#core/ports/services.ts";
import { createHarness, type Harness, type ProcessOptions } from "./harness.ts";

const LIMITS: LimitRule = { perMinute: 3, perHour: 100, sameTextTo: null, action: "hold" };

const limited = async (harness: Harness): Promise<void> => {
  await harness.storage.services.change(DEFAULT_SERVICE_ID, { rules: { limits: LIMITS } });
  await harness.time.pass(SERVICES_AGE_MS + 1);
};

const numbered = (harness: Harness): readonly number[] =>
  harness
    .words()
    .filter((text) => text.startsWith("n"))
    .map((text) => Number(text.slice(1)));

test("what is held leaves in order and at its pace, whichever process has received it, and nobody else waits", async () => {
  const harness = createHarness();
  const route: RouteDefinition = await harness.open();
  const other = await harness.open();
  const [one, two] = [await harness.start(), await harness.start()];
  await limited(harness);
  for (let n = 0; n < 8; n += 1) {
    const given = (n % 2 === 0 ? one : two).give(route, `n${n}`);
    expect(await harness.time.until(given)).toBe("accepted");
  }
  await harness.time.until(one.give(other, "elsewhere"));
  await harness.time.pass(2_000);
  expect(harness.words()).toContain("elsewhere");
  const before = numbered(harness);
  expect(before.length).toBeLessThanOrEqual(2 * LIMITS.perMinute);
  await harness.time.until(two.give(route, "call 112"));
  await harness.time.pass(1_000);
  expect(harness.words()).toContain("call 112");
  await harness.time.pass(5 * 60_000);
  expect(numbered(harness)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
});

test("what is held is not forgotten, nor overtaken, where its process ends", async () => {
  const harness = createHarness();
  const route = await harness.open();
  const one = await harness.start();
  await limited(harness);
  for (let n = 0; n < 6; n += 1) await harness.time.until(one.give(route, `n${n}`));
  await harness.time.until(one.relay.stop());
  const two = await harness.start();
  await harness.time.until(two.give(route, "n6"));
  await harness.time.pass(4_000);
  expect(numbered(harness)).toEqual([0, 1, 2]);
  await harness.time.pass(3 * 60_000);
  expect(numbered(harness)).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

test("who has texted much is known to the process that comes after, and storage is asked once for each", async () => {
  const harness = createHarness();
  const route = await harness.open();
  const asked: string[] = [];
  const options: ProcessOptions = {
    faultOf: (method) => {
      if (method.startsWith("sums.")) asked.push(method);
      return null;
    },
  };
  const one = await harness.start(options);
  const rule: LimitRule = { perMinute: 100, perHour: 8, sameTextTo: null, action: "block" };
  await harness.storage.services.change(DEFAULT_SERVICE_ID, { rules: { limits: rule } });
  await harness.time.pass(SERVICES_AGE_MS + 1);
  for (let n = 0; n < 6; n += 1) await harness.time.until(one.give(route, `n${n}`));
  await harness.time.pass(61_000);
  await harness.time.until(one.give(route, "n6"));
  await harness.time.pass(100);
  expect(asked).toEqual(["sums.lately", "sums.add"]);
  await harness.time.until(one.relay.stop());
  const two = await harness.start(options);
  for (let n = 7; n < 15; n += 1) await harness.time.until(two.give(route, `n${n}`));
  await harness.time.pass(5_000);
  const relayed = numbered(harness);
  expect(relayed.slice(0, 7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(relayed.length).toBeGreaterThan(7);
  expect(relayed.length).toBeLessThan(7 + rule.perHour - 2);
  expect(asked.filter((each) => each === "sums.lately")).toHaveLength(2);
});
