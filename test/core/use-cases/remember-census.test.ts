import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ASK_MIN_MS, rememberCensus } from "#core/use-cases/remember-census.ts";

/** One that is answered when the test says so. */
const createHarness = () => {
  let now = 0;
  let asked: { readonly at: number; readonly answer: PromiseWithResolvers<number> }[] = [];
  const times: number[] = [];
  const look = rememberCensus<number>(
    () => {
      const answer = Promise.withResolvers<number>();
      asked.push({ at: now, answer });
      times.push(now);
      return answer.promise;
    },
    { elapsed: () => now },
  );
  const settle = async (fails: boolean): Promise<void> => {
    for (const { at, answer } of asked) fails ? answer.reject(new Error("away")) : answer.resolve(at);
    asked = [];
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    look,
    settle,
    times,
    underWay: () => asked.length,
    pass: (ms: number) => {
      now += ms;
    },
    now: () => now,
  };
};

describe("what was counted last", () => {
  test("is answered at once with its true age, and counted one at a time and seldom", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ ms: fc.nat(4_000), does: fc.constantFrom("look", "look", "answer", "fail") }), {
          maxLength: 60,
        }),
        async (steps) => {
          const harness = createHarness();
          for (const { ms, does } of steps) {
            harness.pass(ms);
            if (does === "look") {
              const known = harness.look();
              if (known) expect(known.ageMs).toBe(harness.now() - known.value);
            } else await harness.settle(does === "fail");
            expect(harness.underWay()).toBeLessThanOrEqual(1);
          }
          harness.times.slice(1).forEach((at, i) => {
            expect(at - harness.times[i]!).toBeGreaterThanOrEqual(ASK_MIN_MS);
          });
        },
      ),
    );
  });

  test("stays while a new count fails, and is counted again", async () => {
    const harness = createHarness();
    expect(harness.look()).toBeNull();
    await harness.settle(false);
    harness.pass(ASK_MIN_MS);
    expect(harness.look()).toEqual({ value: 0, ageMs: ASK_MIN_MS });
    await harness.settle(true);
    harness.pass(ASK_MIN_MS);
    expect(harness.look()).toEqual({ value: 0, ageMs: 2 * ASK_MIN_MS });
    expect(harness.underWay()).toBe(1);
    await harness.settle(false);
    expect(harness.look()).toEqual({ value: 2 * ASK_MIN_MS, ageMs: 0 });
  });
});
