import type { Clock } from "#core/ports/clock.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Traffic } from "#core/ports/traffic.ts";
import type { LoopGuard } from "./loop-guard.ts";

/** At most so often storage is asked, for all suspects at once. */
export const LOOK_MS = 1_000;

/** Asks storage, beside the batches, for the whole of conversations of which this process may have received only a part. */
export interface LoopLookUp {
  /** Asks if something is suspected, and was not asked for just now. */
  look(): void;
  settled(): Promise<void>;
}

export const createLoopLookUp = (
  { traffic, clock }: { readonly traffic: Pick<Traffic, "seen">; readonly clock: Clock },
  loops: LoopGuard,
): LoopLookUp => {
  let asking: Promise<void> | null = null;
  let askedAt = Number.NEGATIVE_INFINITY;

  const ask = async (conversationIds: readonly string[]): Promise<void> => {
    try {
      const seen = await traffic.seen(conversationIds);
      conversationIds.forEach((id, i) => {
        loops.learn(id, seen[i]!);
      });
    } catch (error) {
      // They are suspected again soon.
      if (!(error instanceof StorageUnavailable)) throw error;
    } finally {
      asking = null;
    }
  };

  return {
    look: () => {
      const now = clock.now();
      if (asking !== null || Math.abs(now - askedAt) < LOOK_MS) return;
      const suspects = loops.takeSuspects();
      if (suspects.length === 0) return;
      askedAt = now;
      asking = ask(suspects);
    },
    settled: async () => {
      await asking;
    },
  };
};
