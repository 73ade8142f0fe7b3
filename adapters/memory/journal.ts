import { type Journal, type JournalEvent, type JournalFacts, journalTo } from "#core/ports/journal.ts";

/** One thing that was told. */
export type JournalEntry = {
  readonly [Event in JournalEvent]: { readonly event: Event; readonly fact: JournalFacts[Event] };
}[JournalEvent];

export interface RecordedJournal extends Journal {
  /** In the order in which it was told; the oldest are forgotten. */
  entries(): readonly JournalEntry[];
  /** The facts of one kind. */
  told<Event extends JournalEvent>(event: Event): readonly JournalFacts[Event][];
}

const ENTRIES_MAX = 100_000;

/** A journal that remembers what it is told. */
export const recordedJournal = (): RecordedJournal => {
  let entries: JournalEntry[] = [];
  const journal = journalTo((event, fact) => {
    if (entries.length >= ENTRIES_MAX) entries = entries.slice(ENTRIES_MAX / 2);
    entries.push({ event, fact } as JournalEntry);
  });
  return {
    ...journal,
    entries: () => entries,
    told: <Event extends JournalEvent>(event: Event) =>
      entries.filter((entry) => entry.event === event).map(({ fact }) => fact as JournalFacts[Event]),
  };
};
