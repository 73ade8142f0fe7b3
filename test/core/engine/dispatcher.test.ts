import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Script } from "#test/core/scripted-link.ts";
import { scriptArbitrary } from "#test/support/arbitraries.ts";
import {
  aConversation,
  aNumber,
  aParticipant,
  freshNumber,
  openingOf,
} from "#test/support/traffic-builders.ts";
import { createHarness, TTL_MS } from "./harness.ts";

const LONG = "This is a longer text, of a few parts. ".repeat(9);

describe("what is to be sent", () => {
  const planArbitrary = fc.record({
    texts: fc.array(
      fc.record({
        route: fc.nat({ max: 2 }),
        isLong: fc.boolean(),
        afterMs: fc.constantFrom(0, 0, 5, 60, 700),
      }),
      { minLength: 1, maxLength: 25, size: "max" },
    ),
    scripts: fc.array(scriptArbitrary(false), { maxLength: 40, size: "max" }),
    kind: fc.constantFrom("smpp" as const, "http" as const),
    window: fc.integer({ min: 1, max: 5 }),
    perSecond: fc.constantFrom(2, 20, Number.POSITIVE_INFINITY),
    downs: fc.array(fc.nat({ max: 24 }), { maxLength: 4 }),
  });

  test("leaves in order for each person, once, and whole, whatever the carrier says", async () => {
    await fc.assert(
      fc.asyncProperty(planArbitrary, async ({ texts, scripts, kind, window, perSecond, downs }) => {
        const harness = createHarness();
        const rest = [...scripts];
        const script = (): Script => rest.shift() ?? { kind: "accept" };
        const process = await harness.start({
          link: { kind, window, script },
          relay: { accountRates: { smpp: perSecond, http: perSecond } },
        });
        const routes = [await harness.open(), await harness.open(), await harness.open()];
        for (const [n, { route, isLong, afterMs }] of texts.entries()) {
          if (downs.includes(n)) process.link.set(process.link.room() > 0 ? "down" : "up");
          void process.give(routes[route]!, `${n} ${isLong ? LONG : ""}`);
          await harness.time.pass(afterMs);
        }
        process.link.set("up");
        await harness.time.pass(2 * TTL_MS);
        expect(process.relay.ownedCount()).toBe(0);
        for (const { recipientId } of routes) {
          const parts = harness.sent.filter(({ message }) => message.recipientId === recipientId);
          // Cut into runs that begin with a first part: a text that was refused in its middle is begun anew.
          const runs: (typeof parts)[] = [];
          for (const part of parts) {
            if (part.part === 0) runs.push([]);
            const run = runs.at(-1)!;
            expect(part.part).toBe(run.length);
            expect(
              new Set([...run, part].map(({ message, reference }) => `${message.id}/${reference}`)).size,
            ).toBe(1);
            run.push(part);
          }
          const whole = runs.filter((run) => run.map(({ text }) => text).join("") === run[0]!.message.text);
          const order = whole.map(([first]) => Number.parseInt(first!.text, 10));
          expect(order).toEqual([...new Set(order)].sort((a, b) => a - b));
        }
      }),
      { numRuns: 60 },
    );
  });

  test("leaves in its hours alone, where it advertises, also when there was no link, and keeps nothing else waiting", async () => {
    const harness = createHarness();
    const route = await harness.open();
    const process = await harness.start();
    const at = harness.time.clock.now();
    const hold = {
      since: at,
      windows: [
        { from: at + 5_000, until: at + 6_000 },
        { from: at + 20_000, until: at + 30_000 },
      ],
    };
    const advertise = (text: string) =>
      harness.tell(route, text, { hold, receivedAt: at + 5_000, expiresAt: at + TTL_MS });
    await advertise("ad 1");
    await advertise("ad 2");
    void process.give(route, "first");
    await harness.time.pass(4_000);
    expect(harness.words()).toEqual(["first"]);
    process.link.set("down");
    await harness.time.pass(2_500);
    process.link.set("up");
    await harness.time.pass(2_000);
    expect(harness.words()).toEqual(["first"]);
    void process.give(route, "second");
    await harness.time.pass(1_000);
    expect(harness.words()).toEqual(["first", "second"]);
    await harness.time.pass(15_000);
    expect(harness.words()).toEqual(["first", "second", "ad 1", "ad 2"]);
  });

  test("to one person never waits for another person's trouble", async () => {
    const harness = createHarness();
    const [troubled, other] = [await harness.open(), await harness.open()];
    const process = await harness.start({
      link: {
        script: ({ recipientId }) => ({ kind: recipientId === troubled.recipientId ? "retry" : "accept" }),
      },
    });
    for (let n = 0; n < 5; n += 1) void process.give(troubled, "stuck");
    for (let n = 0; n < 5; n += 1) void process.give(other, `${n}`);
    await harness.time.pass(500);
    expect(harness.words()).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("is not sent any more once its time is over, and is said to have expired", async () => {
    const harness = createHarness();
    const process = await harness.start();
    process.link.set("down");
    const route = await harness.open();
    void process.give(route, "too late");
    await harness.time.pass(TTL_MS + 10_000);
    process.link.set("up");
    await harness.time.pass(10_000);
    expect(harness.words()).toEqual([]);
    expect(await harness.states(route)).toEqual(["expired: ttl"]);
  });

  test("is refused for good once, and the next one goes on", async () => {
    const harness = createHarness();
    const process = await harness.start({
      link: { script: (_, n) => ({ kind: n === 0 ? "refuse" : "accept" }) },
    });
    const route = await harness.open();
    void process.give(route, "bad");
    void process.give(route, "good");
    await harness.time.pass(1_000);
    expect(harness.words()).toEqual(["good"]);
    expect(await harness.states(route)).toEqual(["failed: scripted", "sent"]);
  });

  test("goes first again after the carrier said too fast, and nothing leaves meanwhile", async () => {
    const harness = createHarness();
    const process = await harness.start({
      link: {
        window: 1,
        script: (_, n) => (n === 0 ? { kind: "throttle", waitMs: 2_000 } : { kind: "accept" }),
      },
    });
    const [route, other] = [await harness.open(), await harness.open()];
    void process.give(route, "first");
    await harness.time.pass(10);
    void process.give(other, "second");
    await harness.time.pass(1_500);
    expect(harness.words()).toEqual([]);
    await harness.time.pass(2_000);
    expect(harness.words()).toEqual(["first", "second"]);
    expect(
      (await harness.storage.conversations.messages(route.conversationId, PAGE)).items[0]!.attempts,
    ).toBe(1);
  });
});

const PAGE = { limit: 10, after: null };

describe("a text whose answer was lost", () => {
  const lose = (_: unknown, n: number): Script =>
    n === 0 ? { kind: "lost", arrived: true } : { kind: "accept" };

  test("is sent again at once, before the next one", async () => {
    const harness = createHarness();
    const process = await harness.start({ link: { script: lose } });
    const route = await harness.open();
    void process.give(route, "one");
    void process.give(route, "two");
    await harness.time.pass(1_000);
    expect(harness.words()).toEqual(["one", "one", "two"]);
  });

  test("is sent again soon as often as a link may break, and not for ever", async () => {
    const harness = createHarness();
    const script = (): Script => ({ kind: "lost", arrived: true });
    const process = await harness.start({ link: { script } });
    const route = await harness.open();
    void process.give(route, "one");
    await harness.time.pass(4_500);
    expect(harness.words()).toHaveLength(4);
    await harness.time.pass(2 * TTL_MS);
    expect(harness.words().length).toBeLessThanOrEqual(6);
    expect(await harness.states(route)).toEqual(["failed: unknown"]);
  });

  test("is never sent again where that is the wish", async () => {
    const harness = createHarness();
    const process = await harness.start({ link: { script: lose }, relay: { onUnknown: "hold" } });
    const route = await harness.open();
    void process.give(route, "one");
    await harness.time.pass(1_000);
    expect(await harness.states(route)).toEqual(["unknown"]);
    await harness.time.pass(2 * TTL_MS);
    expect(harness.words()).toEqual(["one"]);
    expect(await harness.states(route)).toEqual(["expired: ttl"]);
  });
});

describe("a text of several parts", () => {
  test("goes on where it stopped, over the same link and under the same reference", async () => {
    const harness = createHarness();
    const process = await harness.start({
      link: {
        script: (_, n) => (n === 1 ? { kind: "throttle", partsTaken: 0 } : { kind: "accept" }),
        window: 1,
      },
      backup: { window: 1 },
    });
    const route = await harness.open();
    void process.give(route, LONG);
    await harness.time.pass(3_000);
    expect(harness.sent.map(({ part }) => part)).toEqual(segmentsOf(LONG).map((_, part) => part));
    expect(new Set(harness.sent.map(({ link, reference }) => `${link}/${reference}`)).size).toBe(1);
  });

  test("begins anew over another link when its own goes down in its middle", async () => {
    const harness = createHarness();
    const process = await harness.start({ link: { window: 1 }, backup: { window: 1 } });
    process.backup!.set("down");
    const route = await harness.open();
    void process.give(route, LONG);
    await harness.time.pass(10);
    process.link.set("down");
    process.backup!.set("up");
    await harness.time.pass(3_000);
    const over = (link: string) => harness.sent.filter((part) => part.link === link).map(({ part }) => part);
    expect(over("link-1")).toEqual([0]);
    expect(over("backup-1")).toEqual(segmentsOf(LONG).map((_, part) => part));
    expect(await harness.states(route)).toEqual(["sent"]);
  });
});

describe("the link that is taken", () => {
  test("is HTTP when the bind has been full for too long", async () => {
    const harness = createHarness();
    const process = await harness.start({
      link: { window: 1, latencyMs: 30_000 },
      backup: { kind: "http" },
      relay: { fallbackAfterMs: 2_000 },
    });
    const [route, other] = [await harness.open(), await harness.open()];
    void process.give(route, "by smpp");
    void process.give(other, "by http");
    await harness.time.pass(1_900);
    expect(harness.words()).toEqual(["by smpp"]);
    await harness.time.pass(200);
    expect(harness.sent.map(({ link }) => link)).toEqual(["link-1", "backup-1"]);
  });

  test("takes a long text in as many calls as it needs, before anything else goes to that recipient", async () => {
    const harness = createHarness();
    const order: string[] = [];
    const process = await harness.start({
      link: {
        kind: "http",
        script: ({ text }, n) => {
          order.push(text);
          return { kind: n < 2 ? "more" : "accept" };
        },
      },
    });
    const route = await harness.open();
    void process.give(route, "a long one");
    void process.give(route, "a short one");
    await harness.time.pass(4_000);
    expect(order).toEqual(["a long one", "a long one", "a long one", "a short one"]);
    expect(await harness.states(route)).toEqual(["sent", "sent"]);
  });

  test("is given up for a while when it says that it has room and takes nothing", async () => {
    const harness = createHarness();
    const process = await harness.start({ link: { script: () => ({ kind: "unsent" }) } });
    const route = await harness.open();
    void process.give(route, "patience");
    await harness.time.pass(4_000);
    expect(process.link.calls()).toBeLessThan(20);
    expect(await harness.states(route)).toEqual(["queued"]);
  });
});

test("a number's own pace holds back its texts, and nobody else's", async () => {
  const harness = createHarness();
  const slow = await harness.open();
  const process = await harness.start({
    relay: { numberRate: (source: Msisdn) => (source === slow.source ? 1 : null) },
  });
  const other = await harness.open();
  const third = await harness.open();
  for (const words of ["a", "b", "c"]) void process.give(slow, words);
  for (const words of ["x", "y"]) void process.give(other, words);
  void process.give(third, "z");
  await harness.time.pass(500);
  expect([...harness.words()].sort()).toEqual(["a", "x", "y", "z"]);
  await harness.time.pass(3_000);
  const own = harness.sent.filter(({ message }) => message.source === slow.source);
  expect(own.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  expect(own[1]!.at - own[0]!.at).toBeGreaterThanOrEqual(1_000);
});

test("a text that is owned for longer than the quarantine is validated again", async () => {
  const harness = createHarness();
  const process = await harness.start({ relay: { quarantineMs: 2_000 } });
  await harness.time.pass(1_100);
  process.link.set("down");
  const route = await harness.open();
  void process.give(route, "too late");
  await harness.time.pass(100);
  const at = harness.time.clock.now();
  const closing = { reason: "requested", at, quarantinedUntil: at + 2_000, unlessTextedAfter: null };
  await harness.storage.conversations.close({ id: route.conversationId, ...closing });
  await harness.time.pass(2_500);
  const reader = aParticipant(freshNumber(), { number: route.recipient });
  await harness.storage.numbers.add(aNumber(reader.virtualNumber));
  const openedAt = harness.time.clock.now();
  const next = openingOf(aConversation([aParticipant(route.source), reader], { openedAt }));
  expect(await harness.storage.conversations.open(next)).toEqual({ kind: "opened" });
  process.link.set("up");
  await harness.time.pass(5_000);
  expect(harness.words()).toEqual([]);
  expect(await harness.states(route)).toEqual(["expired: reassigned"]);
});

test("a text whose number was given to another conversation meanwhile is not sent", async () => {
  const harness = createHarness();
  const process = await harness.start();
  process.link.set("down");
  const route = await harness.open();
  await harness.tell(route, "old news");
  const at = harness.time.clock.now();
  const closing = { reason: "requested", at, quarantinedUntil: at, unlessTextedAfter: null };
  await harness.storage.conversations.close({ id: route.conversationId, ...closing });
  // For its reader, the number that it would come from is somebody else by now.
  const reader = aParticipant(freshNumber(), { number: route.recipient });
  await harness.storage.numbers.add(aNumber(reader.virtualNumber));
  const next = openingOf(aConversation([aParticipant(route.source), reader], { openedAt: at }));
  expect(await harness.storage.conversations.open(next)).toEqual({ kind: "opened" });
  await harness.time.pass(40_000);
  process.link.set("up");
  await harness.time.pass(10_000);
  expect(harness.words()).toEqual([]);
  expect(await harness.states(route)).toEqual(["expired: reassigned"]);
});

describe("a text that waits in memory when its recipient texts STOP", () => {
  const back = (route: RouteDefinition): RouteDefinition => ({
    ...route,
    ...{ sender: route.recipient, virtualNumber: route.source },
    ...{ recipient: route.sender, source: route.virtualNumber },
  });

  test("stays, while the answer to STOP leaves", async () => {
    const harness = createHarness();
    const process = await harness.start();
    await harness.time.pass(1_100);
    process.link.set("down");
    const route = await harness.open();
    void process.give(route, "too late");
    await harness.time.pass(100);
    expect(await harness.time.until(process.give(back(route), "STOP"))).toBe("accepted");
    process.link.set("up");
    await harness.time.pass(5_000);
    expect(harness.words()).toEqual([expect.stringMatching(/START/)]);
    expect(await harness.states(route)).toContain("blocked: opt-out");
  });

  test("stays, though STOP came to another process, and though nobody was told of it", async () => {
    for (const isTold of [true, false]) {
      const harness = createHarness();
      const owner = await harness.start();
      await harness.time.pass(1_100);
      owner.link.set("down");
      const route = await harness.open();
      void owner.give(route, "too late");
      await harness.time.pass(100);
      if (!isTold) harness.deafen();
      await harness.storage.optOuts.put(DEFAULT_SERVICE_ID, route.recipient, harness.time.clock.now());
      await harness.time.pass(isTold ? 10 : 7_000);
      owner.link.set("up");
      await harness.time.pass(5_000);
      expect(harness.words()).toEqual([]);
      expect(await harness.states(route)).toEqual(["blocked: opt-out"]);
    }
  });

  test("and was requeued is not sent when it is claimed", async () => {
    const harness = createHarness();
    const process = await harness.start({
      link: { script: (_, n) => ({ kind: n === 0 ? "retry" : "accept" }) },
    });
    await harness.time.pass(1_100);
    const route = await harness.open();
    void process.give(route, "too late");
    await harness.time.pass(500);
    await harness.storage.optOuts.put(DEFAULT_SERVICE_ID, route.recipient, harness.time.clock.now());
    await harness.time.pass(30_000);
    expect(harness.words()).toEqual([]);
    expect(await harness.states(route)).toEqual(["blocked: opt-out"]);
  });
});
