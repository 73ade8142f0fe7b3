import { describe, expect, test } from "vitest";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import {
  aConversation,
  aNoticeTo,
  aParticipant,
  FAR_OFF,
  freshId,
  freshNumber,
  NOON,
  openingOf,
  SECOND,
} from "#test/support/traffic-builders.ts";
import {
  type CreateStorage,
  openFixture,
  rent,
  routeOf,
  routesBetween,
  storageOf,
} from "./storage-fixture.ts";

/** What `OptOuts` promises, whatever they are stored in. */
export const optOutsContract = (name: string, create: CreateStorage): void => {
  describe(`the opt-outs of ${name}`, () => {
    const store = storageOf(create);

    test("count from the first wish on, until they are taken back", async () => {
      const { storage } = store;
      const number = freshNumber();
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, number)).toBeNull();
      const optOut = {
        number,
        since: NOON,
        source: "api",
        word: null,
        scope: "service",
        virtualNumber: null,
      };
      expect(await storage.optOuts.put(DEFAULT_SERVICE_ID, number, NOON)).toEqual(optOut);
      expect(await storage.optOuts.put(DEFAULT_SERVICE_ID, number, NOON + SECOND)).toEqual(optOut);
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, number)).toEqual(optOut);
      await storage.optOuts.remove(DEFAULT_SERVICE_ID, number, NOON + 2 * SECOND);
      await storage.optOuts.remove(DEFAULT_SERVICE_ID, number, NOON + 3 * SECOND);
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, number)).toBeNull();
    });

    test("are kept for proof, each wish with its time, also when they are taken back", async () => {
      const { storage } = store;
      const number = freshNumber();
      await storage.optOuts.put(DEFAULT_SERVICE_ID, number, NOON);
      await storage.optOuts.remove(DEFAULT_SERVICE_ID, number, NOON + SECOND);
      const api = { source: "api", word: null, scope: "service", virtualNumber: null };
      expect(await storage.optOuts.wishes(DEFAULT_SERVICE_ID, number)).toEqual([
        { ...api, kind: "stop", at: NOON },
        { ...api, kind: "start", at: NOON + SECOND },
      ]);
      expect(await storage.optOuts.wishes(DEFAULT_SERVICE_ID, freshNumber())).toEqual([]);
    });

    test("are listed by when they were said, page by page, in a service or wherever they were said", async () => {
      const { storage } = store;
      const service = await storage.services.add({
        ...{ id: freshId(), slug: "rides", name: null, rules: {}, at: NOON },
      });
      if (typeof service === "string") throw new Error(service);
      const [late, early, wide, lifted] = [freshNumber(), freshNumber(), freshNumber(), freshNumber()];
      const { optOuts } = storage;
      await optOuts.put(DEFAULT_SERVICE_ID, late!, NOON + 9);
      await optOuts.put(DEFAULT_SERVICE_ID, early!, NOON);
      await optOuts.put(service.id, early!, NOON);
      for (const number of [wide!, lifted!]) await optOuts.put(service.id, number, NOON + 5, "all");
      await optOuts.remove(DEFAULT_SERVICE_ID, lifted!, NOON + 6);
      const listed = async (serviceId: string | null) => {
        const all = [];
        for (let after: string | null = null; ; ) {
          const page = await optOuts.list(serviceId, { limit: 2, after });
          all.push(...page.items.map(({ number, serviceId: said, scope }) => [number, said, scope]));
          if (page.next === null) return all;
          after = page.next;
        }
      };
      expect(await listed(DEFAULT_SERVICE_ID)).toEqual([
        [early, DEFAULT_SERVICE_ID, "service"],
        [wide, DEFAULT_SERVICE_ID, "all"],
        [late, DEFAULT_SERVICE_ID, "service"],
      ]);
      const there = await listed(service.id);
      expect(there[0]).toEqual([early, service.id, "service"]);
      expect(there.slice(1).toSorted()).toEqual(
        [wide, lifted].map((number) => [number, service.id, "all"]).toSorted(),
      );
      const everywhere = await listed(null);
      expect(everywhere.length).toBe(5);
      expect(everywhere.at(-1)).toEqual([late, DEFAULT_SERVICE_ID, "service"]);
    });

    test("bar the live routes that lead there, and nothing else, until they are taken back", async () => {
      const { storage } = store;
      const { b, ab, ba } = await openFixture(storage);
      await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON);
      const blockedBy = await routeOf(storage, ab);
      expect(blockedBy).toMatchObject({ blockedBy: "opt-out" });
      expect(blockedBy?.version).not.toBe(ab.version);
      expect(await routeOf(storage, ba)).toMatchObject({
        blockedBy: null,
        senderWishes: { optedOutBy: "api" },
      });
      await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON);
      expect(await routeOf(storage, ab)).toEqual(blockedBy);
      await storage.optOuts.remove(DEFAULT_SERVICE_ID, b.number, NOON + SECOND);
      const lifted = await routeOf(storage, ab);
      expect(lifted).toEqual({ ...ab, version: lifted?.version });
      expect([ab.version, blockedBy?.version]).not.toContain(lifted?.version);
    });

    test("leave routes alone that are closed", async () => {
      const { storage } = store;
      const { conversation, b, ab } = await openFixture(storage);
      const closing = { id: conversation.id, reason: "requested", at: NOON, unlessTextedAfter: null };
      await storage.conversations.close({ ...closing, quarantinedUntil: FAR_OFF });
      const closed = await routeOf(storage, ab);
      await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON);
      expect(await routeOf(storage, ab)).toEqual(closed);
    });

    test("bar routes that are opened or swapped in after the wish", async () => {
      const { storage } = store;
      const [forA, forB] = await rent(storage, 2);
      const [a, b] = [aParticipant(forA!), aParticipant(forB!)];
      await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON);
      expect(await storage.conversations.open(openingOf(aConversation([a, b])))).toEqual({ kind: "opened" });
      const { ab, ba } = await routesBetween(storage, a, b);
      expect([ab.blockedBy, ba.blockedBy]).toEqual(["opt-out", null]);
    });

    test("leave no text from the app queued that is added after the wish, in whichever process", async () => {
      const { storage } = store;
      const other = store.another();
      for (let round = 0; round < 10; round += 1) {
        const { conversation, ba } = await openFixture(storage);
        const notice = aNoticeTo(ba);
        const [added] = await Promise.all([
          other.conversations.addMessages(conversation.id, [notice]),
          storage.optOuts.put(DEFAULT_SERVICE_ID, ba.sender, NOON),
        ]);
        const isQueued = (await storage.conversations.message(notice.id)) !== null;
        expect(added).toEqual(isQueued ? "added" : { optedOut: notice.recipientId });
        const late = { ...notice, id: freshId() };
        expect(await other.conversations.addMessages(conversation.id, [late])).toEqual({
          optedOut: notice.recipientId,
        });
      }
    });

    test("bar a route that is opened at the same time", async () => {
      const { storage } = store;
      for (let round = 0; round < 10; round += 1) {
        const [forA, forB] = await rent(storage, 2);
        const [a, b] = [aParticipant(forA!), aParticipant(forB!)];
        await Promise.all([
          storage.conversations.open(openingOf(aConversation([a, b]))),
          storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON),
        ]);
        expect((await routesBetween(storage, a, b)).ab.blockedBy).toBe("opt-out");
      }
    });
  });
};
