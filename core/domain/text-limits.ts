import { normalise } from "#core/domain/wishes/normalise.ts";

export const LIMIT_ACTIONS = ["observe", "block"] as const;

/** How much one person may text before a service takes notice. Counts are 1 or more. */
export interface LimitRule {
  /** Texts of one person in one conversation, as many at once as in the whole time. */
  readonly perMinute: number;
  readonly perHour: number;
  /** Conversations into which one person may write the same text within an hour; null: any number. */
  readonly sameTextTo: number | null;
  /** What becomes of a text beyond: `observe`: it is told and relayed. */
  readonly action: (typeof LIMIT_ACTIONS)[number];
}

/** Which limit a text goes beyond. */
export type ExceededLimit = "minute" | "hour" | "same-text";

/** A text beyond a limit ends as blocked. */
export type LimitRefusal = "flood" | "fan-out";

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;

/** What is left to one person in one conversation at an instant. */
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

/** The limit that one more text goes beyond; null: none. */
export const exceededBy = ({ minute, hour }: Allowance): "minute" | "hour" | null => {
  // breakage: flood-for-ever
  if (minute < 1) return "minute";
  return hour < 1 ? "hour" : null;
};

export const afterOneMore = ({ minute, hour, at }: Allowance): Allowance => ({
  ...{ minute: Math.max(0, minute - 1), hour: Math.max(0, hour - 1), at },
});

/** Shorter texts are said to many: "I am outside". UTF-16 units. */
export const SAME_TEXT_MIN = 24;

/** The same for texts that differ in case, spaces and invisible characters only; of 32 bits, so that no text is remembered. Null: too short. */
export const likenessOf = (text: string): number | null => {
  const plain = text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\s\p{Default_Ignorable_Code_Point}]+/gu, "");
  if (plain.length < SAME_TEXT_MIN) return null;
  // FNV-1a, 32 bits.
  let hash = 0x811c9dc5;
  for (let at = 0; at < plain.length; at += 1)
    hash = Math.imul(hash ^ plain.charCodeAt(at), 0x01000193) >>> 0;
  return hash;
};

const EMERGENCY_NUMBER = /^\P{N}*(?:911|112|999)\P{N}*$/u;

/** A cry for help passes whatever the limit. */
export const isEmergency = (text: string): boolean =>
  EMERGENCY_NUMBER.test(text) || normalise(text) === "help";
