import { countedJournal } from "#adapters/journal/counted.ts";
import { writtenJournal } from "#adapters/journal/json-lines.ts";
import { type Journal, type JournalEvent, journalToAll } from "#core/ports/journal.ts";
import type { Timer } from "#core/ports/timer.ts";
import { createLog, type LogOptions } from "./log.ts";

/** What a process tells its operator: as lines, and counted. */
export interface ProcessJournal extends Journal {
  /** How often each thing was told since the start. */
  counts(): Readonly<Record<JournalEvent, number>>;
  /** Writes what is still to be summarised. */
  flush(): void;
}

/** Keeps no process alive: what is summarised later is said when the process ends. */
const unheldTimer: Timer = {
  after: (ms, run) => {
    const timeout = setTimeout(run, ms).unref();
    return () => clearTimeout(timeout);
  },
};

export const openJournal = (options: LogOptions): ProcessJournal => {
  const written = writtenJournal(createLog(options), unheldTimer);
  const counted = countedJournal();
  return { ...journalToAll([counted, written]), counts: counted.counts, flush: written.flush };
};
