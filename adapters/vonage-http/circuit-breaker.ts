import type { LinkStatus } from "#core/ports/carrier-link.ts";
import type { Clock } from "#core/ports/clock.ts";

/** So many answers in a row that never came count as a connection that cannot be made. */
const LOST_MAX = 5;

export interface AvailabilityOptions {
  /** Whether a connection can be made; asked while down. */
  readonly probe: () => Promise<boolean>;
  /** First pause before a probe; doubled up to the longest with every failure until an exchange works again. */
  readonly backOffMs: number;
  readonly backOffMaxMs: number;
  readonly clock: Clock;
  readonly onChange: () => void;
}

/** Whether a carrier can be reached: up until the contrary shows, down for a while, then tried again. */
export interface Availability {
  state(): LinkStatus["state"];
  since(): number;
  /** An answer came, whatever it says. */
  worked(): void;
  /** An answer never came. */
  lost(): void;
  /** No connection came about. */
  failed(): void;
  /** Down for good. */
  stop(): void;
}

export const availability = (options: AvailabilityOptions): Availability => {
  const { probe, backOffMs, backOffMaxMs, clock, onChange } = options;
  let state: LinkStatus["state"] = "up";
  let since = clock.now();
  let pauseMs = backOffMs;
  let lostInARow = 0;
  let pause: NodeJS.Timeout | undefined;
  let stopped = false;

  const enter = (next: LinkStatus["state"]): void => {
    if (next === state) return;
    state = next;
    since = clock.now();
    onChange();
  };

  const goDown = (): void => {
    enter("down");
    pause = setTimeout(() => void tryAgain(), pauseMs);
    pause.unref();
    pauseMs = Math.min(pauseMs * 2, backOffMaxMs);
  };

  const tryAgain = async (): Promise<void> => {
    enter("connecting");
    const can = await probe();
    if (stopped) return;
    if (can) enter("up");
    else goDown();
  };

  const failed = (): void => {
    lostInARow = 0;
    if (state === "up") goDown();
  };

  return {
    state: () => state,
    since: () => since,
    failed,
    worked: () => {
      lostInARow = 0;
      pauseMs = backOffMs;
    },
    lost: () => {
      lostInARow += 1;
      if (lostInARow >= LOST_MAX) failed();
    },
    stop: () => {
      stopped = true;
      clearTimeout(pause);
      enter("down");
    },
  };
};
