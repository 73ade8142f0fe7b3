import { expect, test } from "vitest";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { createFailureNotices } from "#core/engine/maintenance/failure-notices.ts";
import { freshId } from "#test/support/traffic-builders.ts";
import { createHarness, type Harness, TTL_MS } from "./harness.ts";

const WORDS = "A text of yours has not arrived. Please try again later.";
const HOURS = 3_600_000;

const notDelivered = (harness: Harness, is: boolean) =>
  harness.storage.services.change(DEFAULT_SERVICE_ID, {
    rules: { notDelivered: is, messageTtlMs: 24 * HOURS },
  });

/** What happens where the carrier refuses what people write, and takes what we say. */
const refusing = async () => {
  const harness = createHarness();
  await notDelivered(harness, true);
  const process = await harness.start({
    link: { script: ({ senderId }) => ({ kind: senderId === null ? "accept" : "refuse" }) },
  });
  const route = await harness.open();
  const told = () => harness.sent.filter(({ message }) => message.senderId === null);
  return { harness, process, route, told };
};

test("whoever writes texts that fail is told once, from the number they have texted, without a reason", async () => {
  const { harness, process, route, told } = await refusing();
  for (const n of [1, 2, 3]) void process.give(route, `${n}`);
  await harness.time.pass(5_000);
  expect(told().map(({ message }) => [message.text, message.destination, message.source])).toEqual([
    [WORDS, route.sender, route.virtualNumber],
  ]);
});

test("nobody is told more than five times a day, however much fails", async () => {
  const { harness, route } = await refusing();
  const { storage } = harness;
  const notices = createFailureNotices(storage, { messageTtlMs: TTL_MS });
  const { conversationId, senderId, recipientId } = route;
  const data = { conversationId, senderId, recipientId, segments: 1, state: "failed", code: "x" } as const;
  const start = harness.time.clock.now();
  for (let at = start; at < start + 24 * HOURS; at += HOURS / 2) {
    const failed = { type: "message.failed", subject: freshId(), data, at } as const;
    await storage.events.tell([{ ...failed, serviceId: DEFAULT_SERVICE_ID }]);
    await notices.tell(at);
  }
  const { items } = await storage.conversations.messages(conversationId, { limit: 200, after: null });
  expect(items.map(({ text }) => text)).toEqual(Array(items.length).fill(WORDS));
  expect(items.length).toBeGreaterThan(3);
  expect(items.length).toBeLessThanOrEqual(6);
});

test("several processes, and one that has just started, tell it once", async () => {
  const { harness, process, route, told } = await refusing();
  await harness.start();
  void process.give(route, "hello");
  await harness.time.pass(5_000);
  const late = createFailureNotices(harness.storage, { messageTtlMs: TTL_MS });
  await late.tell(harness.time.clock.now());
  await harness.time.pass(5_000);
  expect(told()).toHaveLength(1);
});

test("nobody is told who wants no texts, whose conversation has ended, or whose service does not want it", async () => {
  const { harness, process, route, told } = await refusing();
  await harness.storage.optOuts.put(DEFAULT_SERVICE_ID, route.sender, harness.time.clock.now());
  void process.give(route, "hello");
  await harness.time.pass(5_000);
  const other = await harness.open();
  await notDelivered(harness, false);
  void process.give(other, "hello");
  await harness.time.pass(5_000);
  expect(told()).toEqual([]);
});

test("a text that is stopped because the other one wants none has not failed, and says nothing", async () => {
  const { harness, process, route, told } = await refusing();
  await harness.storage.optOuts.put(DEFAULT_SERVICE_ID, route.recipient, harness.time.clock.now());
  void process.give(route, "hello");
  await harness.time.pass(5_000);
  expect(told().filter(({ message }) => message.text === WORDS)).toEqual([]);
});
