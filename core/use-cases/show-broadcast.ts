import type { Broadcast, LineState } from "#core/domain/broadcast.ts";
import type { Broadcasts } from "#core/ports/broadcasts.ts";
import type { Clock } from "#core/ports/clock.ts";

export interface ShownBroadcast {
  readonly broadcast: Broadcast;
  readonly counts: Readonly<Record<LineState, number>>;
  /** Texts a second so far; null: nothing has been sent. */
  readonly measuredRate: number | null;
  /** When the last line should be in the queue; null: nobody knows. */
  readonly queuedBy: number | null;
}

/** How a broadcast stands. */
export const showBroadcast =
  ({ broadcasts, clock }: { readonly broadcasts: Broadcasts; readonly clock: Clock }) =>
  async (id: string): Promise<ShownBroadcast | null> => {
    const broadcast = await broadcasts.get(id);
    if (!broadcast) return null;
    const counts = await broadcasts.counts(id);
    const now = clock.now();
    const { waiting, cancelled, ...others } = counts;
    const fed = Object.values(others).reduce((sum, count) => sum + count, 0);
    const seconds = ((broadcast.endedAt ?? now) - broadcast.startsAt) / 1_000;
    const measuredRate = fed > 0 && seconds > 0 ? fed / seconds : null;
    const rate = broadcast.rate ?? measuredRate;
    const isGoing = broadcast.state === "active" && waiting > 0 && rate !== null;
    const from = Math.max(now, broadcast.startsAt);
    return { broadcast, counts, measuredRate, queuedBy: isGoing ? from + (waiting / rate) * 1_000 : null };
  };
