import { fail, ok, type Result } from "#core/result.ts";

const UNITS = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
] as const;

const unitMsByName: ReadonlyMap<string, number> = new Map(UNITS);

/** Ten years: longer is a slip of the keyboard. */
export const DURATION_MS_MAX = 3_650 * 86_400_000;

/** Reads a whole number with its unit: `250ms`, `15s`, `30m`, `24h`, `7d`. Zero is a duration. */
export const parseDuration = (text: string): Result<number, string> => {
  const [, digits, unit] = /^([0-9]{1,15})(ms|[smhd])$/.exec(text) ?? [];
  const unitMs = unitMsByName.get(unit ?? "");
  if (digits === undefined || unitMs === undefined) {
    return fail("must be a whole number with a unit, such as 250ms, 15s, 30m, 24h or 7d");
  }
  const ms = Number(digits) * unitMs;
  return ms <= DURATION_MS_MAX ? ok(ms) : fail("must be at most 3650d");
};

/** The shortest exact way to write whole milliseconds, in the largest unit that divides them: `90m`, not `1h30m`. */
export const formatDuration = (ms: number): string => {
  if (ms === 0) return "0s";
  const [name, unitMs] = UNITS.find(([, each]) => ms % each === 0) ?? ["ms", 1];
  return `${ms / unitMs}${name}`;
};
