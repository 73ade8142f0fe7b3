import { normalise } from "#core/domain/wishes/normalise.ts";
import type { OutboundMessage } from "./outbound-message.ts";

export const LIMIT_ACTIONS = ["observe", "hold", "block"] as const;

/** How much one person may text before a service takes notice. Counts are 1 or more. */
export interface LimitRule {
  /** Texts of one person in one conversation, as many at once as in the whole time. */
  readonly perMinute: number;
  readonly perHour: number;
  /** Texts of one person in all conversations of the service; null, or absent as rules of old are stored: any number. */
  readonly perDay?: number | null;
  /** Conversations into which one person may write the same text within an hour; null: any number. */
  readonly sameTextTo: number | null;
  /** Conversations into which one person may write a link to the same page within an hour; null or absent: any number. */
  readonly sameLinkTo?: number | null;
  /** What becomes of a text beyond: `observe`: it is told and relayed. `hold`: it waits for its turn, and is blocked where too many wait. */
  readonly action: (typeof LIMIT_ACTIONS)[number];
}

/** Which limit a text goes beyond. */
export type ExceededLimit = HoldingLimit | "same-text" | "same-link";

/** A limit that grows back, so that what is beyond it may wait. */
export type HoldingLimit = "minute" | "hour" | "day";

/** A text beyond a limit ends as blocked. */
export type LimitRefusal = "flood" | "fan-out";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** What is left to one person in one conversation at an instant; less than nothing where texts are held. */
export interface Allowance {
  readonly minute: number;
  readonly hour: number;
  readonly at: number;
}

export const fullAllowance = ({ perMinute, perHour }: LimitRule, at: number): Allowance => ({
  ...{ minute: perMinute, hour: perHour, at },
});

/** What is left of an allowance by now: it grows evenly, up to the limits. */
export const allowanceAt = (
  { minute, hour, at }: Allowance,
  { perMinute, perHour }: LimitRule,
  now: number,
): Allowance => {
  const passed = Math.max(0, now - at);
  return {
    minute: Math.min(perMinute, minute + (passed * perMinute) / MINUTE_MS),
    hour: Math.min(perHour, hour + (passed * perHour) / HOUR_MS),
    at: Math.max(at, now),
  };
};

/** What is left where so many texts were counted in minutes that begin then, in order. */
export const allowanceBy = (
  counted: readonly { readonly from: number; readonly count: number }[],
  limits: LimitRule,
  now: number,
): Allowance => {
  let left = fullAllowance(limits, counted[0]?.from ?? now);
  for (const { from, count } of counted) {
    const { minute, hour, at } = allowanceAt(left, limits, from);
    left = { minute: Math.max(0, minute - count), hour: Math.max(0, hour - count), at };
  }
  return allowanceAt(left, limits, now);
};

/** Whether somebody has used so much that it is worth to be remembered: a quarter of a limit. */
export const isMuch = ({ minute, hour }: Allowance, { perMinute, perHour }: LimitRule): boolean =>
  minute < 0.75 * perMinute || hour < 0.75 * perHour;

/** The limit that one more text goes beyond; null: none. */
export const exceededBy = ({ minute, hour }: Allowance): "minute" | "hour" | null => {
  // breakage: flood-for-ever
  if (minute < 1) return "minute";
  return hour < 1 ? "hour" : null;
};

export const afterOneMore = ({ minute, hour, at }: Allowance): Allowance => ({
  ...{ minute: Math.max(0, minute - 1), hour: Math.max(0, hour - 1), at },
});

/** Where a text that is counted already is decided on again: it counts once. */
export const afterOneLess = ({ minute, hour, at }: Allowance): Allowance => ({
  ...{ minute: minute + 1, hour: hour + 1, at },
});

/** So many times a limit may wait, beside what passes at once. */
export const HELD_TIMES = 2;

/** Counts a text that waits for its turn. */
export const afterHeld = ({ minute, hour, at }: Allowance): Allowance => ({
  ...{ minute: minute - 1, hour: hour - 1, at },
});

/** Whether as many wait as may: one more is blocked. */
export const isFlood = ({ minute, hour }: Allowance, { perMinute, perHour }: LimitRule): boolean =>
  // breakage: hold-without-bound
  minute < 1 - HELD_TIMES * perMinute || hour < 1 - HELD_TIMES * perHour;

/**
 * When one more text has its turn, in milliseconds since 1970: now or later, and after `heldUntil`, the turn of the last one that waits.
 * Turns grow from text to text at the pace of the minute's limit, so that held texts keep their order, whatever was counted meanwhile.
 */
export const turnOf = (
  { minute, hour, at }: Allowance,
  { perMinute, perHour }: LimitRule,
  heldUntil: number,
): number => {
  const waitMs = Math.max(0, ((1 - minute) * MINUTE_MS) / perMinute, ((1 - hour) * HOUR_MS) / perHour);
  // breakage: overtake-held
  return Math.max(Math.ceil(at + waitMs), heldUntil + Math.floor(MINUTE_MS / perMinute));
};

/**
 * What is left where others have promised turns up to `heldUntil`. Nobody waits longer than {@link HELD_TIMES} minutes for the minute's limit,
 * nor hours for the hour's; which limit it was else is not known, and one that is unsure blocks nothing.
 */
export const afterPromises = (allowance: Allowance, limits: LimitRule, heldUntil: number): Allowance => {
  const { minute, hour, at } = allowance;
  const { perMinute, perHour } = limits;
  const waitMs = heldUntil - at;
  if (waitMs <= 0 || (limits.perDay != null && waitMs > HELD_TIMES * HOUR_MS)) return allowance;
  return waitMs <= HELD_TIMES * MINUTE_MS
    ? { minute: owed(minute, perMinute, waitMs / MINUTE_MS), hour, at }
    : { minute, hour: owed(hour, perHour, waitMs / HOUR_MS), at };
};

const owed = (left: number, per: number, times: number): number =>
  Math.min(left, Math.max(-per * times, 1 - HELD_TIMES * per));

/** A text that leaves when it has its turn, in milliseconds since 1970; its time to live counts from then. */
export const heldBackUntil = (message: OutboundMessage, turnAt: number): OutboundMessage => {
  const { receivedAt: since } = message;
  const expiresAt = message.expiresAt + Math.max(0, turnAt - since);
  const windows = [{ from: turnAt, until: expiresAt }];
  return { ...message, receivedAt: turnAt, expiresAt, hold: { since, windows } };
};

const EMERGENCY_NUMBER = /^\P{N}*(?:911|112|999)\P{N}*$/u;

/** A cry for help passes whatever the limit. */
export const isEmergency = (text: string): boolean =>
  EMERGENCY_NUMBER.test(text) || normalise(text) === "help";
