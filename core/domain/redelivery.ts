/**
 * A carrier delivers a text again when it has not read that we accepted it: the link was cut, or the process died, before our answer
 * arrived. Whether an equal text is that redelivery or a new one follows from when the first was accepted, and from what
 * the processes report of themselves.
 */
export interface AcceptanceReport {
  /** Names the life of the process. */
  readonly process: string;
  /** Whatever the process accepted before this instant, the carrier knows that it was accepted; but for what is unconfirmed. */
  readonly settledBefore: number;
  /** How long ago the process said so, in milliseconds. */
  readonly ageMs: number;
  /** The same without the time in which it could not say anything; absent: it could. */
  readonly silentMs?: number;
}

/**
 * The key under which a text was offered to storage, with the time of receipt that is stored with it (milliseconds of Unix time). Only if
 * storage has accepted a text of this key and this time, the text that it holds is this one: else the key is an older, equal text's.
 */
export interface UnconfirmedKey {
  readonly key: string;
  readonly at: number;
}

/** What is known of a text's key. */
export interface KnownKey {
  readonly status: DedupStatus;
  /** When the text that storage accepted under it was received; null: none was. */
  readonly acceptedAt: number | null;
  /** Who has recognised its redelivery last. */
  readonly resolved: Resolution | null;
}

/**
 * `free`: nothing was accepted under the key. `settled`: what was will not come again. `unconfirmed`: it may. `open`: that will be
 * known soon.
 */
export type DedupStatus = "free" | "settled" | "unconfirmed" | "open";

/**
 * Carriers deliver again as soon as a link is back. What equals a text of longer ago is a new one: to relay a late redelivery once more
 * is the lesser harm, beside losing the words of a person who says the same again.
 */
export const REPEATS_MS = 15 * 60_000;

/** A process that reports at least every second and has been silent for this long is dead. */
export const SILENT_MS = 3_000;

/** A process that reports no more accepts no more either, after this. */
const ACCEPTS_AFTER_MS = 3_000;

/**
 * A time in which this process could not reach storage, as far as it knows; and perhaps nobody could. It lasts if it ended 0 milliseconds
 * ago.
 */
export interface StorageGap {
  readonly ms: number;
  readonly endedMsAgo: number;
}

/**
 * How long a process has been silent that could have reported, in milliseconds. Whoever reported until our way to storage was gone may have
 * been without it as well: it may have texts in hand whose writes take effect, all at once with ours, before it says that it lives.
 */
export const silenceOf = (ageMs: number, gap: StorageGap | null): number => {
  if (gap === null) return ageMs;
  const beforeMs = ageMs - gap.endedMsAgo - gap.ms;
  // breakage: dead-for-an-outage
  return Math.abs(beforeMs) < SILENT_MS ? Math.max(0, ageMs - gap.ms) : ageMs;
};

/** What the processes say of one text. */
export interface KeyReport {
  /** A process that accepted it says that it may come again, and no redelivery has been recognised since. */
  readonly isUnconfirmed: boolean;
  /** Its redelivery has been recognised: what the reports say of the first delivery is used up. Null: it has not. */
  readonly resolved: Resolution | null;
}

/** Who has recognised a redelivery, and when that was received, in milliseconds of Unix time. */
export interface Resolution {
  readonly process: string;
  readonly at: number;
}

/**
 * `acceptedAt`: null when nothing was. `reports` are those of the other processes: one knows by itself what of its own is unconfirmed.
 */
export const dedupStatusOf = (
  acceptedAt: number | null,
  { isUnconfirmed, resolved }: KeyReport,
  reports: readonly AcceptanceReport[],
  now: number,
): DedupStatus => {
  if (acceptedAt === null) return "free";
  if (acceptedAt < now - REPEATS_MS) return "settled";
  if (isUnconfirmed) return "unconfirmed";
  let status: DedupStatus = "settled";
  for (const report of reports) {
    // The redelivery was acknowledged by one process, and only its acknowledgement may have been lost since.
    if (resolved !== null && report.process !== resolved.process) continue;
    const reported = statusIn(resolved?.at ?? acceptedAt, report, now); // breakage: forget-second-answer
    if (reported === "unconfirmed") return reported;
    if (reported === "open") status = reported;
  }
  return status;
};

const statusIn = (
  acceptedAt: number,
  { settledBefore, ageMs, silentMs = ageMs }: AcceptanceReport,
  now: number,
): DedupStatus => {
  if (acceptedAt < settledBefore) return "settled";
  if (silentMs < SILENT_MS) return "open";
  // Who has died in an outage could write nothing in it. Words that others took meanwhile may be said again, and are not to be lost.
  return acceptedAt <= now - ageMs + ACCEPTS_AFTER_MS ? "unconfirmed" : "settled";
};
