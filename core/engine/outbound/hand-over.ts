import { partitionOf } from "#core/domain/partition.ts";
import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { GiveUp } from "#core/engine/ownership/message-owner.ts";
import type { Epoch } from "#core/engine/ownership/ownership.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Claiming } from "./claiming.ts";
import { type OutboundState, whenSettled } from "./outbound-state.ts";
import { toRequeued } from "./owned-message.ts";
import type { Pacing } from "./pacing.ts";
import type { RecipientQueue } from "./recipient-queues.ts";

export interface HandOverContext {
  readonly state: OutboundState;
  readonly clock: SteadyClock;
  readonly pacing: Pick<Pacing, "keepsShare" | "idleMs">;
  readonly writer: Pick<BatchWriter, "settled">;
  readonly claiming: Pick<Claiming, "settled">;
}

/** Gives the messages of partitions that are leaving to others, in the epoch in which they are owed. */
export const createHandOver =
  ({ state, clock, pacing, writer, claiming }: HandOverContext) =>
  async (epoch: Epoch, partitions: readonly number[], giveUp: GiveUp): Promise<void> => {
    const wanted = new Set(partitions);
    const leaving = (): readonly RecipientQueue[] =>
      [...state.queues.all()].filter(({ id }) => wanted.has(partitionOf(id)));
    // Writes and claims that were asked for before may still bring something of them.
    await writer.settled();
    await claiming.settled();
    const queues = leaving();
    await whenSettled(state, () => queues.every(isQuiet));
    // Their part of the rate goes with them: what is under way beyond ours must have arrived before.
    await whenSettled(state, pacing.keepsShare);
    // A process that stops leaves all of it at once, with what it has drained already.
    // breakage: release-while-stopping
    if (epoch.isOver || state.isStopped) return;
    const items = state.owned.drain(leaving());
    const now = clock.now();
    const requeued = items.map((item) => toRequeued(item, now));
    await giveUp(requeued, pacing.idleMs(clock.elapsed()));
    if (!epoch.isOver) state.owned.discard(items);
  };

/** Nothing of it is under way to a carrier or to storage. */
export const isQuiet = ({ state, requeuing }: RecipientQueue): boolean => state !== "busy" && !requeuing;
