import { describe, expect, test } from "vitest";
import { PARTITIONS } from "#core/domain/partition.ts";
import type { Membership } from "#core/ports/dispatch.ts";
import {
  acceptanceOf,
  DAY,
  freshId,
  freshIdIn,
  NOON,
  requeuedOf,
  SECOND,
} from "#test/support/traffic-builders.ts";
import {
  beat,
  commit,
  eventually,
  holdText,
  joinDispatch,
  LEASE_MS,
  NOTHING_OWNED,
  openFixture,
  queueText,
  SHORT_LEASE_MS,
  type Store,
  UNLIMITED,
} from "./storage-fixture.ts";

const ALL: readonly number[] = Array.from({ length: PARTITIONS }, (_, partition) => partition);

export const membershipCases = (store: Store): void => {
  describe("a dispatcher", () => {
    test("has no partition before its first heartbeat, and all of them when it is alone", async () => {
      const { storage } = store;
      const id = freshId();
      await storage.dispatch.join({ id, kind: "api", leaseMs: LEASE_MS, silentAfterMs: 0, recoverFrom: id });
      expect(
        await storage.dispatch.claim({ dispatcher: id, ownedRecipientIds: [], limit: 1, now: NOON }),
      ).toEqual([]);
      expect(sorted(await beat(storage, id))).toMatchObject({ partitions: ALL, release: [], dispatchers: 1 });
      expect(sorted(await beat(storage, id))).toMatchObject({ partitions: ALL, release: [], dispatchers: 1 });
    });

    test("that never joined is fenced", async () => {
      const beaten = store.storage.dispatch.heartbeat({
        dispatcher: freshId(),
        recoverFrom: freshId(),
        mayExpire: true,
      });
      expect(await beaten).toBe("fenced");
    });

    test("that comes second gets its half when the first one gives it up", async () => {
      const { storage } = store;
      const first = await joinDispatch(storage);
      const second = await joinDispatch(storage);
      expect(await beat(storage, second)).toMatchObject({ partitions: [], release: [], dispatchers: 2 });
      const owed = await beat(storage, first);
      expect(owed.dispatchers).toBe(2);
      expect(owed.partitions).toHaveLength(PARTITIONS);
      expect(owed.release).toHaveLength(PARTITIONS / 2);
      await storage.dispatch.release(first, owed.release, []);
      const [one, other] = [await beat(storage, first), await beat(storage, second)];
      expect([one.release, other.release]).toEqual([[], []]);
      expect(sorted(other).partitions).toEqual([...owed.release].sort(ascending));
      expect([...one.partitions, ...other.partitions].sort(ascending)).toEqual(ALL);
    });

    test("shares with two others so that nobody has more than the even share, rounded up", async () => {
      const { storage } = store;
      const ids = [await joinDispatch(storage), await joinDispatch(storage), await joinDispatch(storage)];
      const memberships = await settle(store, ids);
      expect(memberships.flatMap(({ partitions }) => partitions).sort(ascending)).toEqual(ALL);
      for (const { partitions, dispatchers } of memberships) {
        expect(partitions.length).toBeLessThanOrEqual(22);
        expect(dispatchers).toBe(3);
      }
    });

    test("that is no gateway gives everything up while a gateway lives, and gets it back afterwards", async () => {
      const { storage } = store;
      const api = await joinDispatch(storage, { kind: "api" });
      const gateway = await joinDispatch(storage, { kind: "gateway" });
      const owed = await beat(storage, api);
      expect([...owed.release].sort(ascending)).toEqual(ALL);
      await storage.dispatch.release(api, owed.release, []);
      expect(await beat(storage, api)).toMatchObject({ partitions: [], release: [] });
      expect(sorted(await beat(storage, gateway))).toMatchObject({
        partitions: ALL,
        release: [],
        dispatchers: 1,
      });
      await storage.dispatch.leave(gateway, []);
      expect(sorted(await beat(storage, api))).toMatchObject({
        partitions: ALL,
        release: [],
        dispatchers: 1,
      });
    });

    test("cannot give up what belongs to another", async () => {
      const { storage } = store;
      const first = await joinDispatch(storage);
      const second = await joinDispatch(storage);
      await storage.dispatch.release(second, ALL, []);
      expect((await beat(storage, first)).partitions).toHaveLength(PARTITIONS);
    });

    test("is one of many that beat at once without ever sharing a partition", async () => {
      const { storage } = store;
      const ids = Array.from({ length: 8 }, () => freshId());
      await Promise.all(
        ids.map((id) =>
          storage.dispatch.join({
            id,
            kind: "gateway",
            leaseMs: LEASE_MS,
            silentAfterMs: 0,
            recoverFrom: id,
          }),
        ),
      );
      const memberships = await Promise.all(ids.map((id) => beat(storage, id)));
      const owned = memberships.flatMap(({ partitions }) => partitions);
      expect(new Set(owned).size).toBe(owned.length);
      const settled = await settle(store, ids);
      expect(settled.map(({ partitions }) => partitions.length)).toEqual(ids.map(() => 8));
    });
  });

  describe("a heartbeat", () => {
    test("of one that was not heard itself expires nobody", async () => {
      const { storage } = store;
      const silent = await joinDispatch(storage, { leaseMs: SHORT_LEASE_MS });
      const other = freshId();
      const joining = { kind: "gateway", leaseMs: LEASE_MS, silentAfterMs: 0, recoverFrom: other } as const;
      await storage.dispatch.join({ id: other, ...joining });
      const started = Date.now();
      if (store.passLease) await store.passLease(2 * SHORT_LEASE_MS);
      else await eventually(() => Date.now() > started + 2 * SHORT_LEASE_MS);
      const beatOf = (dispatcher: string, mayExpire: boolean) =>
        storage.dispatch.heartbeat({ dispatcher, recoverFrom: freshId(), mayExpire });
      expect(await beatOf(other, false)).toMatchObject({ partitions: [], dispatchers: 2 });
      expect(await beatOf(silent, false)).toMatchObject({ partitions: ALL });
    });

    test("says how long ago an earlier owner may have sent something", async () => {
      const { storage } = store;
      const first = await joinDispatch(storage);
      expect(await beat(storage, first)).toMatchObject({ idleMs: Number.POSITIVE_INFINITY });
      const second = await joinDispatch(storage);
      const { release } = await beat(storage, first);
      await storage.dispatch.release(first, release, []);
      const taken = await beat(storage, second);
      expect(taken.partitions).toEqual(release);
      expect(taken.idleMs).toBeGreaterThanOrEqual(0);
      expect(taken.idleMs).toBeLessThan(10 * SECOND);
      // Though the answer was lost, and nothing more is taken.
      expect((await beat(storage, second)).idleMs).toBeLessThan(20 * SECOND);
    });

    test("counts that from when an expired owner must have been silent", async () => {
      const { storage } = store;
      const id = freshId();
      const silentAfterMs = SHORT_LEASE_MS - 20;
      await storage.dispatch.join({
        ...{ id, kind: "gateway", leaseMs: SHORT_LEASE_MS, silentAfterMs, recoverFrom: id },
      });
      await beat(storage, id);
      await store.passLease?.(SHORT_LEASE_MS);
      const heir = await joinDispatch(storage);
      let membership = await beat(storage, heir);
      await eventually(async () => {
        membership = await beat(storage, heir);
        return membership.partitions.length === PARTITIONS;
      });
      expect(membership.idleMs).toBeGreaterThanOrEqual(20);
      expect(membership.idleMs).toBeLessThan(30 * SECOND);
    });

    test("says what time it is where leases are counted", async () => {
      const { storage } = store;
      const me = await joinDispatch(storage);
      const [one, other] = [await beat(storage, me), await beat(storage, me)];
      expect(one.storageNow).toBeGreaterThan(Date.UTC(2025, 0));
      expect(other.storageNow).toBeGreaterThanOrEqual(one.storageNow);
    });
  });

  describe("giving up", () => {
    test("a partition puts what was in hand back into the queue, for its next owner", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage, { b: { id: freshIdIn(63) } });
      const first = await joinDispatch(storage);
      const held = await holdText(storage, first, ab);
      const second = await joinDispatch(storage);
      const requeuedMessage = requeuedOf(held, { attempts: 2, answerLost: true });
      await storage.dispatch.release(first, [63], [requeuedMessage]);
      expect((await beat(storage, second)).partitions).toContain(63);
      const request = { limit: 9, now: NOON + DAY };
      expect(await storage.dispatch.claim({ dispatcher: first, ownedRecipientIds: [], ...request })).toEqual(
        [],
      );
      const expected = { message: held, attempts: 2, answerLost: true, ...UNLIMITED };
      expect(await storage.dispatch.claim({ dispatcher: second, ownedRecipientIds: [], ...request })).toEqual(
        [expected],
      );
    });

    test("what one does not have any more takes nothing from whoever has it now", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage, { b: { id: freshIdIn(63) } });
      const first = await joinDispatch(storage);
      const held = await holdText(storage, first, ab);
      const second = await joinDispatch(storage);
      await storage.dispatch.release(first, [63], [requeuedOf(held)]);
      expect((await beat(storage, second)).partitions).toEqual([63]);
      const request = { dispatcher: second, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
      expect(await storage.dispatch.claim(request)).toHaveLength(1);
      // The answers to these were lost, and so they are said again.
      await storage.dispatch.release(first, [63], [requeuedOf(held, { attempts: 7 })]);
      await commit(storage, first, { requeued: [requeuedOf(held, { attempts: 7 })] });
      expect((await beat(storage, second)).partitions).toEqual([63]);
      expect(await storage.dispatch.claim(request)).toEqual([]);
      expect(await storage.dispatch.claim({ ...request, recover: NOTHING_OWNED })).toMatchObject([
        { attempts: 1 },
      ]);
      expect(await storage.dispatch.claim({ ...request, dispatcher: first, recover: NOTHING_OWNED })).toEqual(
        [],
      );
    });

    test("a message is never too late: it was left in hand when its partition went", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage, { b: { id: freshIdIn(63) } });
      const first = await joinDispatch(storage);
      const queued = await queueText(storage, first, ab);
      expect(
        await storage.dispatch.claim({ dispatcher: first, ownedRecipientIds: [], limit: 9, now: NOON + DAY }),
      ).toHaveLength(1);
      const second = await joinDispatch(storage);
      await storage.dispatch.release(first, [63], []);
      expect((await beat(storage, second)).partitions).toContain(63);
      const request = { dispatcher: second, ownedRecipientIds: [], limit: 9, now: NOON + DAY };
      expect(await storage.dispatch.claim(request)).toEqual([]);
      await storage.dispatch.release(first, [63], [requeuedOf(queued)]);
      expect((await beat(storage, second)).partitions).toContain(63);
      expect(await storage.dispatch.claim(request)).toMatchObject([{ message: { id: queued.id } }]);
    });

    test("everything leaves nothing behind, also of what was not named, in order", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const first = await joinDispatch(storage);
      const inQueue = await queueText(storage, first, ba);
      expect(
        await storage.dispatch.claim({ dispatcher: first, ownedRecipientIds: [], limit: 9, now: NOON + DAY }),
      ).toHaveLength(1);
      const [named, unnamed] = [await holdText(storage, first, ab), await holdText(storage, first, ab)];
      const second = await joinDispatch(storage);
      await storage.dispatch.leave(first, [requeuedOf(named, { attempts: 5 })]);
      expect(
        await storage.dispatch.heartbeat({ dispatcher: first, recoverFrom: freshId(), mayExpire: true }),
      ).toBe("fenced");
      expect((await beat(storage, second)).partitions).toHaveLength(PARTITIONS);
      const claims = await storage.dispatch.claim({
        dispatcher: second,
        ownedRecipientIds: [],
        limit: 9,
        now: NOON + DAY,
      });
      expect(new Set(claims.map(({ message }) => message.id))).toEqual(new Set([inQueue.id, named.id]));
      expect(claims.find(({ message }) => message.id === named.id)?.attempts).toBe(5);
      await commit(storage, second, { accepted: [acceptanceOf(named.id)] });
      const rest = await storage.dispatch.claim({
        dispatcher: second,
        ownedRecipientIds: [],
        limit: 9,
        now: NOON + DAY,
      });
      expect(rest.map(({ message }) => message.id)).toEqual([unnamed.id]);
    });
  });
};

/** Beats and gives up what is owed until nothing is. */
const settle = async ({ storage }: Store, ids: readonly string[]): Promise<readonly Membership[]> => {
  for (let round = 0; round < 4; round += 1) {
    for (const id of ids) await storage.dispatch.release(id, (await beat(storage, id)).release, []);
  }
  const memberships: Membership[] = [];
  for (const id of ids) memberships.push(await beat(storage, id));
  expect(memberships.every(({ release }) => release.length === 0)).toBe(true);
  return memberships;
};

const sorted = (membership: Membership): Membership => ({
  ...membership,
  partitions: [...membership.partitions].sort(ascending),
});

const ascending = (a: number, b: number): number => a - b;
