import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryPolicy, type ScriptedAnswer } from "#adapters/memory/policy.ts";
import type { PolicyRule } from "#core/domain/policy.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { QuestionerOptions } from "#core/engine/maintenance/questioner.ts";
import type { AskedText } from "#core/ports/policy.ts";
import { createHarness, type FaultOf } from "./harness.ts";

const RULE: PolicyRule = {
  ...{ url: "https://app.example/hook", secret: "whsec_" },
  ...{ timeoutMs: 2_000, onSilence: "block" },
};

const setUp = async (
  answerOf: (text: AskedText) => ScriptedAnswer,
  rule: PolicyRule | null = RULE,
  faultOf: FaultOf = () => null,
  policyOptions: QuestionerOptions = {},
) => {
  const harness = createHarness();
  const policy = memoryPolicy(harness.time.timer, answerOf);
  const follow = (rule: PolicyRule | null) =>
    harness.storage.services.change(DEFAULT_SERVICE_ID, { rules: { beforeRelay: rule } });
  await follow(rule);
  const process = await harness.start({ policy, faultOf, relay: { policyOptions } });
  await harness.time.pass(100);
  const route = await harness.open();
  const give = (words: string, change = {}, way = route) =>
    harness.time.until(process.give(way, words, change));
  return { harness, policy, process, route, give, follow };
};

const back = (route: RouteDefinition): RouteDefinition => ({
  ...route,
  ...{ sender: route.recipient, virtualNumber: route.source, senderId: route.recipientId },
  ...{ recipient: route.sender, source: route.virtualNumber, recipientId: route.senderId },
});

const SILENT: ScriptedAnswer = { answer: null };
const relayedIn = (afterMs: number): ScriptedAnswer => ({ answer: { kind: "relay" }, afterMs });

describe("a text of a service with a policy", () => {
  test("is acknowledged at once, and relayed, rewritten or blocked as the policy says", async () => {
    const answers: Record<string, ScriptedAnswer> = {
      good: relayedIn(500),
      bad: { answer: { kind: "block", reason: "spam" } },
      mad: { answer: { kind: "block", reason: "Far Too Much To Say" } },
      "call 123": { answer: { kind: "rewrite", text: "call [hidden]" } },
      worse: { answer: { kind: "rewrite", text: "x".repeat(5_000) } },
      empty: { answer: { kind: "rewrite", text: "" } },
    };
    const { harness, policy, process, route, give } = await setUp(({ text }) => answers[text]!);
    for (const words of Object.keys(answers)) expect(await give(words)).toBe("accepted");
    expect(harness.words()).toEqual([]);
    await harness.time.pass(5_000);
    expect(harness.words()).toEqual(["good", "call [hidden]"]);
    expect((await harness.states(route)).toSorted()).toEqual([
      "blocked: hook:no-answer",
      "blocked: hook:other",
      "blocked: hook:spam",
      "failed: nothing-to-read",
      "sent",
      "sent",
    ]);
    const { conversationId } = route;
    expect(process.journal.told("policyBlocked")).toEqual([
      { conversationId, reason: "spam" },
      { conversationId, reason: "other" },
    ]);
    expect(process.journal.told("policySilent")).toEqual([
      { conversationId, why: "unreadable", choice: "block" },
    ]);
    const { senderId, recipientId } = route;
    expect(policy.asked()[0]).toMatchObject({
      ...{
        serviceId: DEFAULT_SERVICE_ID,
        service: "default",
        conversationId,
        senderId,
        recipientId,
        text: "good",
      },
    });
    expect(policy.hooks()[0]).toMatchObject({ url: RULE.url, secret: RULE.secret });
    expect(process.relay.writer.counts()).toMatchObject({ asked: 6, relayed: 2, blocked: 3, failed: 1 });
    const counted = { relay: 1, block: 2, rewrite: 2, hold: 0, unreadable: 1, timeout: 0, crowded: 0 };
    expect(process.relay.policy.answered).toMatchObject(counted);
  });

  test("is decided on in the order of arrival within its conversation, however long each answer takes", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ conversation: fc.nat(2), isReply: fc.boolean(), tookMs: fc.nat(1_500) }), {
          maxLength: 12,
        }),
        async (texts) => {
          const { harness, policy, give } = await setUp(({ text }) => relayedIn(texts[Number(text)]!.tookMs));
          const routes = [await harness.open(), await harness.open(), await harness.open()] as const;
          for (const [n, { conversation, isReply }] of texts.entries()) {
            const route = routes[conversation]!;
            await give(String(n), {}, isReply ? back(route) : route);
          }
          await harness.time.pass(30_000);
          const given = texts.map((_, n) => String(n));
          const asked = policy.asked().map(({ text }) => text);
          expect(harness.words().toSorted()).toEqual(given.toSorted());
          for (const conversation of [0, 1, 2]) {
            const isOfIt = (word: string): boolean => texts[Number(word)]!.conversation === conversation;
            expect(asked.filter(isOfIt)).toEqual(given.filter(isOfIt));
            // What goes to two people may leave at once.
            for (const isReply of [true, false]) {
              const isOfWay = (word: string): boolean =>
                isOfIt(word) && texts[Number(word)]!.isReply === isReply;
              expect(harness.words().filter(isOfWay)).toEqual(given.filter(isOfWay));
            }
          }
          expect(policy.asked()).toHaveLength(texts.length);
        },
      ),
      { numRuns: 30 },
    );
  });

  test("delays its own conversation only, when the policy is slow or dead for it", async () => {
    const { harness, give } = await setUp(({ text }) => (text === "slow" ? SILENT : relayedIn(10)));
    const other = await harness.open();
    await give("slow");
    await give("behind");
    await give("free", {}, other);
    await harness.time.pass(500);
    expect(harness.words()).toEqual(["free"]);
    await harness.time.pass(2_000);
    expect(harness.words()).toEqual(["free", "behind"]);
  });

  test("ends as its service wants when the policy says nothing in time, and a late answer counts for nothing", async () => {
    for (const onSilence of ["relay", "block"] as const) {
      const rule: PolicyRule = { ...RULE, onSilence };
      const { harness, process, route, give } = await setUp(() => relayedIn(2_500), rule);
      await give("well?");
      await harness.time.pass(1_900);
      expect(await harness.states(route)).toEqual([]);
      await harness.time.pass(3_000);
      expect(await harness.states(route)).toEqual([
        onSilence === "relay" ? "sent" : "blocked: hook:no-answer",
      ]);
      const { conversationId } = route;
      expect(process.journal.told("policySilent")).toEqual([
        { conversationId, why: "timeout", choice: onSilence },
      ]);
    }
  });

  test("does not keep asking a policy that is dead: so many questions at once, and no more", async () => {
    const { harness, policy, process, give } = await setUp(() => SILENT);
    for (let n = 0; n < 40; n += 1) await give(`text ${n}`, {}, await harness.open());
    await harness.time.pass(10_000);
    expect(policy.askedAtOnce()).toBe(32);
    expect(policy.asked()).toHaveLength(32);
    const { timeout, crowded } = process.relay.policy.answered;
    expect({ timeout, crowded }).toEqual({ timeout: 32, crowded: 8 });
    expect(await harness.storage.reconciliation.openAsks([...Array(64).keys()], [], 100)).toEqual([]);
  });

  test("waits while it is held, its conversation behind it, and is asked about again then", async () => {
    const start = createHarness().time.clock.now();
    const { harness, policy, give } = await setUp(({ text, receivedAt }) =>
      text === "later" && now() < start + 10_000
        ? { answer: { kind: "hold", untilMs: receivedAt + 10_000 } }
        : relayedIn(0),
    );
    const now = (): number => harness.time.clock.now();
    await give("later");
    await give("behind");
    await harness.time.pass(9_000);
    expect(harness.words()).toEqual([]);
    await harness.time.pass(3_000);
    expect(harness.words()).toEqual(["later", "behind"]);
    expect(policy.asked().map(({ text }) => text)).toEqual(["later", "later", "behind"]);
  });

  test("is held with as many others as its service may hold, and then its service's own choice is taken", async () => {
    const { harness, process, give } = await setUp(
      ({ receivedAt }) => ({ answer: { kind: "hold", untilMs: receivedAt + 50_000 } }),
      { ...RULE, onSilence: "relay" },
      () => null,
      { heldMax: { ofService: 3, inAll: 5 } },
    );
    for (let n = 0; n < 5; n += 1) await give(`text ${n}`, {}, await harness.open());
    await harness.time.pass(2_000);
    expect(harness.words()).toHaveLength(2);
    expect(process.relay.policy.answered).toMatchObject({ hold: 3, crowded: 2 });
    expect(process.relay.askedCount()).toBe(3);
  });

  test("is held no longer than it is worth sending", async () => {
    const { harness, route, give } = await setUp(() => ({
      answer: { kind: "hold", untilMs: Number.MAX_SAFE_INTEGER },
    }));
    await give("some day");
    await harness.time.pass(70_000);
    expect(await harness.states(route)).toEqual(["blocked: hook:no-answer"]);
  });

  test("never shows the number of one of the two as it is rewritten, in whatever spelling", async () => {
    const spelt: ((number: string) => string)[] = [
      (number) => `call +${number}`,
      (number) => [...number].join(" "),
      (number) => `(${number.slice(0, 4)}) ${number.slice(4)}`,
    ];
    let shown = "";
    const { harness, route, give } = await setUp(() => ({ answer: { kind: "rewrite", text: shown } }));
    for (const spell of spelt)
      for (const number of [route.sender, route.recipient]) {
        shown = spell(number);
        await give("hello");
        await harness.time.pass(100);
      }
    shown = "call +447700900999 at 10:30";
    await give("hello");
    await harness.time.pass(100);
    expect(harness.words()).toEqual([shown]);
    expect((await harness.states(route)).slice(0, -1)).toEqual(Array(6).fill("blocked: hook:shows-number"));
  });

  test("is rewritten before the leak guard sees it, and counted by the limits of its service", async () => {
    const { harness, route, give } = await setUp(({ text }) => ({
      answer: { kind: "rewrite", text: text.replace("SPAM", "ask@example.com") },
    }));
    const { services } = harness.storage;
    const leaks = { phone: "off", email: "mask", link: "off", handle: "off", warn: false } as const;
    const limits = { perMinute: 3, perHour: 100, sameTextTo: null, action: "block" } as const;
    await services.change(DEFAULT_SERVICE_ID, { rules: { beforeRelay: RULE, leaks, limits } });
    await harness.time.pass(5_000);
    for (const words of ["one", "two SPAM", "three", "four"]) await give(words);
    await harness.time.pass(5_000);
    const passed = harness.sent.filter(({ message }) => message.destination === route.recipient);
    expect(passed.map(({ text }) => text)).toEqual(["one", "two [hidden]", "three"]);
    expect(await harness.states(route)).toContain("blocked: flood");
  });

  test("of a STOP is asked nobody, and takes effect while the policy is dead", async () => {
    const { harness, policy, route, give } = await setUp(() => SILENT);
    await give("STOP");
    await harness.time.pass(100);
    expect(policy.asked()).toEqual([]);
    const { optOuts } = harness.storage;
    expect(await optOuts.get(DEFAULT_SERVICE_ID, route.sender)).toMatchObject({ word: "stop" });
  });

  test("is asked about whole when it came in parts", async () => {
    const { harness, policy, give } = await setUp(() => relayedIn(0));
    const part = { reference: "udh8:1", total: 2 };
    await give("one ", { part: { ...part, index: 1 } });
    await give("two", { part: { ...part, index: 2 } });
    await harness.time.pass(1_000);
    expect(harness.words()).toEqual(["one two"]);
    expect(policy.asked().map(({ text }) => text)).toEqual(["one two"]);
  });

  test("is asked about by another process when its own is lost, once and in order", async () => {
    let isDead = false;
    const { harness, give } = await setUp(
      () => SILENT,
      RULE,
      () => (isDead ? { lost: "request" } : null),
    );
    await give("first");
    await give("second");
    isDead = true;
    const policy = memoryPolicy(harness.time.timer, () => relayedIn(10));
    await harness.start({ policy });
    await harness.time.pass(60_000);
    expect(harness.words()).toEqual(["first", "second"]);
    expect(policy.asked().map(({ text }) => text)).toEqual(["first", "second"]);
  });

  test("is asked about again when storage was away as it was decided on", async () => {
    let isAway = false;
    const { harness, give } = await setUp(
      () => relayedIn(200),
      RULE,
      () => (isAway ? { lost: "request" } : null),
    );
    await give("hello");
    isAway = true;
    await harness.time.pass(3_000);
    isAway = false;
    await harness.time.pass(60_000);
    expect(harness.words()).toEqual(["hello"]);
  });
});

describe("what is said while the policy is asked", () => {
  test("takes effect: a STOP stands, and an older word undoes none", async () => {
    const { harness, route, give } = await setUp(() => relayedIn(1_000), { ...RULE, timeoutMs: 5_000 });
    await give("start");
    await give("STOP");
    await give("to who has stopped", {}, back(route));
    await harness.time.pass(5_000);
    expect(harness.words()).not.toContain("to who has stopped");
    const { optOuts } = harness.storage;
    expect(await optOuts.get(DEFAULT_SERVICE_ID, route.sender)).toMatchObject({ word: "stop" });
  });

  test("goes on when the service wants no policy any more", async () => {
    let isAway = false;
    const { harness, follow, give } = await setUp(
      () => relayedIn(0),
      RULE,
      (method) => (isAway && method === "reconciliation.openAsks" ? { lost: "request" } : null),
    );
    isAway = true;
    await give("held up");
    await follow(null);
    isAway = false;
    await harness.time.pass(65_000);
    expect(harness.words()).toEqual(["held up"]);
  });
});

describe("a process that has no policy to ask", () => {
  test("takes the choice of the service at once", async () => {
    const { harness, process, route, follow } = await setUp(() => SILENT, null);
    await process.relay.stop();
    await follow(RULE);
    const other = await harness.start();
    await harness.time.pass(60_000);
    await harness.time.until(other.give(route, "anybody?"));
    await harness.time.pass(100);
    expect(await harness.states(route)).toEqual(["blocked: hook:no-answer"]);
  });
});

describe("a service without a policy", () => {
  test("has nobody asked, and nothing waits", async () => {
    const { harness, policy, give } = await setUp(() => SILENT, null);
    await give("hello");
    await harness.time.pass(100);
    expect(harness.words()).toEqual(["hello"]);
    expect(policy.asked()).toEqual([]);
  });
});
