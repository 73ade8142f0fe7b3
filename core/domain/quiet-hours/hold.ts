import type { Msisdn } from "#core/domain/msisdn.ts";
import { DAY_MS } from "./local-time.ts";
import { type QuietHours, type Window, windowsBetween } from "./quiet-hours.ts";
import { zonesOfNumber } from "./zones-of-number.ts";

/** When a text may leave that advertises, or is beyond a limit of its writer. */
export interface Hold {
  /** When it came, in milliseconds since 1970. */
  readonly since: number;
  /** In order; it may leave in them alone. */
  readonly windows: readonly Window[];
}

/** Longer than a week nobody waits: what is quiet on some weekdays is not quiet on all. */
const AHEAD_MS = 8 * DAY_MS;

export interface Held {
  readonly opensAt: number;
  readonly expiresAt: number;
  readonly hold: Hold;
}

/**
 * Until when a text that advertises waits, and how long it is then worth sending: `ttlMs` counts from the opening. Null: there is no
 * such time, because where the recipient is can be too many places.
 */
export const holdFor = (
  rule: QuietHours,
  { number, timeZone }: { readonly number: Msisdn; readonly timeZone?: string | undefined },
  now: number,
  ttlMs: number,
): Held | null => {
  const zones = timeZone === undefined ? zonesOfNumber(number) : [timeZone];
  if (zones.length === 0) return null;
  const windows = windowsBetween(rule, zones, now, now + AHEAD_MS);
  const opensAt = windows[0]?.from;
  if (opensAt === undefined) return null;
  const expiresAt = opensAt + ttlMs;
  return {
    opensAt,
    expiresAt,
    hold: { since: now, windows: windows.filter(({ from }) => from < expiresAt) },
  };
};

/** When a text may leave: `now` where it may, or later. `expiresAt` where there is no more time for it. */
export const mayLeaveAt = ({ windows }: Hold, now: number, expiresAt: number): number => {
  const next = windows.find(({ until }) => until > now);
  return next === undefined ? expiresAt : Math.max(now, next.from);
};
