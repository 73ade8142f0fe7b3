/**
 * Remembers, for each dispatcher of this process, before which message nothing that it was born with can be unfinished
 * (`dispatcher.recover_from`): a burial looks for messages from there on. The mark must never lie above a message that is
 * about to be written, so a batch with an older message has to lower it in its own transaction.
 */
export interface BirthMarks {
  /** `oldest`: the lowest id that the batch wants to be born in hand. Call `end` when the batch is over. */
  begin(dispatcher: string, oldest: string): Promise<Birth>;
  /** The mark for a heartbeat, which is to be run by `write`; null leaves it as it is. */
  raise<T>(
    dispatcher: string,
    oldestInHand: string | null,
    write: (mark: string | null) => Promise<T>,
  ): Promise<T>;
  forget(dispatcher: string): void;
}

export interface Birth {
  /** The stored mark may be higher, or missing. */
  readonly mustLower: boolean;
  end(isWritten: boolean): void;
}

interface Marks {
  /** What is stored, or about to be; null while nothing is known. */
  mark: string | null;
  /** The newest message that was ever born. */
  newest: string | null;
  readonly inFlight: Set<{ readonly oldest: string }>;
  raising: Promise<unknown>;
}

export const birthMarks = (): BirthMarks => {
  const marksByDispatcher = new Map<string, Marks>();
  const marksOf = (dispatcher: string): Marks => {
    const known = marksByDispatcher.get(dispatcher);
    if (known) return known;
    const marks: Marks = { mark: null, newest: null, inFlight: new Set(), raising: Promise.resolve() };
    marksByDispatcher.set(dispatcher, marks);
    return marks;
  };
  return {
    begin: async (dispatcher, oldest) => {
      const marks = marksOf(dispatcher);
      const entry = { oldest };
      marks.inFlight.add(entry);
      const mustLower = marks.mark === null || oldest < marks.mark;
      // A heartbeat on its way must not undo the lowering.
      if (mustLower) await marks.raising;
      return {
        mustLower,
        end: (isWritten) => {
          marks.inFlight.delete(entry);
          if (!isWritten) return;
          marks.mark = lower(marks.mark, oldest);
          if (marks.newest === null || marks.newest < oldest) marks.newest = oldest;
        },
      };
    },
    raise: async (dispatcher, oldestInHand, write) => {
      const marks = marksOf(dispatcher);
      const candidate = oldestInHand ?? marks.newest;
      let mark = candidate;
      if (mark !== null) for (const { oldest } of marks.inFlight) mark = lower(mark, oldest);
      if (mark !== null) marks.mark = mark;
      const written = write(mark);
      marks.raising = written.catch(() => {});
      return written;
    },
    forget: (dispatcher) => {
      marksByDispatcher.delete(dispatcher);
    },
  };
};

const lower = (a: string | null, b: string): string => (a === null || b < a ? b : a);
