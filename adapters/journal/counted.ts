import { JOURNAL_EVENTS, type Journal, type JournalEvent, journalTo } from "#core/ports/journal.ts";

export interface CountedJournal extends Journal {
  /** How often each thing was told since the start. */
  counts(): Readonly<Record<JournalEvent, number>>;
}

/** A journal that counts what it is told. */
export const countedJournal = (): CountedJournal => {
  const counts = Object.fromEntries(JOURNAL_EVENTS.map((event) => [event, 0])) as Record<
    JournalEvent,
    number
  >;
  const journal = journalTo((event) => {
    counts[event] += 1;
  });
  return { ...journal, counts: () => counts };
};
