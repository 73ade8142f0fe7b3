import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { LOOP_TEXTS } from "#core/domain/machines/ping-pong.ts";
import { PARTIAL_TEXTS_MAX } from "#core/domain/part-assembly.ts";
import type { Route } from "#core/domain/route.ts";
import { NO_WISHES } from "#core/domain/sender-wishes.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { BUILT_IN_RULES } from "#core/domain/service-rules.ts";
import { basicWishRules } from "#core/domain/wishes/wish.ts";
import { type BatchContext, decideBatch as decide } from "#core/engine/inbound/decide-batch.ts";
import { createLeakWatch } from "#core/engine/inbound/leak-watch.ts";
import { createLimitWatch } from "#core/engine/inbound/limit-watch.ts";
import { createLoopGuard } from "#core/engine/inbound/loop-guard.ts";
import type { InboundWrite, StoredPart } from "#core/ports/traffic.ts";
import { routeArbitrary } from "#test/support/arbitraries.ts";

const [sample] = fc.sample(routeArbitrary, { numRuns: 1, seed: 1 });
const route = {
  ...sample!,
  closedAt: null,
  expiresAt: null,
  blockedBy: null,
  quarantinedUntil: null,
  senderWishes: NO_WISHES,
};

const contextWith = (stored: readonly StoredPart[] = []): BatchContext => {
  let last = 0;
  return {
    now: 100,
    wishRules: basicWishRules,
    nextId: () => {
      last += 1;
      return `joined-${last}`;
    },
    stored,
    partsTimeoutMs: 60_000,
    loops: createLoopGuard(),
    leaks: createLeakWatch(),
    limits: createLimitWatch(),
    heard: new Map(),
    mayOwn: () => true,
  };
};

const decideBatch = (messages: readonly InboundMessage[], context: BatchContext): readonly InboundWrite[] =>
  decide(
    messages.map((message) => ({
      message,
      joins: null,
      route,
      serviceId: DEFAULT_SERVICE_ID,
      rules: BUILT_IN_RULES,
    })),
    context,
  ).map(({ write }) => write);

const messageOf = (n: number, text: string, part: InboundMessage["part"] = null): InboundMessage => ({
  id: `message-${n}`,
  key: `key-${n}`,
  from: route.sender,
  to: route.virtualNumber,
  text,
  part,
  link: "smpp",
  receivedAt: n,
});

const storedPart = (message: InboundMessage): StoredPart => ({
  ...{ from: message.from, to: message.to, reference: message.part!.reference, total: message.part!.total },
  ...{ key: message.key, index: message.part!.index, text: message.text },
  ...{ receivedAt: message.receivedAt, link: message.link, isJoined: false },
});

/** The parts of a few long texts and some short ones in any order; some parts come twice. */
const messagesArbitrary = fc
  .array(fc.integer({ min: 2, max: 4 }), { minLength: 1, maxLength: 3 })
  .chain((totals) => {
    const parts = totals.flatMap((total, set) =>
      Array.from({ length: total }, (_, i) => ({ reference: `udh8:${set}`, total, index: i + 1 })),
    );
    return fc
      .record({
        parts: fc.shuffledSubarray(parts),
        again: fc.shuffledSubarray(parts),
        short: fc.nat({ max: 2 }),
      })
      .chain(({ parts: some, again, short }) => {
        const all = [...some, ...again, ...Array.from({ length: short }, () => null)];
        return fc.shuffledSubarray(all, { minLength: all.length });
      });
  })
  .map((parts) =>
    parts.map((part, n) => messageOf(n, part ? `${part.reference}.${part.index} ` : "short", part)),
  );

const textsOf = (total: number, reference: string): string =>
  Array.from({ length: total }, (_, i) => `${reference}.${i + 1} `).join("");

describe("a batch of inbound messages", () => {
  test("gives each message one write, in order, and each long text that it completes one more", () => {
    fc.assert(
      fc.property(messagesArbitrary, (messages) => {
        const writes = decideBatch(messages, contextWith());
        const own = writes.filter(({ inbound }) => !inbound.id.startsWith("joined"));
        expect(own.map(({ inbound }) => inbound)).toEqual(messages);
        for (const { inbound, decision } of own) expect(decision.kind).toBe(inbound.part ? "wait" : "relay");
      }),
    );
  });

  test("joins a long text when all of its parts are there, and never with a hole", () => {
    fc.assert(
      fc.property(messagesArbitrary, fc.nat(), (messages, cut) => {
        // What came earlier is stored, and the rest comes now.
        const stored = messages.slice(0, cut % (messages.length + 1)).filter(({ part }) => part);
        const isOpen = decideBatch(stored, contextWith()).every(({ joins }) => joins.length === 0);
        if (!isOpen) return;
        const fresh = messages.filter((message) => !stored.includes(message));
        const joins = decideBatch(fresh, contextWith(stored.map(storedPart))).filter(
          ({ joins }) => joins.length,
        );
        for (const { inbound } of joins) {
          const [, reference] = /^(udh8:\d)/.exec(inbound.text)!;
          const total = messages.find(({ part }) => part?.reference === reference)!.part!.total;
          expect(inbound.text).toBe(textsOf(total, reference!));
        }
        expect(new Set(joins.map(({ inbound }) => inbound.key)).size).toBe(joins.length);
      }),
    );
  });

  test("joins a long text before the short one that was sent after it", () => {
    const part = (index: number) => ({ reference: "udh8:1", total: 2, index });
    const messages = [messageOf(1, "good ", part(1)), messageOf(2, "night", part(2)), messageOf(3, "Ann")];
    const relays = decideBatch(messages, contextWith()).filter(({ decision }) => decision.kind === "relay");
    expect(relays.map(({ inbound }) => inbound.text)).toEqual(["good night", "Ann"]);
    expect(relays[0]!.joins).toEqual(["key-1", "key-2"]);
  });

  test("leaves a joined text that is decided once more in its place", () => {
    const [before, whole, after] = [messageOf(1, "one"), messageOf(2, "long"), messageOf(3, "three")];
    const batch = [
      { message: before, joins: null },
      { message: whole, joins: ["key-a", "key-b"] },
      { message: after, joins: null },
    ].map((each) => ({ ...each, route, serviceId: DEFAULT_SERVICE_ID, rules: BUILT_IN_RULES }));
    const writes = decide(batch, contextWith()).map(({ write }) => write);
    expect(writes.map(({ inbound }) => inbound)).toEqual([before, whole, after]);
    expect(writes[1]!.joins).toEqual(["key-a", "key-b"]);
  });

  test("decides again whatever follows a command of its sender, and nothing else", () => {
    const texts = ["one", "STOP", "Start", "two"].map((text, n) => messageOf(n, text));
    const versions = decideBatch(texts, contextWith()).map(({ routeVersion }) => routeVersion);
    expect(versions.slice(0, 2)).toEqual([route.version, route.version]);
    expect(versions.slice(2)).not.toContain(route.version);
    const help = [messageOf(1, "HELP"), messageOf(2, "one")];
    expect(decideBatch(help, contextWith()).map(({ routeVersion }) => routeVersion)).toEqual([
      route.version,
      route.version,
    ]);
  });

  test("keeps a text apart from one of the same reference that has lost a part, and both words arrive", () => {
    const at = (index: number) => ({ reference: "concat:0", total: 2, index });
    const messages = [messageOf(1, "A1", at(1)), messageOf(2, "B1 ", at(1)), messageOf(3, "B2", at(2))];
    for (const stored of [0, 1, 2]) {
      const context = contextWith(messages.slice(0, stored).map(storedPart));
      const whole = decideBatch(messages.slice(stored), context).filter(({ joins }) => joins.length > 0);
      expect(whole.map(({ inbound, joins }) => [inbound.text, joins])).toEqual([
        ["B1 B2", ["key-2", "key-3"]],
      ]);
    }
  });

  test("lets a handset that repeats one reference keep only so many texts waiting", () => {
    const first = { reference: "concat:0", total: 2, index: 1 };
    const messages = Array.from({ length: PARTIAL_TEXTS_MAX + 3 }, (_, n) =>
      messageOf(n, `first of ${n} `, first),
    );
    const torn = decideBatch(messages, contextWith()).filter(({ joins }) => joins.length > 0);
    expect(torn.map(({ inbound }) => inbound.text)).toEqual([0, 1, 2].map((n) => `first of ${n} […]`));
  });

  test("takes back what only the carrier says by any text, once, and decides what follows again", () => {
    const writesBy = (optedOutBy: Route["senderWishes"]["optedOutBy"], ...texts: readonly string[]) =>
      decide(
        texts.map((text, n) => ({
          ...{
            message: messageOf(n, text),
            joins: null,
            serviceId: DEFAULT_SERVICE_ID,
            rules: BUILT_IN_RULES,
          },
          route: { ...route, senderWishes: { ...NO_WISHES, optedOutBy } },
        })),
        contextWith(),
      ).map(({ write }) => [write.liftsOptOut ?? false, write.routeVersion === route.version]);
    expect(writesBy("carrier", "one", "two")).toEqual([
      [true, true],
      [true, false],
    ]);
    expect(writesBy("carrier", "STOP")).toEqual([[false, true]]);
    for (const source of ["text", "api", null] as const)
      expect(writesBy(source, "one")).toEqual([[false, true]]);
  });

  test("takes nothing back by a text to an ended conversation, which may not know what has been wished since", () => {
    const ended = { ...route, closedAt: 99, quarantinedUntil: 1_100 };
    const [decision] = decide(
      [
        {
          ...{ message: messageOf(1, "hello"), joins: null },
          ...{ serviceId: DEFAULT_SERVICE_ID, rules: BUILT_IN_RULES },
          route: { ...ended, senderWishes: { ...NO_WISHES, optedOutBy: "carrier" } },
        },
      ],
      contextWith(),
    );
    expect(decision?.write.liftsOptOut ?? false).toBe(false);
  });

  test("ends what two machines have to say to each other within a few dozen texts, and passes quick people", () => {
    const back = {
      ...route,
      ...{ sender: route.recipient, virtualNumber: route.source, recipient: route.sender },
      ...{ source: route.virtualNumber, senderId: route.recipientId, recipientId: route.senderId },
    };
    const exchange = (texts: number, pauseMs: number, context = contextWith()) =>
      Array.from({ length: texts }, (_, n) => {
        const way = n % 2 === 0 ? route : back;
        const message = { ...messageOf(n, `text ${n}`), from: way.sender, to: way.virtualNumber };
        const item = {
          message: { ...message, receivedAt: n * pauseMs },
          joins: null,
          route: way,
          serviceId: DEFAULT_SERVICE_ID,
          rules: BUILT_IN_RULES,
        };
        // A text that is decided on again, as its route has changed meanwhile, is still one text.
        decide([item], context);
        const { decision } = decide([item], context)[0]!.write;
        context.loops.written(way.conversationId, way.senderId, way.recipientId, n * pauseMs);
        return decision;
      });
    for (const pauseMs of [50, 1_000, 5_000]) {
      const decisions = exchange(100, pauseMs);
      const relayed = decisions.findIndex(({ kind }) => kind !== "relay");
      expect(relayed).toBeGreaterThan(24);
      expect(relayed).toBeLessThanOrEqual(LOOP_TEXTS);
      const loop = { kind: "refuse", refusal: { kind: "blocked", reason: "loop" } };
      for (const decision of decisions.slice(relayed)) expect(decision).toMatchObject(loop);
    }
    for (const decision of exchange(24, 3_000)) expect(decision.kind).toBe("relay");
  });

  test("counts a part that the carrier brings again once", () => {
    const first = messageOf(1, "good ", { reference: "udh8:1", total: 2, index: 1 });
    const writes = decideBatch([{ ...first, id: "other" }], contextWith([storedPart(first)]));
    expect(writes.map(({ decision }) => decision.kind)).toEqual(["wait"]);
    const second = messageOf(2, "night", { reference: "udh8:1", total: 2, index: 2 });
    const [, , whole] = decideBatch([{ ...first, id: "other" }, second], contextWith([storedPart(first)]));
    expect(whole?.joins).toEqual(["key-1", "key-2"]);
  });
});
