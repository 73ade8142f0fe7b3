import { describe, expect, test } from "vitest";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import {
  aConversation,
  aNumber,
  anInbound,
  anInboundOn,
  aParticipant,
  FAR_OFF,
  freshId,
  freshNumber,
  LONG_AGO,
  NOON,
  openingOf,
  relayWrite,
} from "#test/support/traffic-builders.ts";
import { readAll } from "./conversations-reading.ts";
import {
  type CreateStorage,
  commit,
  holdText,
  joinDispatch,
  openFixture,
  rent,
  storageOf,
} from "./storage-fixture.ts";

const ours = (numbers: readonly (string | undefined)[]): ReadonlyMap<string | undefined, string> =>
  new Map(numbers.map((number) => [number, DEFAULT_SERVICE_ID]));

/** What `Numbers` promises, whatever they are stored in. */
export const numbersContract = (name: string, create: CreateStorage): void => {
  describe(`the numbers of ${name}`, () => {
    const store = storageOf(create);
    const close = (id: string, quarantinedUntil: number) =>
      store.storage.conversations.close({
        id,
        reason: "requested",
        at: NOON,
        quarantinedUntil,
        unlessTextedAfter: null,
      });

    test("pools say what they have, what they need at least, and who needs it", async () => {
      const { storage } = store;
      const [one, two, three] = await rent(storage, 3);
      await storage.numbers.drain(three!);
      const busy = freshNumber();
      const opening = async (virtualNumber: Msisdn, openedAt: number) => {
        const other = aParticipant(virtualNumber);
        const person = aParticipant(one!, { number: busy });
        const conversation = aConversation([person, other], { openedAt });
        expect((await storage.conversations.open(openingOf(conversation))).kind).toBe("opened");
        return { conversation, person };
      };
      const first = await opening(one!, NOON);
      const second = await opening(two!, NOON + 1);
      await close(first.conversation.id, NOON + 60_000);
      const held = { active: 2, draining: 1, liveRoutes: 2, minimum: 2, boundBy: second.person.id };
      expect(await storage.numbers.pools(NOON + 59_999)).toMatchObject([{ ...held, quarantinedRoutes: 2 }]);
      const [later] = await storage.numbers.pools(NOON + 60_000);
      expect(later).toMatchObject({ quarantinedRoutes: 0, liveRoutes: 2, minimum: 1 });
      expect(await storage.numbers.keptPools()).toBeNull();
      const newer = { at: NOON, tookMs: 3, pools: await storage.numbers.pools(NOON) };
      for (const count of [newer, { at: NOON - 1, tookMs: 4, pools: [] }])
        await storage.numbers.keepPools(count);
      expect(await storage.numbers.keptPools()).toEqual(newer);
    });

    test("texts that did not arrive are counted by number and code, since an instant", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const texts: OutboundMessage[] = [];
      for (const route of [ab, ab, ba, ab, ab]) texts.push(await holdText(storage, me, route));
      const failure = { code: "smpp-0x0a", detail: "invalid source address" };
      const end = (text: number, at: number, change: Partial<FinalOutcome> = {}): FinalOutcome => ({
        ...{ messageId: texts[text]!.id, state: "failed", failure, at },
        ...change,
      });
      await commit(storage, me, {
        outcomes: [
          end(0, NOON + 1),
          end(1, NOON + 3),
          end(2, NOON + 2, { state: "expired", failure: { code: "ttl", detail: "over" } }),
          end(3, NOON, { state: "delivered", failure: null }),
          end(4, NOON, { state: "blocked" }),
        ],
      });
      const { failed, isCut } = await storage.numbers.failures(LONG_AGO);
      expect(isCut).toBe(false);
      expect(new Set(failed)).toEqual(
        new Set([
          { ...failure, number: ab.source, count: 2, lastAt: NOON + 3 },
          { ...{ code: "ttl", detail: "over" }, number: ba.source, count: 1, lastAt: NOON + 2 },
        ]),
      );
      expect((await storage.numbers.failures(FAR_OFF)).failed).toEqual([]);
    });

    test("a number is active from the start, and adding it again changes nothing", async () => {
      const { storage } = store;
      const number = aNumber(freshNumber(), { features: ["SMS", "VOICE"] });
      const expected = { ...number, state: "active", liveRoutes: 0, quarantinedRoutes: 0 };
      expect(await storage.numbers.add(number)).toEqual(expected);
      expect(await storage.numbers.get(number.number)).toEqual(expected);
      expect(await storage.numbers.drain(number.number)).toEqual({ ...expected, state: "draining" });
      const again = aNumber(number.number, { country: "US", features: [], at: NOON + 1 });
      expect(await storage.numbers.add(again)).toEqual({ ...expected, state: "draining" });
      expect(await storage.numbers.get(freshNumber())).toBeNull();
      expect(await storage.numbers.drain(freshNumber())).toBeNull();
    });

    test("a reserved number is given, never chosen, and counts apart until it drains", async () => {
      const { storage } = store;
      const number = aNumber(freshNumber(), { state: "reserved" });
      expect(await storage.numbers.add(number)).toMatchObject({ state: "reserved" });
      const { numbers } = await storage.conversations.openingFacts(
        DEFAULT_SERVICE_ID,
        [freshNumber(), freshNumber()],
        true,
      );
      expect(numbers).toContainEqual({
        ...{ number: number.number, country: number.country },
        ...{ liveRoutes: 0, isReserved: true },
      });
      const [other] = await rent(storage, 1);
      const given = aConversation([aParticipant(number.number), aParticipant(other!)]);
      expect((await storage.conversations.open(openingOf(given))).kind).toBe("opened");
      expect(await storage.numbers.pools(NOON)).toMatchObject([{ active: 1, draining: 0, reserved: 1 }]);
      expect(await storage.numbers.drain(number.number)).toMatchObject({ state: "draining" });
      const late = aConversation([aParticipant(number.number), aParticipant(other!)]);
      expect((await storage.conversations.open(openingOf(late))).kind).toBe("conflict");
    });

    test("a number added many times at once is added once", async () => {
      const { storage } = store;
      const number = aNumber();
      await Promise.all(Array.from({ length: 10 }, () => storage.numbers.add(number)));
      expect((await storage.numbers.list(null, { limit: 9, after: null })).items).toHaveLength(1);
    });

    test("somebody's real number never becomes one of ours", async () => {
      const { storage } = store;
      const { a } = await openFixture(storage);
      expect(await storage.numbers.add(aNumber(a.number))).toBe("participant");
      expect(await storage.numbers.get(a.number)).toBeNull();
    });

    test("a number counts its live and its quarantined routes", async () => {
      const { storage } = store;
      const { conversation, b } = await openFixture(storage);
      const uses = async () => {
        const number = await storage.numbers.get(b.virtualNumber);
        return [number?.liveRoutes, number?.quarantinedRoutes];
      };
      expect(await uses()).toEqual([1, 0]);
      const [forOther] = await rent(storage);
      const more = aConversation([aParticipant(forOther!), aParticipant(b.virtualNumber)]);
      await storage.conversations.open(openingOf(more));
      expect(await uses()).toEqual([2, 0]);
      await close(conversation.id, FAR_OFF);
      expect(await uses()).toEqual([1, 1]);
      await close(more.id, LONG_AGO);
      expect(await uses()).toEqual([0, 1]);
      const again = conversation.participants.map((each) => ({ ...each, id: freshId() }));
      await storage.conversations.open(openingOf(aConversation([again[0]!, again[1]!])));
      expect(await uses()).toEqual([1, 0]);
    });

    test("a number is forgotten only when no live or quarantined route is left on it", async () => {
      const { storage } = store;
      const { conversation, b } = await openFixture(storage);
      const remove = (now: number) => storage.numbers.remove(b.virtualNumber, now);
      expect(await remove(NOON)).toBe("in-use");
      await close(conversation.id, NOON + 10);
      expect(await remove(NOON + 9)).toBe("in-use");
      expect(await storage.numbers.get(b.virtualNumber)).not.toBeNull();
      expect(await remove(NOON + 10)).toBe("removed");
      expect(await storage.numbers.get(b.virtualNumber)).toBeNull();
      expect(await remove(NOON + 10)).toBe("unknown");
    });

    test("a number was used until its last quarantine, and whenever somebody has texted it since an instant", async () => {
      const { storage } = store;
      const writer = await joinDispatch(storage);
      const { conversation, ab, ba } = await openFixture(storage);
      const [unused] = await rent(storage);
      const used = (since: number, number = ab.virtualNumber) => storage.numbers.usedAt(number, since);
      expect(await used(NOON - 1)).toBeNull();
      expect(await used(NOON - 1, unused)).toBeNull();
      await commit(storage, writer, {
        inbound: [
          relayWrite(ab, { inbound: anInboundOn(ab, { receivedAt: NOON + 50 }) }),
          relayWrite(ba, { inbound: anInboundOn(ba, { receivedAt: NOON + 70 }) }),
        ],
      });
      expect(await used(NOON)).toBe(NOON + 50);
      expect(await used(NOON + 50)).toBeNull();
      await close(conversation.id, NOON + 60);
      expect(await used(NOON)).toBe(NOON + 60);
      const stranger = anInbound(freshNumber(), ab.virtualNumber, { receivedAt: NOON + 90 });
      const decision = {
        kind: "refuse",
        refusal: { kind: "unroutable", reason: "stranger" },
        route: null,
      } as const;
      const write = {
        inbound: stranger,
        serviceId: DEFAULT_SERVICE_ID,
        routeVersion: null,
        decision,
        joins: [],
      };
      await commit(storage, writer, { inbound: [write] });
      expect(await used(NOON)).toBe(NOON + 90);
      expect(await used(NOON + 90)).toBe(NOON + 60);
    });

    test("a number is never removed from under a conversation that opens at the same time", async () => {
      const { storage } = store;
      for (let round = 0; round < 10; round += 1) {
        const [forA, forB] = await rent(storage, 2);
        const conversation = aConversation([aParticipant(forA!), aParticipant(forB!)]);
        const [opened, removed] = await Promise.all([
          storage.conversations.open(openingOf(conversation)),
          storage.numbers.remove(forA!, NOON),
        ]);
        expect([
          ["opened", "in-use"],
          ["conflict", "removed"],
        ]).toContainEqual([opened.kind, removed]);
      }
    });

    test("a number that came back can be used like a new one", async () => {
      const { storage } = store;
      const [number, other] = await rent(storage, 2);
      await storage.numbers.drain(number!);
      expect(await storage.numbers.remove(number!, NOON)).toBe("removed");
      expect(await storage.numbers.add(aNumber(number!))).toMatchObject({ state: "active" });
      const conversation = aConversation([aParticipant(number!), aParticipant(other!)]);
      expect(await storage.conversations.open(openingOf(conversation))).toEqual({ kind: "opened" });
    });

    test("numbers are listed in order, page by page", async () => {
      const { storage } = store;
      const numbers = [...(await rent(storage, 7))].toSorted();
      for (const limit of [1, 3, 7, 200]) {
        const listed = await readAll((page) => storage.numbers.list(null, page), limit);
        expect(listed.map(({ number }) => number)).toEqual(numbers);
      }
      const [first] = (await storage.numbers.list(null, { limit: 1, after: null })).items;
      expect(first).toEqual(await storage.numbers.get(numbers[0]!));
    });

    test("our numbers are told from others, as soon as they are added and until they are removed", async () => {
      const { storage } = store;
      const [active, draining, gone] = await rent(storage, 3);
      await storage.numbers.drain(draining!);
      const asked = [active!, draining!, gone!, freshNumber(), "InfoSMS", "", active!];
      expect(await storage.numbers.ownAmong(asked)).toEqual(ours([active, draining, gone]));
      await storage.numbers.remove(gone!, NOON);
      expect(await storage.numbers.ownAmong(asked)).toEqual(ours([active, draining]));
      expect(await storage.numbers.ownAmong([])).toEqual(new Map());
      const [late] = await rent(storage);
      expect(await storage.numbers.ownAmong([late!])).toEqual(ours([late]));
    });

    describe("the rental budget of a country", () => {
      const place = (budget: number, country = "GB") => ({ id: freshId(), country, budget });

      test("is used up by numbers, whatever their state, and by reserved places together", async () => {
        const { storage } = store;
        const [number] = await rent(storage, 2);
        await storage.numbers.add(aNumber(freshNumber(), { country: "US" }));
        await storage.numbers.drain(number!);
        expect(await storage.numbers.reservePlace(place(2))).toBe(false);
        expect(await storage.numbers.reservePlace(place(3))).toBe(true);
        expect(await storage.numbers.reservePlace(place(3))).toBe(false);
        expect(await storage.numbers.reservePlace(place(2, "US"))).toBe(true);
        expect(await storage.numbers.reservePlace(place(0, "FR"))).toBe(false);
      });

      test("is not exceeded by processes that reserve at the same time", async () => {
        const { storage } = store;
        const other = store.another();
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, at) =>
            (at % 2 === 0 ? storage : other).numbers.reservePlace(place(3)),
          ),
        );
        expect(answers.filter((reserved) => reserved)).toHaveLength(3);
      });

      test("counts a place that a number was rented on as that number, and no more as a place", async () => {
        const { storage } = store;
        const reserved = place(2);
        expect(await storage.numbers.reservePlace(reserved)).toBe(true);
        const number = aNumber();
        expect(await storage.numbers.confirmPlace(reserved.id, number)).toMatchObject({
          number: number.number,
          state: "active",
        });
        expect(await storage.numbers.reservePlace(place(2))).toBe(true);
        expect(await storage.numbers.reservePlace(place(2))).toBe(false);
      });

      test("has a place again once it is released, however often that is said", async () => {
        const { storage } = store;
        const reserved = place(1);
        expect(await storage.numbers.reservePlace(reserved)).toBe(true);
        await storage.numbers.releasePlace(reserved.id);
        await storage.numbers.releasePlace(reserved.id);
        expect(await storage.numbers.reservePlace(place(1))).toBe(true);
      });

      test("keeps the place when the number turns out to be a participant's own", async () => {
        const { storage } = store;
        const { a } = await openFixture(storage);
        const { items } = await storage.numbers.list(null, { limit: 9, after: null });
        const reserved = place(items.length + 1);
        expect(await storage.numbers.reservePlace(reserved)).toBe(true);
        expect(await storage.numbers.confirmPlace(reserved.id, aNumber(a.number))).toBe("participant");
        expect(await storage.numbers.reservePlace(place(items.length + 1))).toBe(false);
      });
    });
  });
};
