import { type MemoryClock, memoryClock } from "#adapters/memory/clock.ts";
import type { Timer } from "#core/ports/timer.ts";

/** Time that passes only when told to, so that a test of hours takes milliseconds and runs the same way every time. */
export interface VirtualTime {
  readonly clock: MemoryClock;
  readonly timer: Timer;
  /** Runs what is due within `ms`, each at its instant, everything that follows from it before the next. */
  pass(ms: number): Promise<void>;
  /** Runs what needs no time. */
  settle(): Promise<void>;
  /** Lets time pass until the promise has come true; fails after `ms`. */
  until<T>(promise: Promise<T>, ms?: number): Promise<T>;
  /** Timers that have neither run nor been cancelled. */
  pending(): number;
}

interface Entry {
  readonly at: number;
  readonly run: () => void;
}

/** More than any test needs: a timer that sets itself again at once would otherwise go on for ever. */
const STEPS_MAX = 200_000;

export const virtualTime = (start: number = Date.UTC(2026, 0, 15, 12)): VirtualTime => {
  const clock = memoryClock(start);
  const entries = new Set<Entry>();

  const next = (): Entry | null => {
    let first: Entry | null = null;
    for (const entry of entries) if (first === null || entry.at < first.at) first = entry;
    return first;
  };

  // Promises are settled before the machine looks at anything else.
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  const pass = async (ms: number): Promise<void> => {
    const end = clock.now() + ms;
    await settle();
    for (let steps = 0; ; steps += 1) {
      if (steps > STEPS_MAX) throw new Error("Timers follow one another without end");
      const entry = next();
      if (!entry || entry.at > end) break;
      entries.delete(entry);
      clock.set(Math.max(clock.now(), entry.at));
      entry.run();
      await settle();
    }
    clock.set(Math.max(clock.now(), end));
  };

  return {
    clock,
    timer: {
      after: (ms, run) => {
        const entry = { at: clock.now() + ms, run };
        entries.add(entry);
        return () => void entries.delete(entry);
      },
    },
    pass,
    settle,
    until: async (promise, ms = 60_000) => {
      let isOver = false;
      const over = promise.finally(() => {
        isOver = true;
      });
      over.catch(() => {});
      const end = clock.now() + ms;
      await settle();
      while (!isOver && clock.now() < end) {
        const entry = next();
        await pass(Math.max(0, Math.min(entry?.at ?? end, end) - clock.now()));
      }
      if (!isOver) throw new Error(`Not over after ${ms} ms`);
      return over;
    },
    pending: () => entries.size,
  };
};
