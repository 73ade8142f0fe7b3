import fc from "fast-check";
import { expect, test } from "vitest";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { type Route, routesOf } from "#core/domain/route.ts";
import { NO_WISHES } from "#core/domain/sender-wishes.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { BUILT_IN_RULES } from "#core/domain/service-rules.ts";
import { HOUR_MS, LIMIT_ACTIONS, type LimitRule, MINUTE_MS } from "#core/domain/text-limits.ts";
import { houseWishRules } from "#core/domain/wishes/wish.ts";
import { type BatchContext, decideBatch } from "#core/engine/inbound/decide-batch.ts";
import { createLeakWatch } from "#core/engine/inbound/leak-watch.ts";
import { createLimitWatch } from "#core/engine/inbound/limit-watch.ts";
import { createLoopGuard } from "#core/engine/inbound/loop-guard.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import {
  aConversation,
  anInboundOn,
  aParticipant,
  freshId,
  freshNumber,
  NOON,
} from "#test/support/traffic-builders.ts";

const LIMITS: LimitRule = { perMinute: 3, perHour: 10, sameTextTo: 2, action: "block" };

/** The way of the first of two people to the second. */
const aRoute = (sender = freshNumber()): Route => {
  const conversation = aConversation([
    aParticipant(freshNumber(), { number: sender }),
    aParticipant(freshNumber()),
  ]);
  const [route] = routesOf(conversation.id, conversation.participants);
  return {
    ...route,
    ...{ version: "1", openedAt: NOON, expiresAt: null, closedAt: null, quarantinedUntil: null },
    ...{ blockedBy: null, senderWishes: NO_WISHES },
  };
};

const aProcess = (limits: LimitRule | null = LIMITS, writers = createLimitWatch()) => {
  const context: BatchContext = {
    ...{ now: NOON, wishRules: houseWishRules, nextId: freshId, stored: [], partsTimeoutMs: 60_000 },
    ...{ loops: createLoopGuard(), leaks: createLeakWatch(), limits: writers, heard: new Map() },
    mayOwn: () => true,
  };
  const rules = { ...BUILT_IN_RULES, limits };
  const decide = (route: Route, messages: readonly InboundMessage[]): readonly InboundWrite[] =>
    decideBatch(
      messages.map((message) => ({ message, joins: null, route, serviceId: DEFAULT_SERVICE_ID, rules })),
      context,
    ).map(({ write }) => write);
  return {
    decide,
    wrote: (route: Route, text: string, receivedAt = NOON) =>
      ended(decide(route, [anInboundOn(route, { text, receivedAt })])[0]!),
  };
};

const ended = ({ decision }: InboundWrite): string =>
  decision.kind === "refuse" ? decision.refusal.reason : decision.kind;

test("who texts more than the service allows is not passed on for a while, in one batch and in several, and decided on again the same way", () => {
  const texts = (route: Route) =>
    Array.from({ length: 5 }, (_, i) => anInboundOn(route, { text: `text ${i}`, receivedAt: NOON }));
  const expected = ["relay", "relay", "relay", "flood", "flood"];
  const [one, other] = [aRoute(), aRoute()];
  const { decide, wrote } = aProcess();
  const sent = texts(one);
  expect(decide(one, sent).map(ended)).toEqual(expected);
  expect(decide(one, sent).map(ended)).toEqual(expected);
  expect(
    texts(other)
      .flatMap((text) => decide(other, [text]))
      .map(ended),
  ).toEqual(expected);
  expect(wrote(one, "later", NOON + MINUTE_MS / 3)).toBe("relay");
});

test("what is beyond is held in its turn, and blocked where too many wait", () => {
  const route = aRoute();
  const { decide } = aProcess({ ...LIMITS, action: "hold" });
  const texts = Array.from({ length: 11 }, (_, i) => anInboundOn(route, { text: `text ${i}` }));
  const writes = decide(route, texts);
  expect(writes.map(ended)).toEqual([...Array(9).fill("relay"), "flood", "flood"]);
  const turns = writes.map(({ decision }) =>
    decision.kind === "relay" ? [decision.own, (decision.message.receivedAt - NOON) / 1_000] : null,
  );
  expect(turns).toEqual([
    ...[0, 0, 0].map((seconds) => [true, seconds]),
    ...[20, 40, 60, 80, 100, 120].map((seconds) => [false, seconds]),
    ...[null, null],
  ]);
  const types = writes.map(({ beside }) => beside?.events.map(({ type }) => type) ?? []);
  const exceeded = "participant.limit-exceeded";
  expect(types.slice(2)).toEqual([
    [],
    [exceeded, "message.held"],
    ...Array(5).fill(["message.held"]),
    ...[[exceeded], []],
  ]);
  expect(writes.map(({ beside }) => beside?.notice != null)).toEqual([
    ...Array(9).fill(false),
    ...[true, false],
  ]);
  expect(decide(route, texts).map(({ decision }) => decision)).toEqual(
    writes.map(({ decision }) => decision),
  );
});

test("nothing of a person overtakes what another process holds, also where the service has no limit any more, and a cry for help does", () => {
  const heldUntil = NOON + 30_000;
  const route = { ...aRoute(), heldUntil };
  const turnOf = (limits: LimitRule | null, text = "and one more", receivedAt = NOON) => {
    const { decision } = aProcess(limits).decide(route, [anInboundOn(route, { text, receivedAt })])[0]!;
    return decision.kind === "relay" ? decision.message.receivedAt : null;
  };
  for (const limits of [null, ...LIMIT_ACTIONS.map((action) => ({ ...LIMITS, action }))]) {
    expect(turnOf(limits, "call 112")).toBe(NOON);
    if (limits?.action === "block") expect(turnOf(limits)).toBeNull();
    else expect(turnOf(limits)).toBeGreaterThan(heldUntil);
    expect(turnOf(limits, "later", heldUntil + 60_000)).toBe(heldUntil + 60_000);
  }
});

test("what has to be decided again, since another process has held a text meanwhile, has its turn behind that, in order", () => {
  const route = aRoute();
  const { decide } = aProcess({ ...LIMITS, action: "hold" });
  const texts = Array.from({ length: 4 }, (_, i) => anInboundOn(route, { text: `text ${i}` }));
  const turnsOf = (writes: readonly InboundWrite[]) =>
    writes.map(({ decision }) => (decision.kind === "relay" ? decision.message.receivedAt : 0));
  const before = turnsOf(decide(route, texts));
  const heldUntil = before[3]! + 1;
  const again = turnsOf(decide({ ...route, heldUntil }, texts));
  expect(again[0]).toBeGreaterThan(heldUntil);
  expect(again).toEqual(again.toSorted((a, b) => a - b));
  expect(new Set(again).size).toBe(again.length);
});

test("what is decided on again together with what has no turn yet has its turn after that, in the order of the batch", () => {
  const route = aRoute();
  const { decide } = aProcess({ ...LIMITS, action: "hold" });
  const [first, second, third, ...before] = Array.from({ length: 6 }, (_, i) =>
    anInboundOn(route, { text: `text ${i}` }),
  );
  const turnsOf = (writes: readonly InboundWrite[]) =>
    writes.map(({ decision }) => (decision.kind === "relay" ? decision.message.receivedAt : 0));
  decide(route, before);
  decide(route, [second!, third!]);
  const turns = turnsOf(decide(route, [first!, second!, third!, second!]));
  expect(turns.slice(0, 3)).toEqual(turns.slice(0, 3).toSorted((a, b) => a - b));
  expect(new Set(turns).size).toBe(3);
  expect(turns[3]).toBe(turns[1]);
});

test("what is decided on again counts once: held, passed on, and for those who ask what was texted", () => {
  const route = aRoute();
  const writers = createLimitWatch();
  const { decide } = aProcess({ ...LIMITS, action: "hold" }, writers);
  const texts = Array.from({ length: 7 }, (_, i) => anInboundOn(route, { text: `text ${i}` }));
  const held = decide(route, texts);
  const first = held[3]!.decision;
  // Another process has promised a turn a moment later: all that wait here are decided on again, behind it.
  const heldUntil = (first.kind === "relay" ? first.message.receivedAt : 0) + 1;
  for (let n = 0; n < 3; n += 1)
    expect(decide({ ...route, heldUntil }, texts.slice(3)).map(ended)).toEqual(Array(4).fill("relay"));
  expect(writers.unstored.take().map(({ count }) => count)).toEqual([7]);
  const more = Array.from({ length: 3 }, () => anInboundOn(route));
  expect(decide({ ...route, heldUntil }, more).map(ended)).toEqual(["relay", "relay", "flood"]);
});

test("people who arrange a ride, also in bursts, never meet the usual limits", () => {
  const usual: LimitRule = { perMinute: 20, perHour: 200, sameTextTo: 6, action: "hold" };
  // So many texts in quick succession, and then so long a pause, in seconds.
  const burst = fc.record({
    texts: fc.integer({ min: 1, max: 8 }),
    gap: fc.integer({ min: 1, max: 6 }),
    pause: fc.integer({ min: 15, max: 600 }),
  });
  fc.assert(
    fc.property(fc.array(burst, { minLength: 5, maxLength: 12 }), (bursts) => {
      const { decide } = aProcess(usual);
      const [route, back] = [aRoute(), aRoute()];
      let at = NOON;
      let said = 0;
      for (const { texts, gap, pause } of bursts) {
        for (let n = 0; n < texts; n += 1) {
          const way = n % 3 === 2 ? back : route;
          const [write] = decide(way, [anInboundOn(way, { text: `I am at door ${said}`, receivedAt: at })]);
          expect(ended(write!)).toBe("relay");
          expect(write!.beside).toBeUndefined();
          at += gap * 1_000;
          said += 1;
        }
        at += pause * 1_000;
      }
    }),
    { numRuns: 200 },
  );
});

test("a command and a cry for help are heard whatever the limit", () => {
  const route = aRoute();
  const { decide, wrote } = aProcess({ ...LIMITS, perMinute: 1 });
  expect(decide(route, [anInboundOn(route), anInboundOn(route)]).map(ended)).toEqual(["relay", "flood"]);
  expect(["STOP", "112", "HELP!", "more"].map((text) => wrote(route, text))).toEqual([
    "command",
    "relay",
    "relay",
    "flood",
  ]);
});

test("of whoever goes beyond a limit it is told once an hour, and they are told once a day", () => {
  const route = aRoute();
  const { decide } = aProcess({ ...LIMITS, perMinute: 1 });
  const said = (receivedAt: number) => decide(route, [anInboundOn(route, { receivedAt })])[0]!;
  said(NOON);
  const first = said(NOON);
  expect(first.beside).toMatchObject({
    notice: { destination: route.sender, source: route.virtualNumber },
    events: [
      {
        ...{ type: "participant.limit-exceeded", subject: route.senderId },
        data: { conversationId: route.conversationId, limit: "minute", action: "block" },
      },
    ],
  });
  expect([said(NOON + 1).beside, said(NOON + 2).beside]).toEqual([undefined, undefined]);
  said(NOON + HOUR_MS);
  expect(said(NOON + HOUR_MS).beside).toMatchObject({ notice: null, events: [{}] });
  said(NOON + 24 * HOUR_MS);
  expect(said(NOON + 24 * HOUR_MS).beside?.notice).not.toBeNull();
});

test("the same text goes into so many conversations an hour, and what is short or different into all", () => {
  const sender = freshNumber();
  const routes = Array.from({ length: 4 }, () => aRoute(sender));
  const { wrote } = aProcess();
  const spam = "Cheap rides at half the price, ask me";
  expect(routes.map((route) => wrote(route, spam))).toEqual(["relay", "relay", "fan-out", "fan-out"]);
  expect(wrote(routes[0]!, spam)).toBe("relay");
  expect(routes.map((route) => wrote(route, "I am outside"))).toEqual(Array(4).fill("relay"));
  expect(wrote(aRoute(), spam)).toBe("relay");
  expect(wrote(aRoute(sender), spam, NOON + HOUR_MS + 1)).toBe("relay");
});

test("a service that only observes passes everything on, and one without limits counts nothing", () => {
  const route = aRoute();
  const observing = aProcess({ ...LIMITS, action: "observe", perMinute: 1 });
  const [, second] = observing.decide(route, [anInboundOn(route), anInboundOn(route)]);
  expect(ended(second!)).toBe("relay");
  expect(second!.beside).toMatchObject({ notice: null, events: [{ data: { action: "observe" } }] });
  const none = aProcess(null).decide(
    route,
    Array.from({ length: 50 }, () => anInboundOn(route)),
  );
  expect(none.every((write) => ended(write) === "relay" && write.beside === undefined)).toBe(true);
});
