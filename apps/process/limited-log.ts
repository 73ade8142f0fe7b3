import type { Log } from "#apps/process/log.ts";

/** Lines of one kind in a minute; what is beyond them is counted, and said once. */
const LINES_MAX = 5;
const PER_MS = 60_000;

/** Warns of what a peer may send without end. `now`: milliseconds. */
export const createLimitedWarnings = (log: Pick<Log, "warn">, now: () => number) => {
  const kinds = new Map<string, { since: number; lines: number; left: number }>();
  return (kind: string, fields: Readonly<Record<string, unknown>>, line: string): void => {
    const at = now();
    const known = kinds.get(kind);
    const window =
      known !== undefined && at - known.since < PER_MS ? known : { since: at, lines: 0, left: 0 };
    kinds.set(kind, window);
    if (window !== known && known !== undefined && known.left > 0)
      log.warn(
        { ...fields, leftOut: known.left },
        `${line}, and so ${known.left} more in the minutes before`,
      );
    if (window.lines === LINES_MAX) {
      window.left += 1;
      return;
    }
    window.lines += 1;
    log.warn(
      fields,
      window.lines === LINES_MAX ? `${line}; more of them in this minute are only counted` : line,
    );
  };
};
