import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LinkAction } from "#core/domain/link-setting.ts";
import { createHarness, type Harness } from "./harness.ts";

/** What an operator says of the link of the first process; and time passes until it is heard. */
const say = async (harness: Harness, action: LinkAction, name = "link-1"): Promise<void> => {
  const at = harness.time.clock.now();
  await harness.storage.linkSettings.change({ name, kind: "smpp", action, by: "ops", at });
  await harness.time.pass(2_000);
};

describe("a paused link", () => {
  test("sends nothing, and all of it once when it is resumed", async () => {
    const harness = createHarness();
    const process = await harness.start();
    const route = await harness.open();
    await say(harness, { kind: "pause" });
    for (const words of ["one", "two", "three"]) void process.give(route, words);
    await harness.time.pass(10_000);
    expect(harness.words()).toEqual([]);
    await say(harness, { kind: "resume" });
    expect(harness.words()).toEqual(["one", "two", "three"]);
  });

  test("is paused as well for a process that starts later", async () => {
    const harness = createHarness();
    await say(harness, { kind: "pause" });
    const process = await harness.start();
    const route = await harness.open();
    void process.give(route, "waits");
    await harness.time.pass(10_000);
    expect(harness.words()).toEqual([]);
    expect(process.journal.told("linkControlled")).toMatchObject([
      { link: "link-1", isPaused: true, by: "ops" },
    ]);
  });

  test("is replaced by another one that is up", async () => {
    const harness = createHarness();
    const process = await harness.start({ backup: { kind: "http" } });
    const route = await harness.open();
    await say(harness, { kind: "pause" });
    void process.give(route, "goes on");
    await harness.time.pass(1_000);
    expect(harness.sent.map(({ link, text }) => [link, text])).toEqual([["backup-1", "goes on"]]);
  });
});

test("whatever operators say and whenever, nothing leaves over a paused link, and every text leaves once", async () => {
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.constant("text" as const) },
    { weight: 2, arbitrary: fc.constantFrom("pause" as const, "resume" as const) },
    { weight: 1, arbitrary: fc.constant("restart" as const) },
  );
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.boolean(), async (steps, hasBackup) => {
      const harness = createHarness();
      const process = await harness.start(hasBackup ? { backup: { kind: "http" } } : {});
      const routes = await Promise.all([harness.open(), harness.open()]);
      const given: string[] = [];
      const overLink = (): number => harness.sent.filter(({ link }) => link === "link-1").length;
      let paused: number | null = null;
      for (const each of steps) {
        if (each === "text") {
          given.push(`text ${given.length}`);
          void process.give(routes[given.length % 2]!, given.at(-1)!);
          await harness.time.pass(100);
        } else await say(harness, { kind: each });
        if (each === "resume") paused = null;
        if (each === "pause") paused ??= overLink();
        if (paused !== null) expect(overLink()).toBe(paused);
      }
      await say(harness, { kind: "resume" });
      await harness.time.pass(5_000);
      expect(harness.words().toSorted()).toEqual(given.toSorted());
    }),
    { numRuns: 30 },
  );
});

describe("the window of a link", () => {
  test("is as wide as an operator says, and as before when nobody says so any more", async () => {
    const harness = createHarness();
    const process = await harness.start({ link: { window: 3, latencyMs: 60_000 } });
    const underWay = async (): Promise<number> => {
      for (const route of await Promise.all([harness.open(), harness.open(), harness.open()]))
        void process.give(route, "hello");
      await harness.time.pass(100);
      return process.link.inFlight();
    };
    await say(harness, { kind: "set", window: 1 });
    expect(await underWay()).toBe(1);
    await say(harness, { kind: "set", window: 2 });
    expect(await underWay()).toBe(2);
    await say(harness, { kind: "set", window: null });
    expect(await underWay()).toBe(3);
  });
});

describe("the rate of an account", () => {
  test("is what an operator says, in any second", async () => {
    const harness = createHarness();
    const rates = { smpp: 50, http: 50 };
    const process = await harness.start({ relay: { accountRates: rates, fallbackAfterMs: 600_000 } });
    await say(harness, { kind: "set", rate: 3 });
    for (let i = 0; i < 9; i += 1) void process.give(await harness.open(), `text ${i}`);
    await harness.time.pass(900);
    expect(harness.sent.length).toBe(3);
    await harness.time.pass(5_000);
    expect(harness.sent.length).toBe(9);
    expect(process.relay.pacing.perSecond("smpp")).toBe(3);
    await say(harness, { kind: "set", rate: null });
    expect(process.relay.pacing.perSecond("smpp")).toBe(50);
  });
});
