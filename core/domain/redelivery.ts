/**
 * A carrier delivers a text again when it has not heard that we took it: the link was cut, or the process died, before our answer
 * arrived. Whether an equal text is that repetition or a new one follows from when the first was taken, and from what
 * the processes tell of themselves.
 */
export interface AcceptanceReport {
  /** Whatever the process took before this instant, the carrier knows that it was taken; but for what it has in doubt. */
  readonly settledBefore: number;
  /** How long ago the process said so. */
  readonly ageMs: number;
}

/**
 * What is known of a text's key. `free`: nothing was taken under it. `settled`: what was will not come again. `unconfirmed`: it may.
 * `open`: that will be known soon.
 */
export type DedupStatus = "free" | "settled" | "unconfirmed" | "open";

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
 * `acceptedAt`: null when nothing was. `isDoubted`: a process that took it says that it may come again. `reports` are those of the other
 * processes: one knows by itself what it has in doubt.
 */
export const dedupStatusOf = (
  acceptedAt: number | null,
  isDoubted: boolean,
  reports: readonly AcceptanceReport[],
  now: number,
): DedupStatus => {
  if (acceptedAt === null) return "free";
  if (acceptedAt < now - REPEATS_MS) return "settled";
  if (isDoubted) return "unconfirmed";
  let state: DedupStatus = "settled";
  for (const report of reports) {
    const doubt = statusIn(acceptedAt, report, now);
    if (doubt === "unconfirmed") return doubt;
    if (doubt === "open") state = doubt;
  }
  return state;
};

const statusIn = (
  acceptedAt: number,
  { settledBefore, ageMs }: AcceptanceReport,
  now: number,
): DedupStatus => {
  if (acceptedAt < settledBefore) return "settled";
  if (ageMs < SILENT_MS) return "open";
  return acceptedAt <= now - ageMs + TAKES_AFTER_MS ? "unconfirmed" : "settled";
};
