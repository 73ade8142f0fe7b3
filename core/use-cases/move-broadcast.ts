import type { Broadcasts } from "#core/ports/broadcasts.ts";
import type { Clock } from "#core/ports/clock.ts";
import { type ShownBroadcast, showBroadcast } from "./show-broadcast.ts";

export type MoveBroadcastOutcome =
  | { readonly kind: "moved"; readonly shown: ShownBroadcast }
  | { readonly kind: "unknown" }
  /** It has ended, or is still being received. */
  | { readonly kind: "not-running" };

/** Pauses, resumes or cancels a broadcast: twice is once. What is in the queue is sent all the same after a pause; a cancel takes back what has not left. */
export const moveBroadcast = (ports: { readonly broadcasts: Broadcasts; readonly clock: Clock }) => {
  const show = showBroadcast(ports);
  return async (id: string, state: "active" | "paused" | "cancelled"): Promise<MoveBroadcastOutcome> => {
    const moved = await ports.broadcasts.move(id, state, ports.clock.now());
    if (!moved) return { kind: "unknown" };
    if (moved.state !== state) return { kind: "not-running" };
    const shown = await show(id);
    return shown ? { kind: "moved", shown } : { kind: "unknown" };
  };
};
