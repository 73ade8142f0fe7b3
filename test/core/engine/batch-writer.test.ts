import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryIds } from "#adapters/memory/ids.ts";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { PATIENCE_MS } from "#core/engine/inbound/active-write.ts";
import { type BatchWriterOptions, startBatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { OutboundSide } from "#core/engine/inbound/context.ts";
import type { Epoch } from "#core/engine/ownership/ownership.ts";
import type { AcceptResult, OfferResult } from "#core/ports/inbound.ts";
import { BATCH_MAX, type Batch } from "#core/ports/traffic.ts";
import { type Fault, faultyStorage, type Method } from "#test/core/faulty-storage.ts";
import { virtualTime } from "#test/core/virtual-time.ts";
import { faultArbitrary } from "#test/support/arbitraries.ts";
import {
  aConversation,
  aNumber,
  aParticipant,
  freshNumber,
  openingOf,
  swapOf,
} from "#test/support/traffic-builders.ts";

const DISPATCHER = "019bc186-de00-7000-8000-000000000001";
const epochOf = (dispatcher: string): Epoch => ({
  dispatcher,
  isOver: false,
  hasJoined: true,
  owned: new Set(),
  leaving: new Set(),
});
const EPOCH = epochOf(DISPATCHER);

/** A writer beside a side that sends and takes everything. */
const createHarness = async (
  faultOf: (method: Method, input: readonly unknown[]) => Fault | null = () => null,
  options: Partial<BatchWriterOptions> = {},
  outbound: Partial<OutboundSide> = {},
) => {
  const time = virtualTime();
  const storage = memoryStorage({ clock: time.clock });
  await storage.dispatch.join({
    id: DISPATCHER,
    kind: "gateway",
    leaseMs: 6_000,
    silentAfterMs: 0,
    recoverFrom: DISPATCHER,
  });
  const batches: Batch[] = [];
  const faulty = faultyStorage(storage, time, (method, input) => {
    if (method === "traffic.commit") batches.push(input[0] as Batch);
    return faultOf(method, input);
  });
  const owned: OutboundMessage[] = [];
  const ids = memoryIds({ clock: time.clock });
  const writer = startBatchWriter(
    {
      traffic: faulty.traffic,
      numbers: faulty.numbers,
      services: storage.services,
      clock: time.clock,
      timer: time.timer,
      ids,
      journal: recordedJournal(),
    },
    { messageTtlMs: 60_000, ...options },
    {
      epoch: () => EPOCH,
      mayOwn: () => true,
      isBehind: () => false,
      own: (message) => void owned.push(message),
      queued: () => {},
      commanded: () => {},
      fenced: async () => {},
      ...outbound,
    },
  );
  const open = async (): Promise<RouteDefinition> => {
    const numbers = [freshNumber(), freshNumber()] as const;
    for (const number of numbers) await storage.numbers.add(aNumber(number));
    const opening = openingOf(aConversation([aParticipant(numbers[0]), aParticipant(numbers[1])]));
    await storage.conversations.open(opening);
    return opening.routes[0];
  };
  /** Somebody else takes the place of whoever texts on a route. */
  const swap = async ({ conversationId, sender, recipient }: RouteDefinition): Promise<RouteDefinition> => {
    const conversation = (await storage.conversations.get(conversationId))!;
    const leaving = conversation.participants.find(({ number }) => number === sender)!;
    const change = swapOf(conversation, leaving.id, aParticipant(leaving.virtualNumber));
    expect(await storage.conversations.swap(change)).toMatchObject({ kind: "swapped" });
    return change.routes.find((route) => route.recipient === recipient)!;
  };
  let texts = 0;
  const messageOn = (route: RouteDefinition, change: Partial<InboundMessage> = {}): InboundMessage => {
    texts += 1;
    return {
      ...{ id: ids.next(), key: `key-${texts}`, from: route.sender, to: route.virtualNumber },
      ...{ text: `text ${texts}`, part: null, link: "smpp", receivedAt: time.clock.now() },
      ...change,
    };
  };
  return { time, storage, writer, owned, batches, open, swap, messageOn };
};

describe("what carriers bring", () => {
  test("is answered always, and is stored when it is called accepted, through all losses", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(faultArbitrary, { maxLength: 12 }),
        fc.array(fc.record({ route: fc.nat({ max: 2 }), afterMs: fc.constantFrom(0, 0, 3, 300) }), {
          minLength: 1,
          maxLength: 20,
        }),
        async (faults, texts) => {
          const rest = [...faults];
          const harness = await createHarness(() => rest.shift() ?? null);
          const routes = [await harness.open(), await harness.open(), await harness.open()];
          const answers: { readonly id: string; readonly answer: Promise<OfferResult> }[] = [];
          const notified: string[] = [];
          for (const { route, afterMs } of texts) {
            const message = harness.messageOn(routes[route]!);
            const answer = Promise.withResolvers<OfferResult>();
            harness.writer.offer(message, (result) => {
              notified.push(message.id);
              answer.resolve(result);
            });
            answers.push({ id: message.id, answer: answer.promise });
            await harness.time.pass(afterMs);
          }
          await harness.time.pass(30_000);
          for (const { id, answer } of answers) {
            const result = await harness.time.until(answer);
            const record = await harness.storage.conversations.message(id);
            if (result === "accepted") expect(record).not.toBeNull();
          }
          await harness.time.until(harness.writer.idle());
          expect(harness.writer.waiting()).toBe(0);
          expect(harness.writer.oldestWaiting()).toBeNull();
          expect(notified.toSorted()).toEqual(answers.map(({ id }) => id).toSorted());
          // Each of them is in somebody's hand once at most, and in order.
          const ids = harness.owned.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const messages of Map.groupBy(harness.owned, ({ recipientId }) => recipientId).values())
            expect(messages.map(({ id }) => id)).toEqual(messages.map(({ id }) => id).sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is owned in the order of storage, also when somebody takes the writer's place meanwhile", async () => {
    let slow = true;
    const harness = await createHarness((method) => {
      if (method !== "traffic.commit" || !slow) return null;
      slow = false;
      return { afterMs: 500, lost: "answer" };
    });
    const before = await harness.open();
    const early = harness.messageOn(before);
    const answers = [harness.writer.accept(early)];
    await harness.time.pass(10);
    // Numbers are counted up, so one of two successors writes by the other shard.
    const routes = [await harness.swap(before)];
    routes.push(await harness.swap(routes[0]!));
    const late = harness.messageOn(routes[1]!);
    answers.push(harness.writer.accept(late));
    await harness.time.pass(2_000);
    await Promise.all(answers.map((answer) => harness.time.until(answer)));
    expect(harness.owned.map(({ id }) => id)).toEqual([early.id, late.id]);
  });

  test("is refused when it waits for a shard that has lost the database", async () => {
    let isLost = true;
    const harness = await createHarness((method) =>
      method === "traffic.commit" && isLost ? { lost: "request" } : null,
    );
    const before = await harness.open();
    const early = harness.writer.accept(harness.messageOn(before));
    await harness.time.pass(10);
    // Of two successors one writes by the other shard.
    const after = await harness.swap(await harness.swap(before));
    const late = harness.writer.accept(harness.messageOn(after));
    expect(await harness.time.until(early, PATIENCE_MS + 100)).toBe("unavailable");
    expect(await harness.time.until(late, PATIENCE_MS + 100)).toBe("unavailable");
    isLost = false;
    await harness.time.until(harness.writer.idle());
    expect(harness.writer.waiting()).toBe(0);
  });

  test("is refused when too much of it waits, and accepted again later", async () => {
    const harness = await createHarness(() => ({ beforeMs: 100 }), { waitingMax: 3, shards: 1 });
    const route = await harness.open();
    const give = () => harness.writer.accept(harness.messageOn(route));
    const first = give();
    await harness.time.settle();
    const answers = Array.from({ length: 5 }, give);
    expect(harness.writer.waiting()).toBe(3);
    await harness.time.pass(1_000);
    expect(await Promise.all([first, ...answers])).toEqual([
      ...["accepted", "accepted", "accepted", "accepted"],
      ...["overloaded", "overloaded"],
    ]);
    expect(await harness.time.until(give())).toBe("accepted");
  });

  test("waits out an outage of seconds, and is answered when it is written, in its order", async () => {
    let isLost = true;
    const harness = await createHarness(
      (method) => (isLost && method === "traffic.commit" ? { beforeMs: 50, lost: "request" } : null),
      { shards: 1 },
    );
    const route = await harness.open();
    const texts = Array.from({ length: 3 }, () => harness.messageOn(route));
    const answers: string[] = [];
    for (const text of texts) {
      void harness.writer.accept(text).then((answer) => answers.push(answer));
      await harness.time.pass(1_000);
    }
    expect(answers).toEqual([]);
    isLost = false;
    await harness.time.pass(600);
    expect(answers).toEqual(["accepted", "accepted", "accepted"]);
    expect(harness.owned.map(({ id }) => id)).toEqual(texts.map(({ id }) => id));
  });

  test("is refused when the database is lost for longer, those that wait too, and written all the same", async () => {
    let isLost = true;
    const harness = await createHarness(
      (method) => (isLost && method === "traffic.commit" ? { beforeMs: 50, lost: "request" } : null),
      { shards: 1 },
    );
    const route = await harness.open();
    const [one, two] = [harness.messageOn(route), harness.messageOn(route)];
    const first = harness.writer.accept(one);
    await harness.time.pass(10);
    const behind = harness.writer.accept(harness.messageOn(route));
    await harness.time.pass(PATIENCE_MS + 50);
    expect(await harness.time.until(Promise.all([first, behind]), 1)).toEqual(["unavailable", "unavailable"]);
    expect(await harness.time.until(harness.writer.accept(two), 1)).toBe("unavailable");
    isLost = false;
    await harness.time.pass(1_000);
    expect(harness.owned.map(({ id }) => id)).toEqual([one.id]);
    expect(await harness.time.until(harness.writer.accept({ ...one, id: "again" }))).toBe("accepted");
    expect(harness.owned).toHaveLength(1);
  });

  test("shares batches when it is busy, none of them larger than the limit", async () => {
    const harness = await createHarness(() => ({ beforeMs: 5 }), { shards: 1 });
    const route = await harness.open();
    const answers = Array.from({ length: 2 * BATCH_MAX + 10 }, () =>
      harness.writer.accept(harness.messageOn(route)),
    );
    await harness.time.pass(1_000);
    await Promise.all(answers);
    expect(harness.batches.map(({ inbound }) => inbound.length)).toEqual([BATCH_MAX, BATCH_MAX, 10]);
  });

  test("is refused while this process waits for a new name, and so is what comes meanwhile", async () => {
    const renaming = Promise.withResolvers<void>();
    let name = "019bc186-de00-7000-8000-0000000000ff";
    const harness = await createHarness(
      undefined,
      {},
      {
        epoch: () => epochOf(name),
        fenced: () => renaming.promise,
      },
    );
    const route = await harness.open();
    const answer = (): Promise<AcceptResult> =>
      harness.time.until(harness.writer.accept(harness.messageOn(route)));
    expect(await answer()).toBe("unavailable");
    expect(await answer()).toBe("unavailable");
    name = DISPATCHER;
    renaming.resolve();
    await harness.time.until(harness.writer.idle());
    expect(harness.owned.map(({ text }) => text)).toEqual(["text 1"]);
    expect(await answer()).toBe("accepted");
  });

  test("is not asked for ever when its route never stays the same", async () => {
    const harness = await createHarness();
    const route = await harness.open();
    const { traffic } = harness.storage;
    const journal = recordedJournal();
    const answer = startBatchWriter(
      {
        traffic: {
          ...traffic,
          commit: async ({ inbound }) => ({
            kind: "committed",
            inbound: inbound.map(() => "stale"),
            receipts: { matched: 0, parked: 0 },
          }),
        },
        services: harness.storage.services,
        numbers: harness.storage.numbers,
        ...{
          clock: harness.time.clock,
          timer: harness.time.timer,
          ids: memoryIds({ clock: harness.time.clock }),
          journal,
        },
      },
      { messageTtlMs: 1_000 },
      {
        epoch: () => EPOCH,
        mayOwn: () => true,
        isBehind: () => false,
        own: () => {},
        queued: () => {},
        commanded: () => {},
        fenced: async () => {},
      },
    ).accept(harness.messageOn(route));
    expect(await harness.time.until(answer)).toBe("unavailable");
  });
});

describe("a text that is known", () => {
  test("carries out nothing once more, whatever it would mean now", async () => {
    const commanded: string[] = [];
    const harness = await createHarness(
      () => null,
      {},
      {
        commanded: ({ command }) => void commanded.push(command.kind),
      },
    );
    const route = await harness.open();
    const stop = { ...harness.messageOn(route), text: "STOP" };
    expect(await harness.time.until(harness.writer.accept(stop))).toBe("accepted");
    expect(commanded).toEqual(["stop"]);
    const again = { ...harness.messageOn(route), key: stop.key, text: "STOP" };
    expect(await harness.time.until(harness.writer.accept(again))).toBe("accepted");
    expect(commanded).toEqual(["stop"]);
  });
});

describe("a text", () => {
  test("follows its route as it is when it is written, not as it was when it was last looked at", async () => {
    const harness = await createHarness();
    const route = await harness.open();
    await harness.time.until(harness.writer.accept(harness.messageOn(route)));
    const at = harness.time.clock.now();
    const closing = { reason: "requested", at, quarantinedUntil: at + 1_000, unlessTextedAfter: null };
    await harness.storage.conversations.close({ id: route.conversationId, ...closing });
    const late = harness.messageOn(route);
    expect(await harness.time.until(harness.writer.accept(late))).toBe("accepted");
    expect(harness.owned).toHaveLength(1);
    expect(await harness.storage.conversations.message(late.id)).toMatchObject({
      state: "unroutable",
      conversationId: route.conversationId,
    });
  });

  test("of several parts is relayed once all are there, over any number of batches", async () => {
    const harness = await createHarness();
    const route = await harness.open();
    const part = (index: number) => ({ reference: "udh8:7", total: 3, index });
    for (const index of [2, 3, 1])
      await harness.time.until(
        harness.writer.accept(harness.messageOn(route, { text: `${index} `, part: part(index) })),
      );
    expect(harness.owned.map(({ text }) => text)).toEqual(["1 2 3 "]);
  });

  test("of one part is a text like any other", async () => {
    const harness = await createHarness();
    const route = await harness.open();
    const message = harness.messageOn(route, { part: { reference: "udh8:7", total: 1, index: 1 } });
    await harness.time.until(harness.writer.accept(message));
    expect(harness.owned.map(({ id }) => id)).toEqual([message.id]);
  });
});

describe("a fact", () => {
  test("is durable when its promise comes true, however long the database is away", async () => {
    let isLost = true;
    const harness = await createHarness((method) =>
      isLost && method === "traffic.commit" ? { lost: "request" } : null,
    );
    const route = await harness.open();
    isLost = false;
    const message = harness.messageOn(route);
    await harness.time.until(harness.writer.accept(message));
    isLost = true;
    let isDurable = false;
    const failure = { code: "x", detail: "for a test" };
    const outcome = {
      messageId: message.id,
      state: "failed",
      failure,
      at: harness.time.clock.now(),
    } as const;
    harness.writer.record({ outcomes: [outcome] }, () => {
      isDurable = true;
    });
    await harness.time.pass(60_000);
    expect(isDurable).toBe(false);
    isLost = false;
    await harness.time.pass(1_000);
    expect(isDurable).toBe(true);
    expect(await harness.storage.conversations.message(message.id)).toMatchObject({ state: "failed" });
  });

  test("that is a receipt without an end is acknowledged and forgotten", async () => {
    const harness = await createHarness();
    const receipt = { carrierIds: ["1"], state: "pending", failure: null, at: 0 } as const;
    expect(await harness.time.until(harness.writer.acceptReceipt(receipt))).toBe("accepted");
    expect(harness.batches).toEqual([]);
  });
});
