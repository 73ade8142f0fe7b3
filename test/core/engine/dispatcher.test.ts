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
import { createStage, TTL_MS } from "./harness.ts";

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
        const stage = createStage();
        const rest = [...scripts];
        const script = (): Script => rest.shift() ?? { kind: "accept" };
        const process = await stage.start({
          link: { kind, window, script },
          relay: { accountRates: { smpp: perSecond, http: perSecond } },
        });
        const routes = [await stage.open(), await stage.open(), await stage.open()];
        for (const [n, { route, isLong, afterMs }] of texts.entries()) {
          if (downs.includes(n)) process.link.set(process.link.room() > 0 ? "down" : "up");
          void process.give(routes[route]!, `${n} ${isLong ? LONG : ""}`);
          await stage.time.pass(afterMs);
        }
        process.link.set("up");
        await stage.time.pass(2 * TTL_MS);
        expect(process.relay.ownedCount()).toBe(0);
        for (const { recipientId } of routes) {
          const parts = stage.sent.filter(({ message }) => message.recipientId === recipientId);
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

  test("to one person never waits for another person's trouble", async () => {
    const stage = createStage();
    const [troubled, other] = [await stage.open(), await stage.open()];
    const process = await stage.start({
      link: {
        script: ({ recipientId }) => ({ kind: recipientId === troubled.recipientId ? "retry" : "accept" }),
      },
    });
    for (let n = 0; n < 5; n += 1) void process.give(troubled, "stuck");
    for (let n = 0; n < 5; n += 1) void process.give(other, `${n}`);
    await stage.time.pass(500);
    expect(stage.words()).toEqual(["0", "1", "2", "3", "4"]);
  });

  test("is not sent any more once its time is over, and is said to have expired", async () => {
    const stage = createStage();
    const process = await stage.start();
    process.link.set("down");
    const route = await stage.open();
    void process.give(route, "too late");
    await stage.time.pass(TTL_MS + 10_000);
    process.link.set("up");
    await stage.time.pass(10_000);
    expect(stage.words()).toEqual([]);
    expect(await stage.states(route)).toEqual(["expired: ttl"]);
  });

  test("is refused for good once, and the next one goes on", async () => {
    const stage = createStage();
    const process = await stage.start({
      link: { script: (_, n) => ({ kind: n === 0 ? "refuse" : "accept" }) },
    });
    const route = await stage.open();
    void process.give(route, "bad");
    void process.give(route, "good");
    await stage.time.pass(1_000);
    expect(stage.words()).toEqual(["good"]);
    expect(await stage.states(route)).toEqual(["failed: scripted", "sent"]);
  });

  test("goes first again after the carrier said too fast, and nothing leaves meanwhile", async () => {
    const stage = createStage();
    const process = await stage.start({
      link: {
        window: 1,
        script: (_, n) => (n === 0 ? { kind: "throttle", waitMs: 2_000 } : { kind: "accept" }),
      },
    });
    const [route, other] = [await stage.open(), await stage.open()];
    void process.give(route, "first");
    await stage.time.pass(10);
    void process.give(other, "second");
    await stage.time.pass(1_500);
    expect(stage.words()).toEqual([]);
    await stage.time.pass(2_000);
    expect(stage.words()).toEqual(["first", "second"]);
    expect((await stage.storage.conversations.messages(route.conversationId, PAGE)).items[0]!.attempts).toBe(
      1,
    );
  });
});

const PAGE = { limit: 10, after: null };

describe("a text whose answer was lost", () => {
  const lose = (_: unknown, n: number): Script =>
    n === 0 ? { kind: "lost", arrived: true } : { kind: "accept" };

  test("is sent again at once, before the next one", async () => {
    const stage = createStage();
    const process = await stage.start({ link: { script: lose } });
    const route = await stage.open();
    void process.give(route, "one");
    void process.give(route, "two");
    await stage.time.pass(1_000);
    expect(stage.words()).toEqual(["one", "one", "two"]);
  });

  test("is sent again soon as often as a link may break, and not for ever", async () => {
    const stage = createStage();
    const script = (): Script => ({ kind: "lost", arrived: true });
    const process = await stage.start({ link: { script } });
    const route = await stage.open();
    void process.give(route, "one");
    await stage.time.pass(4_500);
    expect(stage.words()).toHaveLength(4);
    await stage.time.pass(2 * TTL_MS);
    expect(stage.words().length).toBeLessThanOrEqual(6);
    expect(await stage.states(route)).toEqual(["failed: unknown"]);
  });

  test("is never sent again where that is the wish", async () => {
    const stage = createStage();
    const process = await stage.start({ link: { script: lose }, relay: { onUnknown: "hold" } });
    const route = await stage.open();
    void process.give(route, "one");
    await stage.time.pass(1_000);
    expect(await stage.states(route)).toEqual(["unknown"]);
    await stage.time.pass(2 * TTL_MS);
    expect(stage.words()).toEqual(["one"]);
    expect(await stage.states(route)).toEqual(["expired: ttl"]);
  });
});

describe("a text of several parts", () => {
  test("goes on where it stopped, over the same link and under the same reference", async () => {
    const stage = createStage();
    const process = await stage.start({
      link: {
        script: (_, n) => (n === 1 ? { kind: "throttle", partsTaken: 0 } : { kind: "accept" }),
        window: 1,
      },
      backup: { window: 1 },
    });
    const route = await stage.open();
    void process.give(route, LONG);
    await stage.time.pass(3_000);
    expect(stage.sent.map(({ part }) => part)).toEqual(segmentsOf(LONG).map((_, part) => part));
    expect(new Set(stage.sent.map(({ link, reference }) => `${link}/${reference}`)).size).toBe(1);
  });

  test("begins anew over another link when its own goes down in its middle", async () => {
    const stage = createStage();
    const process = await stage.start({ link: { window: 1 }, backup: { window: 1 } });
    process.backup!.set("down");
    const route = await stage.open();
    void process.give(route, LONG);
    await stage.time.pass(10);
    process.link.set("down");
    process.backup!.set("up");
    await stage.time.pass(3_000);
    const over = (link: string) => stage.sent.filter((part) => part.link === link).map(({ part }) => part);
    expect(over("link-1")).toEqual([0]);
    expect(over("backup-1")).toEqual(segmentsOf(LONG).map((_, part) => part));
    expect(await stage.states(route)).toEqual(["sent"]);
  });
});

describe("the link that is taken", () => {
  test("is HTTP when the bind has been full for too long", async () => {
    const stage = createStage();
    const process = await stage.start({
      link: { window: 1, latencyMs: 30_000 },
      backup: { kind: "http" },
      relay: { fallbackAfterMs: 2_000 },
    });
    const [route, other] = [await stage.open(), await stage.open()];
    void process.give(route, "by smpp");
    void process.give(other, "by http");
    await stage.time.pass(1_900);
    expect(stage.words()).toEqual(["by smpp"]);
    await stage.time.pass(200);
    expect(stage.sent.map(({ link }) => link)).toEqual(["link-1", "backup-1"]);
  });

  test("takes a long text in as many calls as it needs, before anything else goes to that recipient", async () => {
    const stage = createStage();
    const order: string[] = [];
    const process = await stage.start({
      link: {
        kind: "http",
        script: ({ text }, n) => {
          order.push(text);
          return { kind: n < 2 ? "more" : "accept" };
        },
      },
    });
    const route = await stage.open();
    void process.give(route, "a long one");
    void process.give(route, "a short one");
    await stage.time.pass(4_000);
    expect(order).toEqual(["a long one", "a long one", "a long one", "a short one"]);
    expect(await stage.states(route)).toEqual(["sent", "sent"]);
  });

  test("is given up for a while when it says that it has room and takes nothing", async () => {
    const stage = createStage();
    const process = await stage.start({ link: { script: () => ({ kind: "unsent" }) } });
    const route = await stage.open();
    void process.give(route, "patience");
    await stage.time.pass(4_000);
    expect(process.link.calls()).toBeLessThan(20);
    expect(await stage.states(route)).toEqual(["queued"]);
  });
});

test("a number's own pace holds back its texts, and nobody else's", async () => {
  const stage = createStage();
  const slow = await stage.open();
  const process = await stage.start({
    relay: { numberRate: (source: Msisdn) => (source === slow.source ? 1 : null) },
  });
  const other = await stage.open();
  const third = await stage.open();
  for (const words of ["a", "b", "c"]) void process.give(slow, words);
  for (const words of ["x", "y"]) void process.give(other, words);
  void process.give(third, "z");
  await stage.time.pass(500);
  expect([...stage.words()].sort()).toEqual(["a", "x", "y", "z"]);
  await stage.time.pass(3_000);
  const own = stage.sent.filter(({ message }) => message.source === slow.source);
  expect(own.map(({ text }) => text)).toEqual(["a", "b", "c"]);
  expect(own[1]!.at - own[0]!.at).toBeGreaterThanOrEqual(1_000);
});

test("a text that is owned for longer than the quarantine is validated again", async () => {
  const stage = createStage();
  const process = await stage.start({ relay: { quarantineMs: 2_000 } });
  await stage.time.pass(1_100);
  process.link.set("down");
  const route = await stage.open();
  void process.give(route, "too late");
  await stage.time.pass(100);
  const at = stage.time.clock.now();
  const closing = { reason: "requested", at, quarantinedUntil: at + 2_000, unlessTextedAfter: null };
  await stage.storage.conversations.close({ id: route.conversationId, ...closing });
  await stage.time.pass(2_500);
  const reader = aParticipant(freshNumber(), { number: route.recipient });
  await stage.storage.numbers.add(aNumber(reader.virtualNumber));
  const openedAt = stage.time.clock.now();
  const next = openingOf(aConversation([aParticipant(route.source), reader], { openedAt }));
  expect(await stage.storage.conversations.open(next)).toEqual({ kind: "opened" });
  process.link.set("up");
  await stage.time.pass(5_000);
  expect(stage.words()).toEqual([]);
  expect(await stage.states(route)).toEqual(["expired: reassigned"]);
});

test("a text whose number was given to another conversation meanwhile is not sent", async () => {
  const stage = createStage();
  const process = await stage.start();
  process.link.set("down");
  const route = await stage.open();
  await stage.tell(route, "old news");
  const at = stage.time.clock.now();
  const closing = { reason: "requested", at, quarantinedUntil: at, unlessTextedAfter: null };
  await stage.storage.conversations.close({ id: route.conversationId, ...closing });
  // For its reader, the number that it would come from is somebody else by now.
  const reader = aParticipant(freshNumber(), { number: route.recipient });
  await stage.storage.numbers.add(aNumber(reader.virtualNumber));
  const next = openingOf(aConversation([aParticipant(route.source), reader], { openedAt: at }));
  expect(await stage.storage.conversations.open(next)).toEqual({ kind: "opened" });
  await stage.time.pass(40_000);
  process.link.set("up");
  await stage.time.pass(10_000);
  expect(stage.words()).toEqual([]);
  expect(await stage.states(route)).toEqual(["expired: reassigned"]);
});

describe("a text that waits in memory when its recipient texts STOP", () => {
  const back = (route: RouteDefinition): RouteDefinition => ({
    ...route,
    ...{ sender: route.recipient, virtualNumber: route.source },
    ...{ recipient: route.sender, source: route.virtualNumber },
  });

  test("stays, while the answer to STOP leaves", async () => {
    const stage = createStage();
    const process = await stage.start();
    await stage.time.pass(1_100);
    process.link.set("down");
    const route = await stage.open();
    void process.give(route, "too late");
    await stage.time.pass(100);
    expect(await stage.time.until(process.give(back(route), "STOP"))).toBe("accepted");
    process.link.set("up");
    await stage.time.pass(5_000);
    expect(stage.words()).toEqual([expect.stringMatching(/START/)]);
    expect(await stage.states(route)).toContain("blocked: opt-out");
  });

  test("stays, though STOP came to another process, and though nobody was told of it", async () => {
    for (const isTold of [true, false]) {
      const stage = createStage();
      const owner = await stage.start();
      await stage.time.pass(1_100);
      owner.link.set("down");
      const route = await stage.open();
      void owner.give(route, "too late");
      await stage.time.pass(100);
      if (!isTold) stage.deafen();
      await stage.storage.optOuts.put(DEFAULT_SERVICE_ID, route.recipient, stage.time.clock.now());
      await stage.time.pass(isTold ? 10 : 7_000);
      owner.link.set("up");
      await stage.time.pass(5_000);
      expect(stage.words()).toEqual([]);
      expect(await stage.states(route)).toEqual(["blocked: opt-out"]);
    }
  });

  test("and was requeued is not sent when it is claimed", async () => {
    const stage = createStage();
    const process = await stage.start({
      link: { script: (_, n) => ({ kind: n === 0 ? "retry" : "accept" }) },
    });
    await stage.time.pass(1_100);
    const route = await stage.open();
    void process.give(route, "too late");
    await stage.time.pass(500);
    await stage.storage.optOuts.put(DEFAULT_SERVICE_ID, route.recipient, stage.time.clock.now());
    await stage.time.pass(30_000);
    expect(stage.words()).toEqual([]);
    expect(await stage.states(route)).toEqual(["blocked: opt-out"]);
  });
});
