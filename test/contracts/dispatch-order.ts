import fc from "fast-check";
import { expect, test } from "vitest";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { partitionOf } from "#core/domain/partition.ts";
import type { Route } from "#core/domain/route.ts";
import type { Storage } from "#core/ports/storage.ts";
import {
  acceptanceOf,
  DAY,
  freshId,
  freshIdIn,
  NOON,
  relayWrite,
  requeuedOf,
} from "#test/support/traffic-builders.ts";
import { beat, commit, joinDispatch, openFixture, type Store } from "./storage-fixture.ts";

const PROCESSES = 2;
const RECIPIENTS = 4;

const which = fc.nat({ max: PROCESSES - 1 });
const stepArbitrary = fc.oneof(
  { weight: 5, arbitrary: fc.record({ write: fc.nat({ max: RECIPIENTS - 1 }), by: which }) },
  { weight: 4, arbitrary: fc.record({ send: which }) },
  { weight: 3, arbitrary: fc.record({ claim: which, limit: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ requeue: which }) },
  { weight: 2, arbitrary: fc.record({ beat: which }) },
  { weight: 1, arbitrary: fc.record({ release: which, partition: fc.nat({ max: RECIPIENTS - 1 }) }) },
  { weight: 1, arbitrary: fc.record({ leave: which }) },
);

export const historyCases = (store: Store): void => {
  test("each thread leaves once and in order, whoever writes, claims, puts back, hands over or leaves", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(stepArbitrary, { maxLength: 40 }), async (steps) => {
        const recipients: Route[] = [];
        for (let i = 0; i < RECIPIENTS; i += 1) {
          recipients.push((await openFixture(store.storage, { b: { id: freshIdIn(i * 21) } })).ab);
        }
        const processes: Process[] = [];
        for (let i = 0; i < PROCESSES; i += 1) processes.push(await startProcess(store.storage));
        const born = new Map<string, string[]>();
        const sent = new Map<string, string[]>();

        for (const step of steps) {
          if ("write" in step) await processes[step.by]!.write(recipients[step.write]!, born);
          else if ("send" in step) await processes[step.send]!.send(sent);
          else if ("claim" in step) await processes[step.claim]!.claim(step.limit);
          else if ("requeue" in step) await processes[step.requeue]!.requeue();
          else if ("beat" in step) await processes[step.beat]!.beat();
          else if ("release" in step) await processes[step.release]!.release([step.partition * 21]);
          else {
            await processes[step.leave]!.leave();
            processes[step.leave] = await startProcess(store.storage);
          }
        }
        for (let round = 0; round < 200 && count(sent) < count(born); round += 1) {
          for (const process of processes) {
            await process.beat();
            await process.claim(100);
            while (await process.send(sent));
          }
        }
        for (const process of processes) await process.leave();
        expect(sent).toEqual(born);
      }),
      { numRuns: 20 },
    );
  });
};

/** A process that behaves as dispatchers have to: it sends what it has in hand, thread by thread, oldest first. */
interface Process {
  write(route: Route, born: Map<string, string[]>): Promise<void>;
  claim(limit: number): Promise<void>;
  /** Whether there was something to send. */
  send(sent: Map<string, string[]>): Promise<boolean>;
  requeue(): Promise<void>;
  beat(): Promise<void>;
  release(partitions: readonly number[]): Promise<void>;
  leave(): Promise<void>;
}

const startProcess = async (storage: Storage): Promise<Process> => {
  const me = await joinDispatch(storage);
  const hand = new Map<string, OutboundMessage[]>();
  let owned: ReadonlySet<number> = new Set();

  const take = (message: OutboundMessage): void => {
    hand.set(message.recipientId, [...(hand.get(message.recipientId) ?? []), message]);
  };
  const empty = (isWanted: (recipientId: string) => boolean): readonly OutboundMessage[] => {
    const out = [...hand].filter(([recipientId]) => isWanted(recipientId));
    for (const [recipientId] of out) hand.delete(recipientId);
    return out.flatMap(([, messages]) => messages);
  };
  const release = async (partitions: readonly number[]): Promise<void> => {
    const mine = new Set(partitions.filter((partition) => owned.has(partition)));
    owned = new Set([...owned].filter((partition) => !mine.has(partition)));
    const released = empty((recipientId) => mine.has(partitionOf(recipientId)));
    await storage.dispatch.release(
      me,
      [...mine],
      released.map((message) => requeuedOf(message)),
    );
  };

  const process: Process = {
    write: async (route, born) => {
      const write = relayWrite(route, { own: owned.has(partitionOf(route.recipientId)) });
      const { inbound } = await commit(storage, me, { inbound: [write] });
      if (write.decision.kind !== "relay") return;
      const { message } = write.decision;
      if (inbound[0] === "owned") take(message);
      born.set(message.recipientId, [...(born.get(message.recipientId) ?? []), message.id]);
    },
    claim: async (limit) => {
      for (const { message } of await storage.dispatch.claim({
        dispatcher: me,
        ownedRecipientIds: [...hand.keys()],
        limit,
        now: NOON + DAY,
      })) {
        expect(hand.get(message.recipientId) ?? []).toEqual([]);
        take(message);
      }
    },
    send: async (sent) => {
      const next = [...hand.values()][0]?.[0];
      if (!next) return false;
      const rest = hand.get(next.recipientId)!.slice(1);
      if (rest.length > 0) hand.set(next.recipientId, rest);
      else hand.delete(next.recipientId);
      sent.set(next.recipientId, [...(sent.get(next.recipientId) ?? []), next.id]);
      await commit(storage, me, { accepted: [acceptanceOf(next.id, { carrierId: freshId() })] });
      return true;
    },
    requeue: async () => {
      const [recipientId] = hand.keys();
      const messages = empty((each) => each === recipientId);
      await commit(storage, me, { requeued: messages.map((message) => requeuedOf(message)) });
    },
    beat: async () => {
      const oldest = [...hand.values()].flat().map(({ id }) => id);
      const membership = await beat(storage, me, oldest.toSorted()[0]);
      owned = new Set(membership.partitions);
      if (membership.release.length > 0) await release(membership.release);
    },
    release,
    leave: async () => {
      await storage.dispatch.leave(me, []);
    },
  };
  await process.beat();
  return process;
};

const count = (byRecipient: ReadonlyMap<string, readonly string[]>): number =>
  [...byRecipient.values()].reduce((sum, ids) => sum + ids.length, 0);
