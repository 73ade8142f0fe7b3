import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { InboundMessage, OutboundMessage } from "#core/domain/message.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import {
  type AcceptResult,
  type BatchWriterOptions,
  type OutboundSide,
  startBatchWriter,
} from "#core/engine/inbound/batch-writer.ts";
import type { Epoch } from "#core/engine/ownership/ownership.ts";
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
  owned: new Set(),
  leaving: new Set(),
});
const EPOCH = epochOf(DISPATCHER);

/** An intake whose hands take everything. */
const createHouse = async (
  faultOf: (method: Method, input: readonly unknown[]) => Fault | null = () => null,
  options: Partial<BatchWriterOptions> = {},
  hands: Partial<OutboundSide> = {},
) => {
  const time = virtualTime();
  const storage = memoryStorage({ clock: time.clock });
  await storage.dispatch.join({ id: DISPATCHER, kind: "gateway", leaseMs: 6_000, recoverFrom: DISPATCHER });
  const batches: Batch[] = [];
  const faulty = faultyStorage(storage, time, (method, input) => {
    if (method === "traffic.commit") batches.push(input[0] as Batch);
    return faultOf(method, input);
  });
  const taken: OutboundMessage[] = [];
  const ids = memoryIds({ clock: time.clock });
  const intake = startBatchWriter(
    { traffic: faulty.traffic, numbers: faulty.numbers, clock: time.clock, timer: time.timer, ids },
    { messageTtlMs: 60_000, ...options },
    {
      epoch: () => EPOCH,
      mayOwn: () => true,
      isBehind: () => false,
      own: (message) => void taken.push(message),
      queued: () => {},
      commanded: () => {},
      fenced: async () => {},
      ...hands,
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
  return { time, storage, intake, taken, batches, open, swap, messageOn };
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
          const house = await createHouse(() => rest.shift() ?? null);
          const routes = [await house.open(), await house.open(), await house.open()];
          const answers: { readonly id: string; readonly answer: Promise<AcceptResult | "known"> }[] = [];
          const told: string[] = [];
          for (const { route, afterMs } of texts) {
            const message = house.messageOn(routes[route]!);
            const answer = Promise.withResolvers<AcceptResult | "known">();
            house.intake.offer(message, (taken) => {
              told.push(message.id);
              answer.resolve(taken);
            });
            answers.push({ id: message.id, answer: answer.promise });
            await house.time.pass(afterMs);
          }
          await house.time.pass(30_000);
          for (const { id, answer } of answers) {
            const taken = await house.time.until(answer);
            const record = await house.storage.conversations.message(id);
            if (taken === "accepted") expect(record).not.toBeNull();
          }
          await house.time.until(house.intake.idle());
          expect(house.intake.waiting()).toBe(0);
          expect(house.intake.oldestWaiting()).toBeNull();
          expect(told.toSorted()).toEqual(answers.map(({ id }) => id).toSorted());
          // Each of them is in somebody's hand once at most, and in order.
          const ids = house.taken.map(({ id }) => id);
          expect(new Set(ids).size).toBe(ids.length);
          for (const thread of Map.groupBy(house.taken, ({ recipientId }) => recipientId).values())
            expect(thread.map(({ id }) => id)).toEqual(thread.map(({ id }) => id).sort());
        },
      ),
      { numRuns: 60 },
    );
  });

  test("is taken in the order of storage, also when somebody takes the writer's place meanwhile", async () => {
    let slow = true;
    const house = await createHouse((method) => {
      if (method !== "traffic.commit" || !slow) return null;
      slow = false;
      return { afterMs: 500, lost: "answer" };
    });
    const before = await house.open();
    const early = house.messageOn(before);
    const answers = [house.intake.accept(early)];
    await house.time.pass(10);
    // Numbers are counted up, so one of two successors writes by the other lane.
    const routes = [await house.swap(before)];
    routes.push(await house.swap(routes[0]!));
    const late = house.messageOn(routes[1]!);
    answers.push(house.intake.accept(late));
    await house.time.pass(2_000);
    await Promise.all(answers.map((answer) => house.time.until(answer)));
    expect(house.taken.map(({ id }) => id)).toEqual([early.id, late.id]);
  });

  test("is refused when it waits for a lane that has lost the database", async () => {
    let isLost = true;
    const house = await createHouse((method) =>
      method === "traffic.commit" && isLost ? { lost: "request" } : null,
    );
    const before = await house.open();
    const early = house.intake.accept(house.messageOn(before));
    await house.time.pass(10);
    // Of two successors one writes by the other lane.
    const after = await house.swap(await house.swap(before));
    const late = house.intake.accept(house.messageOn(after));
    expect(await house.time.until(early, 2_000)).toBe("unavailable");
    expect(await house.time.until(late, 2_000)).toBe("unavailable");
    isLost = false;
    await house.time.until(house.intake.idle());
    expect(house.intake.waiting()).toBe(0);
  });

  test("is refused when too much of it waits, and taken again later", async () => {
    const house = await createHouse(() => ({ beforeMs: 100 }), { waitingMax: 3, lanes: 1 });
    const route = await house.open();
    const give = () => house.intake.accept(house.messageOn(route));
    const first = give();
    await house.time.settle();
    const answers = Array.from({ length: 5 }, give);
    expect(house.intake.waiting()).toBe(3);
    await house.time.pass(1_000);
    expect(await Promise.all([first, ...answers])).toEqual([
      ...["accepted", "accepted", "accepted", "accepted"],
      ...["overloaded", "overloaded"],
    ]);
    expect(await house.time.until(give())).toBe("accepted");
  });

  test("is refused at once while the database is lost, those that wait too, and written all the same", async () => {
    let isLost = true;
    const house = await createHouse(
      (method) => (isLost && method === "traffic.commit" ? { beforeMs: 50, lost: "request" } : null),
      { lanes: 1 },
    );
    const route = await house.open();
    const [one, two] = [house.messageOn(route), house.messageOn(route)];
    const first = house.intake.accept(one);
    await house.time.pass(10);
    const behind = house.intake.accept(house.messageOn(route));
    await house.time.pass(50);
    expect(await house.time.until(Promise.all([first, behind]), 1)).toEqual(["unavailable", "unavailable"]);
    expect(await house.time.until(house.intake.accept(two), 1)).toBe("unavailable");
    isLost = false;
    await house.time.pass(1_000);
    expect(house.taken.map(({ id }) => id)).toEqual([one.id]);
    expect(await house.time.until(house.intake.accept({ ...one, id: "again" }))).toBe("accepted");
    expect(house.taken).toHaveLength(1);
  });

  test("shares batches when it is busy, none of them larger than the limit", async () => {
    const house = await createHouse(() => ({ beforeMs: 5 }), { lanes: 1 });
    const route = await house.open();
    const answers = Array.from({ length: 2 * BATCH_MAX + 10 }, () =>
      house.intake.accept(house.messageOn(route)),
    );
    await house.time.pass(1_000);
    await Promise.all(answers);
    expect(house.batches.map(({ inbound }) => inbound.length)).toEqual([BATCH_MAX, BATCH_MAX, 10]);
  });

  test("is refused while this process waits for a new name, and so is what comes meanwhile", async () => {
    const renaming = Promise.withResolvers<void>();
    let name = "019bc186-de00-7000-8000-0000000000ff";
    const house = await createHouse(
      undefined,
      {},
      {
        epoch: () => epochOf(name),
        fenced: () => renaming.promise,
      },
    );
    const route = await house.open();
    const answer = (): Promise<AcceptResult> => house.time.until(house.intake.accept(house.messageOn(route)));
    expect(await answer()).toBe("unavailable");
    expect(await answer()).toBe("unavailable");
    name = DISPATCHER;
    renaming.resolve();
    await house.time.until(house.intake.idle());
    expect(house.taken.map(({ text }) => text)).toEqual(["text 1"]);
    expect(await answer()).toBe("accepted");
  });

  test("is not asked for ever when its route never stays the same", async () => {
    const house = await createHouse();
    const route = await house.open();
    const { traffic } = house.storage;
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
        numbers: house.storage.numbers,
        ...{ clock: house.time.clock, timer: house.time.timer, ids: memoryIds({ clock: house.time.clock }) },
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
    ).accept(house.messageOn(route));
    expect(await house.time.until(answer)).toBe("unavailable");
  });
});

describe("a text", () => {
  test("follows its route as it is when it is written, not as it was when it was last looked at", async () => {
    const house = await createHouse();
    const route = await house.open();
    await house.time.until(house.intake.accept(house.messageOn(route)));
    const at = house.time.clock.now();
    const closing = { reason: "requested", at, quarantinedUntil: at + 1_000, unlessTextedAfter: null };
    await house.storage.conversations.close({ id: route.conversationId, ...closing });
    const late = house.messageOn(route);
    expect(await house.time.until(house.intake.accept(late))).toBe("accepted");
    expect(house.taken).toHaveLength(1);
    expect(await house.storage.conversations.message(late.id)).toMatchObject({
      state: "unroutable",
      conversationId: route.conversationId,
    });
  });

  test("of several parts is taken once all are there, over any number of batches", async () => {
    const house = await createHouse();
    const route = await house.open();
    const part = (index: number) => ({ reference: "udh8:7", total: 3, index });
    for (const index of [2, 3, 1])
      await house.time.until(
        house.intake.accept(house.messageOn(route, { text: `${index} `, part: part(index) })),
      );
    expect(house.taken.map(({ text }) => text)).toEqual(["1 2 3 "]);
  });

  test("of one part is a text like any other", async () => {
    const house = await createHouse();
    const route = await house.open();
    const message = house.messageOn(route, { part: { reference: "udh8:7", total: 1, index: 1 } });
    await house.time.until(house.intake.accept(message));
    expect(house.taken.map(({ id }) => id)).toEqual([message.id]);
  });
});

describe("a fact", () => {
  test("is durable when its promise comes true, however long the database is away", async () => {
    let isLost = true;
    const house = await createHouse((method) =>
      isLost && method === "traffic.commit" ? { lost: "request" } : null,
    );
    const route = await house.open();
    isLost = false;
    const message = house.messageOn(route);
    await house.time.until(house.intake.accept(message));
    isLost = true;
    let isDurable = false;
    const failure = { code: "x", detail: "for a test" };
    const verdict = { messageId: message.id, state: "failed", failure, at: house.time.clock.now() } as const;
    house.intake.record({ outcomes: [verdict] }, () => {
      isDurable = true;
    });
    await house.time.pass(60_000);
    expect(isDurable).toBe(false);
    isLost = false;
    await house.time.pass(1_000);
    expect(isDurable).toBe(true);
    expect(await house.storage.conversations.message(message.id)).toMatchObject({ state: "failed" });
  });

  test("that is a receipt without an end is acknowledged and forgotten", async () => {
    const house = await createHouse();
    const receipt = { carrierIds: ["1"], state: "pending", failure: null, at: 0 } as const;
    expect(await house.time.until(house.intake.receive(receipt))).toBe("accepted");
    expect(house.batches).toEqual([]);
  });
});
