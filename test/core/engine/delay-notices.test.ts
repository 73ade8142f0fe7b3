import { expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { createDelayNotices } from "#core/engine/maintenance/delay-notices.ts";
import {
  commit,
  type Fixture,
  joinDispatch,
  openFixture,
  queueText,
} from "#test/contracts/storage-fixture.ts";
import {
  aNumber,
  anInboundOn,
  freshId,
  freshNumber,
  NOON,
  relayWrite,
} from "#test/support/traffic-builders.ts";
import { createHarness, type Harness, TTL_MS } from "./harness.ts";

const WORDS = "A text of yours takes longer than usual. There is no need to send it again.";
const AFTER_MS = 10_000;

const delayNoticeAfter = (harness: Harness, delayNoticeAfterMs: number | null) =>
  harness.storage.services.change(DEFAULT_SERVICE_ID, { rules: { delayNoticeAfterMs } });

/** What happens where the carrier has trouble with what people write, and takes what we say. */
const waiting = async () => {
  const harness = createHarness();
  await delayNoticeAfter(harness, AFTER_MS);
  const script = ({ senderId }: { readonly senderId: string | null }) =>
    senderId === null ? ({ kind: "accept" } as const) : ({ kind: "retry" } as const);
  const process = await harness.start({ link: { script } });
  const route = await harness.open();
  const told = () => harness.sent.filter(({ message }) => message.senderId === null);
  return { harness, process, route, told };
};

test("whoever writes texts that wait is told once, from the number they have texted, when that is long", async () => {
  const { harness, process, route, told } = await waiting();
  for (const n of [1, 2, 3]) void process.give(route, `${n}`);
  await harness.time.pass(AFTER_MS - 1_000);
  expect(told()).toEqual([]);
  await harness.time.pass(AFTER_MS + 5_000);
  expect(told().map(({ message }) => [message.text, message.destination, message.source])).toEqual([
    [WORDS, route.sender, route.virtualNumber],
  ]);
});

test("what waits in the queue is told of once, by whichever process sees it, and not before its time", async () => {
  const storage = memoryStorage({ clock: memoryClock(NOON) });
  await storage.services.change(DEFAULT_SERVICE_ID, { rules: { delayNoticeAfterMs: AFTER_MS } });
  const writer = await joinDispatch(storage);
  const { conversation, ab } = await openFixture(storage);
  for (let n = 0; n < 3; n += 1) await queueText(storage, writer, ab);
  const processes = [1, 2, 3].map(() =>
    createDelayNotices({ ...storage, owned: () => [] }, { messageTtlMs: TTL_MS }),
  );
  const notices = async (now: number) => {
    for (const each of processes) await each.tell(now);
    const { items } = await storage.conversations.messages(conversation.id, { limit: 50, after: null });
    return items
      .filter(({ senderId }) => senderId === null)
      .map(({ text, recipientId }) => [text, recipientId]);
  };
  expect(await notices(NOON + AFTER_MS - 1)).toEqual([]);
  for (const later of [0, 5_000, 20_000])
    expect(await notices(NOON + AFTER_MS + later)).toEqual([[WORDS, ab.senderId]]);
});

test("nobody is told whose text has left, who wants no texts, or whose service does not want it", async () => {
  const { harness, process, route, told } = await waiting();
  await harness.storage.optOuts.put(DEFAULT_SERVICE_ID, route.sender, harness.time.clock.now());
  void process.give(route, "hello");
  await harness.time.pass(2 * AFTER_MS);
  await delayNoticeAfter(harness, null);
  void process.give(await harness.open(), "hello");
  await harness.time.pass(2 * AFTER_MS);
  expect(told()).toEqual([]);
  const quick = createHarness();
  await delayNoticeAfter(quick, AFTER_MS);
  const other = await quick.start();
  void other.give(await quick.open(), "hello");
  await quick.time.pass(3 * AFTER_MS);
  expect(quick.words()).toEqual(["hello"]);
});

test("what waits behind thousands of texts of which nobody is to be told is told of all the same", async () => {
  const storage = memoryStorage({ clock: memoryClock(NOON) });
  await storage.services.change(DEFAULT_SERVICE_ID, { rules: { delayNoticeAfterMs: AFTER_MS } });
  const silent = { id: freshId(), slug: "silent", name: null, rules: {}, at: NOON };
  await storage.services.add(silent);
  const writer = await joinDispatch(storage);
  const queue = async ({ ab }: Pick<Fixture, "ab">, receivedAt: number) => {
    const inbound = anInboundOn(ab, { receivedAt });
    await commit(storage, writer, { inbound: [relayWrite(ab, { inbound })] });
  };
  const [one, two] = [freshNumber(), freshNumber()];
  for (const number of [one, two]) await storage.numbers.add(aNumber(number, { serviceId: silent.id }));
  const other = await openFixture(storage, {
    ...{ a: { virtualNumber: one }, b: { virtualNumber: two } },
    conversation: { serviceId: silent.id },
  });
  for (let n = 0; n < 5_200; n += 1) await queue(other, NOON + n);
  const { conversation, ...wanted } = await openFixture(storage);
  await queue(wanted, NOON + 5_300);
  const notices = createDelayNotices({ ...storage, owned: () => [] }, { messageTtlMs: TTL_MS });
  for (const turn of [0, 1]) await notices.tell(NOON + 5_300 + AFTER_MS + turn);
  const { items } = await storage.conversations.messages(conversation.id, { limit: 50, after: null });
  expect(items.map(({ text }) => text)).toContain(WORDS);
});
