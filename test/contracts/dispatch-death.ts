import { describe, expect, test } from "vitest";
import { PARTITIONS } from "#core/domain/partition.ts";
import {
  aBatch,
  acceptanceOf,
  anInboundOn,
  askWrite,
  DAY,
  freshId,
  NOON,
  relayWrite,
} from "#test/support/traffic-builders.ts";
import {
  beat,
  commit,
  eventually,
  holdText,
  joinDispatch,
  openFixture,
  queueText,
  SHORT_LEASE_MS,
  type Store,
  stateOfMessage,
} from "./storage-fixture.ts";

export const deathCases = (store: Store): void => {
  const joinDoomed = () => joinDispatch(store.storage, { leaseMs: SHORT_LEASE_MS });

  /** A new dispatcher that has buried all others. */
  const outlive = async (): Promise<string> => {
    await store.passLease?.(SHORT_LEASE_MS);
    const survivor = await joinDispatch(store.storage);
    await eventually(async () => {
      const { partitions, dispatchers } = await beat(store.storage, survivor);
      return dispatchers === 1 && partitions.length === PARTITIONS;
    });
    return survivor;
  };

  const claim = async (dispatcher: string): Promise<readonly string[]> =>
    (
      await store.storage.dispatch.claim({ dispatcher, ownedRecipientIds: [], limit: 100, now: NOON + DAY })
    ).map(({ message }) => message.id);

  describe("a dispatcher that falls silent for its lease", () => {
    test("loses its partitions, and nothing that it writes is taken any more", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const doomed = await joinDoomed();
      const message = await holdText(storage, doomed, ab);
      const survivor = await outlive();
      const write = relayWrite(ab);
      const facts = { inbound: [write], accepted: [acceptanceOf(message.id)] };
      expect(await storage.traffic.commit(aBatch(doomed, facts))).toEqual({ kind: "fenced" });
      expect(await stateOfMessage(storage, write.inbound.id)).toBeUndefined();
      expect(await stateOfMessage(storage, message.id)).toBe("queued");
      expect(
        await storage.dispatch.heartbeat({ dispatcher: doomed, recoverFrom: freshId(), mayExpire: true }),
      ).toBe("fenced");
      expect(await claim(doomed)).toEqual([]);
      await storage.dispatch.release(doomed, [0, 1, 2], []);
      await storage.dispatch.leave(doomed, []);
      expect((await beat(storage, survivor)).partitions).toHaveLength(PARTITIONS);
    });

    test("leaves to others what it was asking a policy about, and its late answer counts for nothing", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const doomed = await joinDoomed();
      const asked = anInboundOn(ab);
      await commit(storage, doomed, { inbound: [askWrite(asked, ab.conversationId)] });
      const survivor = await outlive();
      const { partitions } = await beat(storage, survivor);
      const isOpen = async (): Promise<boolean> =>
        (await storage.reconciliation.openAsks(partitions, [], 1_000)).some(({ key }) => key === asked.key);
      const answer = () => relayWrite(ab, { own: true, joins: [asked.key] });
      const late = aBatch(doomed, { inbound: [answer()] });
      expect(await storage.traffic.commit(late)).toEqual({ kind: "fenced" });
      expect(await isOpen()).toBe(true);
      expect((await commit(storage, survivor, { inbound: [answer()] })).inbound).toEqual(["owned"]);
      expect(await isOpen()).toBe(false);
      expect(await storage.traffic.commit(late)).toEqual({ kind: "fenced" });
    });

    test("keeps its lease when it is late but speaks before anybody has noticed", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const late = await joinDoomed();
      const started = Date.now();
      if (store.passLease) await store.passLease(10 * SHORT_LEASE_MS);
      else await eventually(() => Date.now() > started + 2 * SHORT_LEASE_MS);
      expect((await beat(storage, late)).partitions).toHaveLength(PARTITIONS);
      await holdText(storage, late, ab);
    });

    test("leaves what it held to the next one, ahead of what came later, and in order", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const doomed = await joinDoomed();
      const [first, second] = [await holdText(storage, doomed, ab), await holdText(storage, doomed, ab)];
      const apart = await holdText(storage, doomed, ba);
      const third = await queueText(storage, doomed, ab);
      const survivor = await outlive();
      expect(new Set(await claim(survivor))).toEqual(new Set([first.id, apart.id]));
      await commit(storage, survivor, { accepted: [acceptanceOf(first.id)] });
      expect(await claim(survivor)).toEqual([second.id]);
      await commit(storage, survivor, { accepted: [acceptanceOf(second.id)] });
      expect(await claim(survivor)).toEqual([third.id]);
    });

    test("leaves what it had claimed to the next one", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const doomed = await joinDoomed();
      const message = await queueText(storage, doomed, ab);
      const behind = await queueText(storage, doomed, ab);
      expect(await claim(doomed)).toEqual([message.id]);
      const survivor = await outlive();
      expect(await claim(survivor)).toEqual([message.id]);
      await commit(storage, survivor, { accepted: [acceptanceOf(message.id)] });
      expect(await claim(survivor)).toEqual([behind.id]);
    });

    test("leaves nothing of what was taken or has ended", async () => {
      const { storage } = store;
      const { ab } = await openFixture(storage);
      const doomed = await joinDoomed();
      const [taken, ended] = [await holdText(storage, doomed, ab), await holdText(storage, doomed, ab)];
      const half = await holdText(storage, doomed, ab);
      await commit(storage, doomed, {
        accepted: [acceptanceOf(taken.id), acceptanceOf(half.id, { part: 0, parts: 2 })],
        outcomes: [{ messageId: ended.id, state: "failed", failure: null, at: NOON }],
      });
      const survivor = await outlive();
      expect(await claim(survivor)).toEqual([half.id]);
      expect(await stateOfMessage(storage, taken.id)).toBe("sent");
    });

    test("is looked for messages from the oldest that it had in hand on", async () => {
      const { storage } = store;
      const { ab, ba } = await openFixture(storage);
      const doomed = await joinDoomed();
      const done = await holdText(storage, doomed, ab);
      await commit(storage, doomed, { accepted: [acceptanceOf(done.id)] });
      await beat(storage, doomed);
      const oldest = await holdText(storage, doomed, ab);
      await beat(storage, doomed, oldest.id);
      const newest = await holdText(storage, doomed, ba);
      const survivor = await outlive();
      expect(new Set(await claim(survivor))).toEqual(new Set([oldest.id, newest.id]));
    });
  });

  test("what a dead dispatcher held goes to exactly one of several that notice at once", async () => {
    const { storage } = store;
    const fixtures = [await openFixture(storage), await openFixture(storage), await openFixture(storage)];
    const doomed = await joinDoomed();
    const ids: string[] = [];
    for (const { ab } of fixtures) ids.push((await holdText(storage, doomed, ab)).id);
    await store.passLease?.(SHORT_LEASE_MS);
    const heirs = [await joinDispatch(storage), await joinDispatch(storage), await joinDispatch(storage)];
    const claimed: string[] = [];
    await eventually(async () => {
      const memberships = await Promise.all(heirs.map((id) => beat(storage, id)));
      await Promise.all(heirs.map((id, i) => storage.dispatch.release(id, memberships[i]!.release, [])));
      claimed.push(...(await Promise.all(heirs.map((id) => claim(id)))).flat());
      return claimed.length >= ids.length;
    });
    expect(claimed.toSorted()).toEqual(ids.toSorted());
  });
};
