import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryIds } from "#adapters/memory/ids.ts";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { PARTITIONS } from "#core/domain/partition.ts";
import { joinDispatchers, type Membership } from "#core/engine/ownership/membership.ts";
import type { MessageOwner } from "#core/engine/ownership/message-owner.ts";
import { createOwnership, type Ownership } from "#core/engine/ownership/ownership.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import { faultyStorage } from "#test/core/faulty-storage.ts";
import { type VirtualTime, virtualTime } from "#test/core/virtual-time.ts";

interface Member {
  readonly ownership: Ownership;
  readonly membership: Membership;
  /** Whether the network between it and the database is cut: altogether, or for joining. */
  isCut: boolean | "joining";
  /** Whether the process stands still: its timers do not run. */
  isStopped: boolean;
  /** How often it has let go of all that it owned. */
  discarded: number;
}

const createHarness = () => {
  const time = virtualTime();
  const storage = memoryStorage({ clock: time.clock });
  const members: Member[] = [];
  const join = async (kind: DispatcherKind = "gateway"): Promise<Member> => {
    const cut: Pick<Member, "isCut" | "isStopped" | "discarded"> = {
      isCut: false,
      isStopped: false,
      discarded: 0,
    };
    const overslept: (() => void)[] = [];
    const faulty = faultyStorage(storage, time, (method) =>
      cut.isCut === true || (cut.isCut === "joining" && method === "dispatch.join")
        ? { lost: "request" }
        : null,
    );
    const ids = memoryIds({ clock: time.clock, process: members.length });
    const ownership = createOwnership(time.clock, ids);
    const membership = await joinDispatchers(
      {
        dispatch: faulty.dispatch,
        clock: time.clock,
        timer: {
          after: (ms, run) => time.timer.after(ms, () => (cut.isStopped ? void overslept.push(run) : run())),
        },
        ids,
        journal: recordedJournal(),
      },
      { kind },
      ownership,
      {
        heard: () => {},
        controlLinks: () => {},
        oldestOwned: () => null,
        handOver: (_epoch, _, giveUp) => giveUp([], 0),
        discardAll: () => {
          cut.discarded += 1;
          return 0;
        },
        changed: () => {},
      },
    );
    const member = Object.assign(cut, { ownership, membership });
    members.push(member);
    return member;
  };
  return { time, members, join };
};

const partitionsOf = ({ ownership }: Member): readonly number[] =>
  ownership.holds() ? [...ownership.epoch().owned] : [];

const expectDisjoint = (members: readonly Member[]): void => {
  const owned = members.flatMap(partitionsOf);
  expect(new Set(owned).size).toBe(owned.length);
};

const passInSteps = async (time: VirtualTime, ms: number, look: () => void): Promise<void> => {
  for (let passed = 0; passed < ms; passed += 250) {
    await time.pass(250);
    look();
  }
};

describe("the members", () => {
  test("never serve a partition two at a time, whoever loses the database for however long", async () => {
    const eventArbitrary = fc.record({
      who: fc.nat({ max: 2 }),
      kind: fc.constantFrom("cut" as const, "mend" as const, "leave" as const),
      afterMs: fc.constantFrom(250, 1_000, 3_000, 7_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(eventArbitrary, { maxLength: 8 }), async (events) => {
        const { time, members, join } = createHarness();
        for (let i = 0; i < 3; i += 1) await join();
        const left = new Set<Member>();
        for (const { who, kind, afterMs } of events) {
          const member = members[who]!;
          if (kind === "leave" && !member.isCut) {
            left.add(member);
            await time.until(member.membership.leave([]));
          } else member.isCut = kind === "cut";
          await passInSteps(time, afterMs, () => expectDisjoint(members));
        }
        for (const member of members) member.isCut = false;
        await passInSteps(time, 20_000, () => expectDisjoint(members));
        const living = members.filter((member) => !left.has(member));
        const owned = living.flatMap(partitionsOf);
        expect(owned.length).toBe(living.length > 0 ? PARTITIONS : 0);
        for (const member of living)
          expect(partitionsOf(member).length).toBeLessThanOrEqual(Math.ceil(PARTITIONS / living.length));
      }),
      { numRuns: 60 },
    );
  });

  test("give up once what they are asked for, though a late answer to a heartbeat still names it", async () => {
    const time = virtualTime();
    const storage = memoryStorage({ clock: time.clock });
    const handedOver: (readonly number[])[] = [];
    let isSlow = false;
    const { dispatch } = faultyStorage(storage, time, (method) =>
      method === "dispatch.heartbeat" && isSlow ? { afterMs: 1_500 } : null,
    );
    const pause = (ms: number): Promise<void> => new Promise((done) => void time.timer.after(ms, done));
    const join = async (process: number, handOver: MessageOwner["handOver"]): Promise<Ownership> => {
      const ids = memoryIds({ clock: time.clock, process });
      const ownership = createOwnership(time.clock, ids);
      await joinDispatchers(
        { dispatch, clock: time.clock, timer: time.timer, ids, journal: recordedJournal() },
        { kind: "gateway" },
        ownership,
        {
          heard: () => {},
          controlLinks: () => {},
          oldestOwned: () => null,
          handOver,
          discardAll: () => 0,
          changed: () => {},
        },
      );
      return ownership;
    };
    const one = await join(1, async (_, partitions, giveUp) => {
      handedOver.push(partitions);
      // Meanwhile another heartbeat is asked, and answered when all is given up.
      isSlow = true;
      await pause(1_200);
      await giveUp([], 0);
    });
    await join(2, (_epoch, _, giveUp) => giveUp([], 0));
    await time.pass(3_000);
    isSlow = false;
    await time.pass(3_000);
    expect(handedOver.map(({ length }) => length)).toEqual([PARTITIONS / 2]);
    expect(one.epoch().owned.size).toBe(PARTITIONS / 2);
  });

  test("share the partitions evenly, and take over those of the expired", async () => {
    const { time, join } = createHarness();
    const [one, two] = [await join(), await join()];
    await time.pass(5_000);
    expect([one, two].map((member) => partitionsOf(member).length)).toEqual([32, 32]);
    two.isCut = true;
    await time.pass(10_000);
    expect(two.ownership.holds()).toBe(false);
    expect(partitionsOf(one)).toHaveLength(PARTITIONS);
  });

  test("leave the work to gateways while there is one", async () => {
    const { time, join } = createHarness();
    const api = await join("api");
    await time.pass(2_000);
    expect(partitionsOf(api)).toHaveLength(PARTITIONS);
    const gateway = await join("gateway");
    await time.pass(5_000);
    expect(partitionsOf(api)).toHaveLength(0);
    expect(partitionsOf(gateway)).toHaveLength(PARTITIONS);
  });

  test("begin a new epoch when they were declared expired, and let go of what others have by then", async () => {
    const { time, join } = createHarness();
    const [one] = [await join(), await join()];
    const before = one.ownership.epoch().dispatcher;
    one.isCut = true;
    await time.pass(10_000);
    one.isCut = false;
    await time.pass(5_000);
    expect(one.ownership.epoch().dispatcher).not.toBe(before);
    expect(one.ownership.holds()).toBe(true);
    expect(one.discarded).toBe(1);
    expect(partitionsOf(one)).toHaveLength(32);
  });

  test("do not believe in a lease that ran out while they stood still", async () => {
    const { time, join } = createHarness();
    const [one, two] = [await join(), await join()];
    await time.pass(3_000);
    one.isStopped = true;
    await time.pass(10_000);
    expect(partitionsOf(two)).toHaveLength(PARTITIONS);
    // The first thing that it does afterwards need not be its timers.
    expect(one.ownership.holds()).toBe(false);
  });

  test("declare nobody expired after an outage of storage that is longer than their leases", async () => {
    const { time, members, join } = createHarness();
    for (let i = 0; i < 3; i += 1) {
      await join();
      await time.pass(130);
    }
    await time.pass(3_000);
    const before = members.map(({ ownership }) => ownership.epoch().dispatcher);
    for (const member of members) member.isCut = true;
    await time.pass(20_000);
    for (const member of members) member.isCut = false;
    await time.pass(5_000);
    expect(members.map(({ ownership }) => ownership.epoch().dispatcher)).toEqual(before);
    for (const { ownership } of members) expect(ownership.holds()).toBe(true);
  });

  test("leave nothing behind when they leave, not even while they were taking up a new id", async () => {
    const { time, join } = createHarness();
    const [one, two] = [await join(), await join()];
    one.isCut = true;
    await time.pass(10_000);
    one.isCut = "joining";
    await time.pass(2_000);
    await time.until(one.membership.leave([]));
    one.isCut = false;
    await time.pass(5_000);
    expect(partitionsOf(two)).toHaveLength(PARTITIONS);
    await time.until(two.membership.leave([]));
    await time.pass(10_000);
    expect(time.pending()).toBe(0);
  });
});
