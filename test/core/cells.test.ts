import fc from "fast-check";
import { expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { Conversation } from "#core/domain/conversation.ts";
import { type Msisdn, parseMsisdn } from "#core/domain/msisdn.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { rulesOf } from "#core/ports/services.ts";
import type { Storage } from "#core/ports/storage.ts";
import { openConversation } from "#core/use-cases/open-conversation.ts";
import { NOON } from "#test/support/traffic-builders.ts";

/**
 * What `docs/scale.md` says of several databases: each has its own virtual numbers, both numbers of a conversation are of one, and only what
 * people wish of all conversations is copied. Here are two stores, and what would stand before them.
 */
const CELLS = 2;

const numberOf = (digits: number): Msisdn => {
  const number = parseMsisdn(String(digits));
  if (!number.ok) throw new Error("Expected a number");
  return number.value;
};
const person = (n: number): Msisdn => numberOf(447_700_900_000 + n);

const clock = memoryClock(NOON);
const ids = memoryIds({ clock });

interface Cell {
  readonly storage: Storage;
  open(a: Msisdn, b: Msisdn): Promise<Conversation | null>;
}

/** With numbers that no other cell has. */
const createCell = async (place: number, numbers: number): Promise<Cell> => {
  const storage = memoryStorage({ clock });
  for (let n = 0; n < numbers; n += 1)
    await storage.numbers.add({
      number: numberOf(447_980_000_000 + place * 10_000 + n),
      serviceId: DEFAULT_SERVICE_ID,
      country: "GB",
      features: ["SMS"],
      at: NOON,
    });
  const open = openConversation({
    conversations: storage.conversations,
    insight: { lookup: async (number) => ({ kind: "valid", number, country: "GB", callingCode: "44" }) },
    clock,
    rentMore: async () => false,
    rulesOf: rulesOf(storage.services, {}),
  });
  const participant = (number: Msisdn) => ({ number, name: null, intro: null, country: null });
  return {
    storage,
    open: async (a, b) => {
      const outcome = await open(
        {
          serviceId: DEFAULT_SERVICE_ID,
          participants: [participant(a), participant(b)],
          reference: null,
          onOpen: "new",
          intros: false,
          metadata: {},
        },
        ids,
      );
      return outcome.kind === "opened" ? outcome.conversation : null;
    },
  };
};

/** The same two always meet in the same cell, so that they can get the numbers that they had. */
const cellOf = (a: Msisdn, b: Msisdn, cells: number): number => {
  const [low, high] = [Number(a), Number(b)].toSorted((x, y) => x - y);
  const mix = (value: number): number => {
    let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  };
  return mix(mix(low! >>> 0) ^ (high! >>> 0)) % cells;
};

/** By the number that was texted, and by nothing else. */
const cellOfNumber = (virtualNumber: Msisdn): number =>
  Math.floor((Number(virtualNumber) - 447_980_000_000) / 10_000);

const routeIn = async ({ storage }: Cell, sender: Msisdn, virtualNumber: Msisdn) => {
  const [route] = await storage.traffic.routes([{ sender, virtualNumber }]);
  return route === "unreadable" ? null : (route ?? null);
};

const pairs = fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 6, max: 14 })), { minLength: 1, maxLength: 25 });

test("of two databases by virtual number, the one of the number that was texted knows whom it means, and the other one knows nothing", async () => {
  await fc.assert(
    fc.asyncProperty(pairs, async (meetings) => {
      const cells = await Promise.all(Array.from({ length: CELLS }, (_, n) => createCell(n, 30)));
      for (const [x, y] of meetings) {
        const [a, b] = [person(x), person(y)];
        const opened = await cells[cellOf(a, b, CELLS)]!.open(a, b);
        expect(opened).not.toBeNull();
        const [one, other] = opened!.participants;
        for (const [from, to] of [
          [one, other],
          [other, one],
        ] as const) {
          const place = cellOfNumber(to.virtualNumber);
          const routes = await Promise.all(cells.map((cell) => routeIn(cell, from.number, to.virtualNumber)));
          expect(routes[place]).toMatchObject({ conversationId: opened!.id });
          expect(routes.filter((_, n) => n !== place)).toEqual([null]);
        }
      }
    }),
    { numRuns: 30 },
  );
});

test("a wish for no texts holds in both databases once it is copied, and only then", async () => {
  const cells = await Promise.all(Array.from({ length: CELLS }, (_, n) => createCell(n, 5)));
  const [a, ...others] = Array.from({ length: 12 }, (_, n) => person(n));
  const opened = await Promise.all(
    others.map(async (b) => ({
      place: cellOf(a!, b, CELLS),
      of: await cells[cellOf(a!, b, CELLS)]!.open(a!, b),
    })),
  );
  expect(new Set(opened.map(({ place }) => place)).size).toBe(CELLS);
  const reachable = async (): Promise<readonly number[]> => {
    const places: number[] = [];
    for (const { place, of } of opened.filter((each) => each.of !== null)) {
      const [me, other] = of!.participants;
      const route = await routeIn(cells[place]!, other.number, me.virtualNumber);
      if (route?.blockedBy === null) places.push(place);
    }
    return [...new Set(places)].toSorted();
  };
  expect(await reachable()).toEqual([0, 1]);
  await cells[0]!.storage.optOuts.put(DEFAULT_SERVICE_ID, a!, NOON, "all");
  expect(await reachable()).toEqual([1]);
  await cells[1]!.storage.optOuts.put(DEFAULT_SERVICE_ID, a!, NOON, "all");
  expect(await reachable()).toEqual([]);
});

/** How many of the openings find no number: drivers have so many riders each, at once. */
const refused = async (
  cells: number,
  numbersEach: number,
  drivers: number,
  riders: number,
): Promise<number> => {
  const all = await Promise.all(Array.from({ length: cells }, (_, n) => createCell(n, numbersEach)));
  let count = 0;
  for (let driver = 0; driver < drivers; driver += 1)
    for (let rider = 0; rider < riders; rider += 1) {
      const [a, b] = [person(driver), person(1_000 + driver * riders + rider)];
      if ((await all[cellOf(a, b, cells)]!.open(a, b)) === null) count += 1;
    }
  return count;
};

test("several databases need more numbers than one: in each as many as its busiest person has conversations there", async () => {
  const [drivers, riders] = [25, 12];
  const least = async (cells: number): Promise<number> => {
    for (let each = Math.ceil(riders / cells); ; each += 1)
      if ((await refused(cells, each, drivers, riders)) === 0) return cells * each;
  };
  expect([await least(1), await least(2), await least(4)]).toEqual([riders, 20, 32]);
});
