/**
 * A carrier delivers a text again when it has not heard that we took it: the link was cut, or the process died, before our answer
 * arrived. Whether an equal text is that repetition or a new one follows from when the first was taken, and from what
 * the processes tell of themselves.
 */
export interface TakingReport {
  /** Whatever the process took before this instant, the carrier knows that it was taken; but for what it has in doubt. */
  readonly settledBefore: number;
  /** How long ago the process said so. */
  readonly ageMs: number;
}

/**
 * What is known of a text's key. `free`: nothing was taken under it. `settled`: what was will not come again. `in-doubt`: it may.
 * `open`: that will be known soon.
 */
export type KeyState = "free" | "settled" | "in-doubt" | "open";

/**
 * Carriers repeat as soon as a link is back. What equals a text of longer ago is a new one: to relay a late repetition once more is the
 * lesser harm, beside not hearing a person who says the same again.
 */
export const REPEATS_MS = 15 * 60_000;

/** A process that reports at least every second and has been silent for this long is dead. */
export const SILENT_MS = 3_000;

/** A process that reports no more takes no more either, after this. */
const TAKES_AFTER_MS = 3_000;

/**
 * `takenAt`: null when nothing was. `isDoubted`: a process that took it says that it may come again. `reports` are those of the other
 * processes: one knows by itself what it has in doubt.
 */
export const keyStateOf = (
  takenAt: number | null,
  isDoubted: boolean,
  reports: readonly TakingReport[],
  now: number,
): KeyState => {
  if (takenAt === null) return "free";
  if (takenAt < now - REPEATS_MS) return "settled";
  if (isDoubted) return "in-doubt";
  let state: KeyState = "settled";
  for (const report of reports) {
    const doubt = doubtIn(takenAt, report, now);
    if (doubt === "in-doubt") return doubt;
    if (doubt === "open") state = doubt;
  }
  return state;
};

const doubtIn = (takenAt: number, { settledBefore, ageMs }: TakingReport, now: number): KeyState => {
  if (takenAt < settledBefore) return "settled";
  if (ageMs < SILENT_MS) return "open";
  return takenAt <= now - ageMs + TAKES_AFTER_MS ? "in-doubt" : "settled";
};
