import type { SteadyClock } from "#core/ports/clock.ts";

/**
 * The time of day of storage, by which all processes agree on what is due and what has expired, whatever their own clocks say. It is
 * learned from the answers to heartbeats, and is this process's own until the first.
 */
export interface StorageClock extends SteadyClock {
  /**
   * Storage said that it was `storageNow` between `askedAt` and now, both by this process's time of day. What the round trip
   * explains changes nothing.
   */
  learn(askedAt: number, storageNow: number): void;
  /** How far storage's time is ahead of this process's, in milliseconds; negative: behind. */
  skewMs(): number;
}

/** Clocks that differ by more are worth telling people. */
export const CLOCK_SKEW_TOLD_MS = 1_000;
/** A process whose clock differs by more does not start. */
export const CLOCK_SKEW_MAX_MS = 30_000;

export const createStorageClock = (clock: SteadyClock): StorageClock => {
  let skewMs = 0;
  return {
    now: () => clock.now() + skewMs,
    elapsed: clock.elapsed,
    learn: (askedAt, storageNow) => {
      const [least, most] = [storageNow - clock.now(), storageNow - askedAt];
      // A clock that was set while storage was asked tells nothing.
      if (least <= most) skewMs = Math.min(Math.max(skewMs, least), most);
    },
    skewMs: () => skewMs,
  };
};

/** Whether a process with this skew must not start. */
export const isSkewed = (skewMs: number): boolean => Math.abs(skewMs) > CLOCK_SKEW_MAX_MS;

/** This process's clock and that of storage differ by so much that one of them is wrong. */
export class ClockSkewed extends Error {
  override readonly name = "ClockSkewed";

  constructor(skewMs: number) {
    const seconds = Math.round(Math.abs(skewMs) / 1_000);
    const direction = skewMs > 0 ? "behind" : "ahead of";
    super(
      `The clock of this machine is ${seconds} s ${direction} that of the database: set one of them right`,
    );
  }
}

/** Tells of a skew above {@link CLOCK_SKEW_TOLD_MS}, once a minute while it lasts. */
export const createSkewTeller = (clock: SteadyClock, tell: (skewMs: number) => void) => {
  let toldAt = Number.NEGATIVE_INFINITY;
  return (skewMs: number): void => {
    if (Math.abs(skewMs) <= CLOCK_SKEW_TOLD_MS || clock.elapsed() - toldAt < TELL_EVERY_MS) return;
    toldAt = clock.elapsed();
    tell(skewMs);
  };
};

const TELL_EVERY_MS = 60_000;
