import { describe, expect, test } from "vitest";
import { OPTED_OUT } from "#core/domain/receipt.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { acceptanceOf, aReceipt, NOON, relayWrite, SECOND } from "#test/support/traffic-builders.ts";
import { commit, holdText, joinDispatch, openFixture, routeOf, type Store } from "./storage-fixture.ts";

const at = NOON + 3 * SECOND;
const refusal = { state: "failed", failure: OPTED_OUT, at } as const;

export const carrierOptOutCases = (store: Store): void => {
  const now = async (route: Route): Promise<Route> => (await routeOf(store.storage, route))!;

  describe("the carrier's word that a recipient has opted out", () => {
    test.each(["acceptance first", "receipt first", "together"] as const)(
      "is a wish of theirs from then on: %s",
      async (order) => {
        const { storage } = store;
        const { a, b, ab, ba } = await openFixture(storage);
        const me = await joinDispatch(storage);
        const { id } = await holdText(storage, me, ab);
        const accepted = [acceptanceOf(id)];
        const receipts = [aReceipt(`carrier-${id}`, refusal)];
        if (order === "together") await commit(storage, me, { accepted, receipts });
        else if (order === "acceptance first") {
          await commit(storage, me, { accepted });
          await commit(storage, me, { receipts });
        } else {
          await commit(storage, me, { receipts });
          await commit(storage, me, { accepted });
        }
        // What came side by side is matched by the sweep.
        await storage.reconciliation.matchParked(10);
        const optOut = { number: b.number, since: at, source: "carrier", word: null, scope: "service" };
        expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toEqual({
          ...optOut,
          virtualNumber: ab.source,
        });
        expect((await now(ab)).blockedBy).toBe("opt-out");
        expect((await now(ba)).senderWishes.optedOutBy).toBe("carrier");
        expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, a.number)).toBeNull();
        const { people } = await storage.conversations.openingFacts(
          DEFAULT_SERVICE_ID,
          [a.number, b.number],
          true,
        );
        expect(people.map(({ optedOut }) => optedOut)).toEqual([false, true]);
      },
    );

    test("is heard as well when it ends a message at once, and of each part of a text", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      const [one, two] = [await openFixture(storage), await openFixture(storage)];
      const text = await holdText(storage, me, one.ab);
      await commit(storage, me, { outcomes: [{ ...refusal, messageId: text.id }] });
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, one.b.number)).toMatchObject({
        source: "carrier",
      });

      const long = await holdText(storage, me, two.ab);
      const accepted = [0, 1].map((part) =>
        acceptanceOf(long.id, { part, parts: 2, carrierId: `${long.id}-${part}` }),
      );
      await commit(storage, me, { accepted });
      await commit(storage, me, { receipts: [aReceipt(`${long.id}-1`, refusal)] });
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, two.b.number)).toMatchObject({
        source: "carrier",
      });
      await commit(storage, me, { receipts: [aReceipt(`${long.id}-0`, refusal)] });
      expect(
        (await storage.optOuts.wishes(DEFAULT_SERVICE_ID, two.b.number)).every(({ kind }) => kind === "stop"),
      ).toBe(true);
    });

    test("is taken back by any text of the person, and a receipt that comes again says nothing new", async () => {
      const { storage } = store;
      const { b, ab, ba } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      const receipts = [aReceipt(`carrier-${id}`, refusal)];
      await commit(storage, me, { accepted: [acceptanceOf(id)] });
      await commit(storage, me, { receipts });
      const write = { ...relayWrite(await now(ba)), liftsOptOut: true };
      expect((await commit(storage, me, { inbound: [write] })).inbound[0]).not.toBe("stale");
      await commit(storage, me, { receipts });
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toBeNull();
      expect((await now(ab)).blockedBy).toBeNull();
      expect(
        (await storage.optOuts.wishes(DEFAULT_SERVICE_ID, b.number)).map(({ kind, source }) => [
          kind,
          source,
        ]),
      ).toEqual([
        ["stop", "carrier"],
        ["start", "text"],
      ]);
    });

    test("does not stand above the person's own, whichever came first", async () => {
      const { storage } = store;
      const { b, ab } = await openFixture(storage);
      const me = await joinDispatch(storage);
      const { id } = await holdText(storage, me, ab);
      await commit(storage, me, { outcomes: [{ ...refusal, messageId: id }] });
      expect(await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, at + SECOND)).toMatchObject({
        source: "api",
        since: at,
      });
      const other = await holdText(storage, me, (await openFixture(storage, { b: { number: b.number } })).ab);
      await commit(storage, me, { outcomes: [{ ...refusal, messageId: other.id }] });
      expect(await storage.optOuts.get(DEFAULT_SERVICE_ID, b.number)).toMatchObject({
        source: "api",
        since: at,
      });
    });
  });
};
