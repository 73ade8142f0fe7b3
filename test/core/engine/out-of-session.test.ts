import { describe, expect, test } from "vitest";
import type { OutOfSessionRule } from "#core/domain/out-of-session.ts";
import type { PolicyRule } from "#core/domain/policy.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import {
  createStrangerWatch,
  OFFERS_PER_HOUR,
  STRANGER_TEXTS_PER_HOUR,
} from "#core/engine/inbound/stranger-watch.ts";
import type { AskedText, PolicyAnswer } from "#core/ports/policy.ts";
import {
  aConversation,
  aNumber,
  anInbound,
  aParticipant,
  freshNumber,
  openingOf,
} from "#test/support/traffic-builders.ts";
import { createHarness } from "./harness.ts";

const RULE: OutOfSessionRule = { url: "https://app.example/hook", secret: "whsec_", timeoutMs: 2_000 };
const POLICY: PolicyRule = { ...RULE, onSilence: "block" };

type Answer = (text: AskedText) => Promise<PolicyAnswer> | PolicyAnswer;

/** A number of ours that stands for nobody, and somebody who texts it; `open` joins the two in a conversation with somebody else. */
const setUp = async (answer: Answer, beforeRelay: PolicyRule | null = null) => {
  const harness = createHarness();
  const { services, numbers, conversations } = harness.storage;
  await services.change(DEFAULT_SERVICE_ID, { rules: { outOfSession: RULE, beforeRelay } });
  const own = [freshNumber(), freshNumber()] as const;
  for (const number of own) await numbers.add(aNumber(number));
  const opening = openingOf(aConversation([aParticipant(own[0]), aParticipant(own[1])]));
  const [route] = opening.routes;
  const asked: AskedText[] = [];
  const process = await harness.start({
    policy: {
      ask: async (text) => {
        asked.push(text);
        return answer(text);
      },
    },
  });
  await harness.time.pass(100);
  const give = (words: string, change: object = {}, way: RouteDefinition = route) =>
    harness.time.until(process.give(way, words, change));
  return { harness, process, asked, route, give, open: () => conversations.open(opening) };
};

const unroutable = async ({ storage }: Pick<ReturnType<typeof createHarness>, "storage">) => {
  const page = await storage.events.read({
    ...{ after: "first", types: ["message.unroutable"], limit: 100, service: null },
  });
  return page.kind === "page" ? page.items.length : null;
};

describe("a text that reaches nobody", () => {
  test("is offered to the app of its service, and relayed once where that has opened a conversation", async () => {
    const { harness, asked, route, give, open } = await setUp(async () => {
      await open();
      return { kind: "relay" };
    });
    expect(await give("is this the driver?")).toBe("accepted");
    expect(await give("is this the driver?", { key: "text-1" })).toBe("accepted");
    await harness.time.pass(1_000);
    expect(harness.words()).toEqual(["is this the driver?"]);
    expect(asked).toHaveLength(1);
    expect(asked[0]).toMatchObject({
      ...{ hook: "out-of-session", conversationId: null, from: route.sender, service: "default" },
      ...{ virtualNumber: route.virtualNumber, text: "is this the driver?", senderId: null },
    });
    await give("and again");
    await harness.time.pass(1_000);
    expect(harness.words()).toEqual(["is this the driver?", "and again"]);
    expect(asked).toHaveLength(1);
  });

  test("reaches nobody all the same where the app opens none, blocks it, or says nothing", async () => {
    const answers: readonly PolicyAnswer[] = [
      { kind: "relay" },
      { kind: "block", reason: "spam" },
      { kind: "none", why: "timeout" },
    ];
    for (const answer of answers) {
      const { harness, asked, process, give } = await setUp(() => answer);
      await give("hello?");
      await harness.time.pass(1_000);
      expect(asked).toHaveLength(1);
      expect(harness.words()).toEqual([]);
      expect(await unroutable(harness)).toBe(1);
      expect(process.journal.told("policySilent").map(({ conversationId }) => conversationId)).toEqual(
        answer.kind === "none" ? [null] : [],
      );
    }
  });

  test("is asked about in the order in which it came, and delays nobody else", async () => {
    const { harness, asked, give } = await setUp(() => new Promise(() => {}));
    const other = await harness.open();
    await give("one");
    await give("two");
    await give("free", {}, other);
    await harness.time.pass(500);
    expect(harness.words()).toEqual(["free"]);
    expect(asked.map(({ text }) => text)).toEqual(["one"]);
    await harness.time.pass(5_000);
    expect(asked.map(({ text }) => text)).toEqual(["one", "two"]);
    expect(await unroutable(harness)).toBe(2);
  });

  test("is not passed on unseen by a service that fails closed, whatever is open by then", async () => {
    const { harness, route, give, open } = await setUp(async () => {
      await open();
      return { kind: "none", why: "timeout" };
    }, POLICY);
    await give("psst");
    await harness.time.pass(1_000);
    expect(harness.words()).toEqual([]);
    expect(await harness.states(route)).toEqual(["blocked: hook:no-answer"]);
  });

  test("is asked about so often in an hour for each sender, and no more", async () => {
    const { harness, asked, give } = await setUp(() => ({ kind: "relay" }));
    for (let n = 0; n < OFFERS_PER_HOUR + 5; n += 1) await give(`text ${n}`);
    await harness.time.pass(5_000);
    expect(asked).toHaveLength(OFFERS_PER_HOUR);
    expect(await unroutable(harness)).toBe(OFFERS_PER_HOUR + 5);
  });

  test("is counted once however often it is decided on, and no more after an hour", () => {
    const { mayOffer } = createStrangerWatch();
    const offer = (n: number, receivedAt: number) =>
      mayOffer(anInbound("447700900001", "447700900002", { key: `text-${n}`, receivedAt }));
    for (let n = 0; n < OFFERS_PER_HOUR; n += 1) expect([offer(n, n), offer(n, n)]).toEqual([true, true]);
    expect(offer(99, 100)).toBe(false);
    expect(offer(0, 0)).toBe(true);
    expect(offer(100, 3_600_000)).toBe(true);
  });

  test("is ignored where so many of its sender have come before, counted, and told of once an hour", async () => {
    const { harness, process, route, give } = await setUp(() => ({ kind: "relay" }));
    for (let n = 0; n < STRANGER_TEXTS_PER_HOUR + 5; n += 1) await give(`text ${n}`);
    await give("other", { from: "447700900777" });
    await harness.time.pass(5_000);
    expect(process.relay.writer.counts()).toMatchObject({
      ...{ unroutable: STRANGER_TEXTS_PER_HOUR + 1, ignored: 5, relayed: 0 },
    });
    const page = await harness.storage.events.read({ after: "first", types: ["abuse.stranger"], limit: 10 });
    expect(page).toMatchObject({ items: [{ subject: route.virtualNumber, serviceId: DEFAULT_SERVICE_ID }] });
  });

  test("counts once however often it is decided on, and a sender is somebody new after an hour", () => {
    const { look, written } = createStrangerWatch();
    const textOf = (n: number, receivedAt: number) =>
      anInbound("447700900001", "447700900002", { key: `text-${n}`, receivedAt });
    const text = (n: number, receivedAt: number) => look(textOf(n, receivedAt), DEFAULT_SERVICE_ID);
    for (let n = 0; n < STRANGER_TEXTS_PER_HOUR; n += 1) {
      expect([text(n, n), text(n, n)]).toEqual([null, null]);
      written(textOf(n, n));
    }
    expect(text(0, 0)).toBeNull();
    const first = text(50, 100);
    expect(first?.beside?.events).toHaveLength(1);
    expect(text(50, 100)).toEqual(first);
    expect(text(51, 101)).toEqual({ beside: null });
    expect(text(52, 3_600_100)).toBeNull();
  });

  test("is nothing to ask about where it is a STOP, comes from no telephone, or has nothing to read", async () => {
    const { harness, asked, give } = await setUp(() => ({ kind: "relay" }));
    await give("STOP");
    await give("Your code is 1", { from: "BANK" });
    await give("");
    await harness.time.pass(1_000);
    expect(asked).toEqual([]);
  });
});
