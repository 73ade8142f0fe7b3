import type { Timer } from "#core/ports/timer.ts";

/** Lines of one kind within a window; what is beyond them is counted, and said in one line when the window ends. */
export const LINES_MAX = 5;
export const WINDOW_MS = 60_000;
/** Kinds that are told apart at once; what is beyond them shares one. */
const KINDS_MAX = 1_000;

export interface LimitedLines<T> {
  /** Writes a line at once, or counts it. Lines of one `kind` are alike. */
  add(kind: string, line: T): void;
  /** Says what has been counted and not yet been said. */
  flush(): void;
}

export interface LimitedLinesOptions<T> {
  readonly timer: Timer;
  /** `leftOut`: how many more there were, of which this is the last; 0: it stands for itself. `isLast`: more of its kind are counted. */
  readonly write: (line: T, leftOut: number, isLast: boolean) => void;
}

interface Window<T> {
  lines: number;
  leftOut: number;
  last: T | null;
}

/** A flood of lines of one kind becomes a few, and a count each minute for as long as it lasts. */
export const limitedLines = <T>({ timer, write }: LimitedLinesOptions<T>): LimitedLines<T> => {
  const windows = new Map<string, Window<T>>();
  let cancels = new Map<string, () => void>();

  const say = (window: Window<T>): void => {
    if (window.leftOut > 0 && window.last !== null) write(window.last, window.leftOut, false);
    window.leftOut = 0;
    window.last = null;
  };

  /** A kind of which something was left out stays limited: what goes on is told once a minute. */
  const end = (kind: string, window: Window<T>): void => {
    if (window.leftOut === 0) {
      windows.delete(kind);
      cancels.delete(kind);
      return;
    }
    say(window);
    window.lines = LINES_MAX;
    wait(kind, window);
  };
  const wait = (kind: string, window: Window<T>): void => {
    cancels.set(
      kind,
      timer.after(WINDOW_MS, () => end(kind, window)),
    );
  };

  return {
    add: (wanted, line) => {
      const kind = windows.has(wanted) || windows.size < KINDS_MAX ? wanted : "";
      let window = windows.get(kind);
      if (window === undefined) {
        window = { lines: 0, leftOut: 0, last: null };
        windows.set(kind, window);
        wait(kind, window);
      }
      if (window.lines >= LINES_MAX) {
        window.leftOut += 1;
        window.last = line;
        return;
      }
      window.lines += 1;
      write(line, 0, window.lines === LINES_MAX);
    },
    flush: () => {
      for (const cancel of cancels.values()) cancel();
      cancels = new Map();
      for (const window of windows.values()) say(window);
      windows.clear();
    },
  };
};
