import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";

export interface RepeatedlyOptions {
  readonly timer: Timer;
  readonly everyMs: number;
  /** Hears of what went wrong, but for a database that is away, of which others tell. It must not throw. */
  readonly onFault: (error: unknown) => void;
}

/**
 * Does something now, and again so many milliseconds after each time, also when it has failed. Answers how to stop, which resolves when
 * nothing is being done any more.
 */
export const repeatedly = (
  { timer, everyMs, onFault }: RepeatedlyOptions,
  run: () => Promise<void>,
): (() => Promise<void>) => {
  let isStopped = false;
  let cancel = (): void => {};
  const once = async (): Promise<void> => {
    try {
      await run();
    } catch (error) {
      if (!(error instanceof StorageUnavailable)) onFault(error);
    }
    if (isStopped) return;
    cancel = timer.after(everyMs, () => {
      running = once();
    });
  };
  let running = once();
  return async () => {
    isStopped = true;
    cancel();
    await running;
  };
};
