import type { FinalState } from "./message-state.ts";

/** Many texts of the platform's own, sent beside what people write to each other and after it. */
export interface Broadcast {
  /** A UUID. */
  readonly id: string;
  readonly serviceId: string;
  readonly state: BroadcastState;
  /** Texts a second at most; null: as fast as the links allow. */
  readonly rate: number | null;
  /** Milliseconds since the epoch: not before, and not after (null: whenever). */
  readonly startsAt: number;
  readonly expiresAt: number | null;
  /** Its texts advertise: they are kept from people in quiet hours. */
  readonly isPromotional: boolean;
  readonly createdAt: number;
  readonly endedAt: number | null;
}

/** `receiving`: its lines are still coming in, and none is sent. The last two are final. */
export const BROADCAST_STATES = ["receiving", "active", "paused", "completed", "cancelled"] as const;

export type BroadcastState = (typeof BROADCAST_STATES)[number];

/** One text of a broadcast. */
export interface BroadcastLine {
  /** Its place among the lines as they were sent, from 1. */
  readonly line: number;
  readonly conversationId: string;
  /** The participant who gets it. */
  readonly recipientId: string;
  readonly text: string;
  /** The caller's name for it, unique within the broadcast. */
  readonly ref: string | null;
}

/** `waiting` was never queued, and `cancelled` never left; the others are what has become of the message. */
export const LINE_STATES = [
  "waiting",
  "cancelled",
  "queued",
  "sent",
  "delivered",
  "failed",
  "expired",
  "blocked",
  "unroutable",
] as const satisfies readonly (FinalState | "waiting" | "cancelled" | "queued" | "sent")[];

export type LineState = (typeof LINE_STATES)[number];

/** The code of a text that was taken back from the queue as its broadcast was cancelled. */
export const BROADCAST_CANCELLED = "broadcast-cancelled";

/** Lines of one broadcast. */
export const LINES_MAX = 100_000;

/** How long before its start a broadcast is taken. */
export const START_WITHIN_MS = 30 * 86_400_000;

/** What a rate has not used is kept for so long, or for one text. */
const BURST_MS = 2_000;

/** Until when the rate of a broadcast has been used, and how many of its lines may go now. */
export interface Allowance {
  readonly lines: number;
  readonly fedAt: number;
}

/** At most `room` lines. Without a rate it is as many. */
export const allowanceOf = (
  { rate, fedAt }: { readonly rate: number | null; readonly fedAt: number },
  now: number,
  room: number,
): Allowance => {
  if (rate === null) return { lines: room, fedAt: now };
  const perLineMs = 1_000 / rate;
  const from = Math.max(fedAt, now - Math.max(BURST_MS, perLineMs));
  const lines = Math.max(0, Math.min(room, Math.floor((now - from) / perLineMs)));
  return { lines, fedAt: lines === 0 ? fedAt : Math.ceil(from + lines * perLineMs) };
};

/** Shares room out among broadcasts, the one that has waited longest first: nobody takes what another could use. */
export const shareRoom = (
  broadcasts: readonly { readonly rate: number | null; readonly fedAt: number }[],
  now: number,
  room: number,
): readonly Allowance[] => {
  let left = Math.max(0, room);
  return broadcasts.map((each, at) => {
    const allowance = allowanceOf(each, now, Math.ceil(left / (broadcasts.length - at)));
    left -= allowance.lines;
    return allowance;
  });
};
