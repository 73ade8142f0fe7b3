import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryNumberInsight } from "#adapters/memory/number-insight.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { REASSIGN_AFTER_MS } from "#core/domain/reassigning.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { rulesOf } from "#core/ports/services.ts";
import { spendingWithin } from "#core/ports/spending.ts";
import type { Storage } from "#core/ports/storage.ts";
import { createOpeningWatch } from "#core/use-cases/limit-openings.ts";
import { insightWithFallback } from "#core/use-cases/look-up-participant.ts";
import { type OpenConversationInput, openConversation } from "#core/use-cases/open-conversation.ts";
import { commit, joinDispatch, routeOf } from "#test/contracts/storage-fixture.ts";
import { aNumber, anInboundOn, NOON, relayWrite } from "#test/support/traffic-builders.ts";

const RANGES = [
  { prefix: "44", country: "GB", callingCode: "44" },
  { prefix: "1", country: "US", callingCode: "1" },
];
const insight = memoryNumberInsight({ ranges: RANGES });

const participant = (number: string, change: Partial<OpenConversationInput["participants"][0]> = {}) => ({
  ...{ number: number as Msisdn, name: null, intro: null, country: null },
  ...change,
});
const [ANN, BO, CY] = ["447700900101", "447700900102", "447700900103"];
const POOL = ["447700900001", "447700900002", "447700900003"] as Msisdn[];

const inputOf = (
  a: string,
  b: string,
  change: Partial<OpenConversationInput> = {},
): OpenConversationInput => ({
  serviceId: DEFAULT_SERVICE_ID,
  participants: [participant(a), participant(b)],
  ...{ reference: null, ttlMs: null, idleTtlMs: null, geoMatch: "country", sticky: true },
  ...{ intros: true, metadata: {}, onOpen: "new" },
  ...change,
});

const createHarness = async (pool: readonly Msisdn[] = POOL) => {
  const clock = memoryClock(NOON);
  const storage = memoryStorage({ clock });
  for (const number of pool) await storage.numbers.add(aNumber(number));
  let rentals = 0;
  /** What is rented, one after the other; when there is no more, nothing. */
  const shop: Msisdn[] = [];
  const rentMore = async (country: string): Promise<boolean> => {
    rentals += 1;
    const number = shop.shift();
    if (number) await storage.numbers.add(aNumber(number, { country }));
    return number !== undefined;
  };
  const ids = memoryIds({ clock });
  const ports = {
    conversations: storage.conversations,
    insight,
    clock,
    rentMore,
    rulesOf: rulesOf(storage.services, {}),
    openings: createOpeningWatch({ sums: storage.sums, events: storage.events, clock }),
  };
  const open = openConversation(ports);
  return { clock, storage, ids, shop, ports, open, rentals: () => rentals };
};

describe("opening a conversation", () => {
  test("succeeds for any number of participants at the same time, as long as each has a free number", async () => {
    const pairsArbitrary = fc.uniqueArray(fc.tuple(fc.nat({ max: 5 }), fc.nat({ max: 5 })), {
      maxLength: 12,
      selector: ([a, b]) => [a, b].sort().join(),
    });
    await fc.assert(
      fc.asyncProperty(pairsArbitrary, async (all) => {
        const pairs = all.filter(([a, b]) => a !== b);
        const busiest = Math.max(
          0,
          ...[0, 1, 2, 3, 4, 5].map((p) => pairs.flat().filter((n) => n === p).length),
        );
        const pool = Array.from({ length: busiest }, (_, n) => `44770090000${n}` as Msisdn);
        const harness = await createHarness(pool);
        const outcomes = await Promise.all(
          pairs.map(([a, b]) => harness.open(inputOf(`44770090010${a}`, `44770090010${b}`), harness.ids)),
        );
        expect(outcomes.map(({ kind }) => kind)).toEqual(pairs.map(() => "opened"));
        const meanings = outcomes.flatMap((outcome) => {
          if (outcome.kind !== "opened") return [];
          const [a, b] = outcome.conversation.participants;
          return [`${a.number}>${b.virtualNumber}`, `${b.number}>${a.virtualNumber}`];
        });
        expect(new Set(meanings).size).toBe(meanings.length);
        expect(harness.rentals()).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  test("with a participant follows the others with the same one, so that none has to choose again", async () => {
    const pool = Array.from({ length: 20 }, (_, n) => `4477009000${String(n).padStart(2, "0")}` as Msisdn);
    const harness = await createHarness(pool);
    let writes = 0;
    const conversations: typeof harness.storage.conversations = {
      ...harness.storage.conversations,
      open: (opening) => {
        writes += 1;
        return harness.storage.conversations.open(opening);
      },
    };
    const open = openConversation({ ...harness.ports, conversations });
    const outcomes = await Promise.all(
      pool.map((_, n) => open(inputOf(ANN!, `4477009002${String(n).padStart(2, "0")}`), harness.ids)),
    );
    expect(outcomes.map(({ kind }) => kind)).toEqual(pool.map(() => "opened"));
    expect(writes).toBe(pool.length);
  });

  test("repeated with the same ids is done once, also when all numbers are taken by then", async () => {
    const harness = await createHarness(POOL.slice(0, 1));
    const repeatable = () => memoryIds({ clock: memoryClock(NOON), process: 7 });
    const first = await harness.open(inputOf(ANN!, BO!), repeatable());
    const again = await harness.open(inputOf(ANN!, BO!), repeatable());
    expect(first.kind).toBe("opened");
    expect(again).toEqual(first);
    const { items } = await harness.storage.conversations.list(
      { serviceId: null, state: null, participant: null, reference: null },
      { limit: 10, after: null },
    );
    expect(items).toHaveLength(1);
  });

  test("rents a number when the pool has run out, and no more than the two of them need", async () => {
    const harness = await createHarness([]);
    harness.shop.push("447700900007" as Msisdn, "447700900008" as Msisdn);
    expect((await harness.open(inputOf(ANN!, BO!), harness.ids)).kind).toBe("opened");
    expect(harness.rentals()).toBe(1);
    expect(harness.shop).toEqual(["447700900008"]);
  });

  test("in one area rents nothing, since what is rented would hardly ever be of that area", async () => {
    const harness = await createHarness([]);
    harness.shop.push(
      ...Array.from({ length: 50 }, (_, n) => `4420794600${String(n).padStart(2, "0")}` as Msisdn),
    );
    const outcome = await harness.open(inputOf(ANN!, BO!, { geoMatch: "area" }), harness.ids);
    expect(outcome).toMatchObject({ kind: "refused", refusal: { kind: "pool-exhausted" } });
    expect(harness.rentals()).toBe(0);
  });

  test("names whom and where there is no number for, when none can be rented", async () => {
    const harness = await createHarness();
    const outcome = await harness.open(inputOf(ANN!, "12025550101"), harness.ids);
    expect(outcome).toEqual({
      kind: "refused",
      refusal: { kind: "pool-exhausted", person: 1, country: "US" },
    });
  });

  test("takes a number for the country that is asked for, where that is not the participant's own", async () => {
    const harness = await createHarness();
    const outcome = await harness.open(
      {
        ...inputOf(ANN!, "12025550101"),
        participants: [participant(ANN!), participant("12025550101", { country: "GB" })],
      },
      harness.ids,
    );
    expect(outcome.kind).toBe("opened");
  });

  test("keeps a reference to one open conversation", async () => {
    const harness = await createHarness();
    const input = inputOf(ANN!, BO!, { reference: "ride 7" });
    expect((await harness.open(input, harness.ids)).kind).toBe("opened");
    expect(
      await harness.open({ ...input, participants: [participant(ANN!), participant(CY!)] }, harness.ids),
    ).toEqual({
      kind: "reference-in-use",
    });
  });

  test("is refused for a number that does not exist, and asks elsewhere when the service is down", async () => {
    const harness = await createHarness();
    const outcome = await harness.open(inputOf(ANN!, "999770090000"), harness.ids);
    expect(outcome).toMatchObject({ kind: "invalid-number", index: 1 });
    const down = memoryNumberInsight({ ranges: [], isDown: () => true });
    const open = openConversation({ ...harness.ports, insight: down });
    expect((await open(inputOf(ANN!, BO!), harness.ids)).kind).toBe("invalid-number");
    const both = insightWithFallback(down, insight);
    const reopen = openConversation({ ...harness.ports, insight: both });
    expect((await reopen(inputOf(ANN!, BO!), harness.ids)).kind).toBe("opened");
  });
});

test("no more conversations are opened to numbers of one block than the service allows, which is told once an hour", async () => {
  const pool = Array.from({ length: 30 }, (_, n) => `4477009${String(10_000 + n)}` as Msisdn);
  const { open, ids, storage, clock } = await createHarness(pool);
  const openings = { perHour: null, perPrefix: 5 };
  await storage.services.change(DEFAULT_SERVICE_ID, { rules: { openings } });
  const kinds = async (count: number, prefix: string) => {
    const outcomes: string[] = [];
    for (let n = 0; n < count; n += 1) {
      const driver = `447810${String(n).padStart(2, "0")}0001`;
      outcomes.push((await open(inputOf(driver, `${prefix}${1_000 + n}`), ids)).kind);
    }
    return outcomes;
  };
  expect(await kinds(8, "44770044")).toEqual([...Array(5).fill("opened"), ...Array(3).fill("too-many")]);
  expect(await kinds(2, "44770055")).toEqual(["opened", "opened"]);
  clock.advance(3_600_000 / 5);
  expect(await kinds(2, "44770044")).toEqual(["opened", "too-many"]);
  const page = await storage.events.read({ after: "first", types: ["abuse.openings"], limit: 10 });
  expect(page).toMatchObject({
    items: [{ subject: "GB", data: { limit: "prefix", perHour: 5 }, serviceId: DEFAULT_SERVICE_ID }],
  });
});

test("is bounded by what all processes have opened, also before they were started", async () => {
  const pool = Array.from({ length: 12 }, (_, n) => `4477009${String(10_000 + n)}` as Msisdn);
  const { ports, ids, storage, clock } = await createHarness(pool);
  await storage.services.change(DEFAULT_SERVICE_ID, { rules: { openings: { perHour: 4, perPrefix: null } } });
  const kinds: string[] = [];
  for (let n = 0; n < 6; n += 1) {
    const openings = createOpeningWatch({ sums: storage.sums, events: storage.events, clock });
    const open = openConversation({ ...ports, openings });
    kinds.push((await open(inputOf(`44781000000${n}`, `44782000000${n}`), ids)).kind);
  }
  expect(kinds).toEqual([...Array(4).fill("opened"), ...Array(2).fill("too-many")]);
});

test("is stopped where its intros would cost more than the day may, and counts once where numbers have gone meanwhile", async () => {
  const { ports, ids, storage } = await createHarness();
  const spending = spendingWithin(2, { ...ports, sums: storage.sums, events: storage.events });
  const open = openConversation({ ...ports, spending });
  expect((await open(inputOf(ANN, BO, { intros: false }), ids)).kind).toBe("opened");
  expect((await open(inputOf(ANN, CY), ids)).kind).toBe("opened");
  expect((await open(inputOf(BO, CY), ids)).kind).toBe("spend-cap");
  expect((await open(inputOf(BO, CY, { intros: false }), ids)).kind).toBe("opened");
});

test("what could not be opened does not count", async () => {
  const { open, ids, storage } = await createHarness([]);
  await storage.services.change(DEFAULT_SERVICE_ID, { rules: { openings: { perHour: 2, perPrefix: null } } });
  for (let n = 0; n < 4; n += 1) expect((await open(inputOf(ANN, BO), ids)).kind).toBe("refused");
});

describe("joining two anew who have a conversation", () => {
  const introsOf = async (storage: Storage, id: string) =>
    (await storage.conversations.messages(id, { limit: 50, after: null })).items
      .filter(({ senderId }) => senderId === null)
      .map(({ recipientId }) => recipientId);
  const joined = async () => {
    const harness = await createHarness();
    const join = async (change: Partial<OpenConversationInput> = {}) => {
      const outcome = await harness.open(inputOf(ANN!, BO!, { onOpen: "reuse", ...change }), harness.ids);
      if (outcome.kind !== "opened" && outcome.kind !== "reused") throw new Error(outcome.kind);
      return outcome.conversation;
    };
    return { ...harness, join, conversation: await join({ intros: false }) };
  };

  test("introduces again whoever has been silent for as long as numbers are aged, once in that time", async () => {
    const { clock, storage, join, conversation } = await joined();
    const [ann, bo] = conversation.participants;
    const writer = await joinDispatch(storage);
    clock.advance(REASSIGN_AFTER_MS - 1);
    await join();
    expect(await introsOf(storage, conversation.id)).toEqual([]);
    const route = await routeOf(storage, { sender: ann.number, virtualNumber: bo.virtualNumber });
    const inbound = anInboundOn(route!, { receivedAt: clock.now() });
    await commit(storage, writer, { inbound: [relayWrite(route!, { inbound })] });
    clock.advance(1);
    await join({ intros: false });
    expect(await introsOf(storage, conversation.id)).toEqual([]);
    await join();
    await join();
    expect(await introsOf(storage, conversation.id)).toEqual([bo.id]);
    clock.advance(REASSIGN_AFTER_MS);
    await join();
    expect(await introsOf(storage, conversation.id)).toEqual([bo.id, ann.id, bo.id]);
  });

  test("never in words that show one of them the other's number", async () => {
    const { clock, storage, join, conversation } = await joined();
    clock.advance(REASSIGN_AFTER_MS);
    await join({ participants: [participant(ANN!, { intro: `This is ${BO}` }), participant(BO!)] });
    const { items } = await storage.conversations.messages(conversation.id, { limit: 50, after: null });
    expect(items).toHaveLength(2);
    expect(JSON.stringify(items)).not.toContain(BO);
  });
});
