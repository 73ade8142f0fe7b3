import {
  JOURNAL_LEVELS,
  type Journal,
  type JournalEvent,
  type JournalFacts,
  journalTo,
} from "#core/ports/journal.ts";
import type { JournalLevel } from "#core/ports/journal-facts/level.ts";
import type { Timer } from "#core/ports/timer.ts";
import { limitedLines } from "./limited-lines.ts";
import { SENTENCES, type Sentence } from "./sentences.ts";

type Write = (fields: Readonly<Record<string, unknown>>, line: string) => void;

/** A log of lines by level, such as one of pino's. It must not throw, and leaves out what errors must not betray. */
export interface Lines {
  readonly error: Write;
  readonly warn: Write;
  readonly info: Write;
  readonly debug: Write;
  isLevelEnabled(level: string): boolean;
}

export interface WrittenJournal extends Journal {
  /** Writes what is still to be summarised. */
  flush(): void;
}

interface Line {
  readonly event: JournalEvent;
  readonly level: JournalLevel;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly says: string;
}

/** Writes each fact as a line with the name of its event. Of many that are alike a few are written, and then how many there were. */
export const writtenJournal = (lines: Lines, timer: Timer): WrittenJournal => {
  const write = ({ event, level, fields, says }: Line, leftOut: number, isLast: boolean): void => {
    const line = { event, ...fields };
    if (leftOut > 0) lines[level]({ ...line, leftOut }, `${says}: ${leftOut} more of them`);
    else lines[level](line, isLast ? `${says}; more of them in this minute are only counted` : says);
  };
  const limited = limitedLines<Line>({ timer, write });
  const journal = journalTo((event, fact) => {
    const sentence = SENTENCES[event] as Sentence<JournalFacts[typeof event]>;
    const { says, alike } = sentence;
    const level = sentence.level?.(fact) ?? JOURNAL_LEVELS[event];
    if (!lines.isLevelEnabled(level)) return;
    const line = {
      event,
      level,
      fields: fieldsOf(fact),
      says: typeof says === "string" ? says : says(fact),
    };
    if (alike === undefined) write(line, 0, false);
    else limited.add(`${event} ${alike(fact)}`, line);
  });
  return { ...journal, flush: limited.flush };
};

/** Durations are written in whole milliseconds, errors under the name by which logs know them. */
const fieldsOf = (fact: object): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fact).map(([name, value]) => [
      name === "error" ? "err" : name,
      typeof value === "number" && name.endsWith("Ms") ? Math.round(value) : value,
    ]),
  );
