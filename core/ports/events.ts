import type { EventType, LoggedEvent, NewEvent } from "#core/domain/event.ts";

/**
 * The log of everything that is told to the outside. Events are written with what they tell of, in one transaction, so that none is
 * missing and none tells of what was rolled back; everybody reads them in the same order, which is that of causes within a subject.
 */
export interface Events {
  /**
   * The events after a place, oldest first. Once a place has been read up to, nothing is added before it, so that whoever goes on from
   * `next` misses nothing and reads nothing twice.
   */
  read(query: EventQuery): Promise<EventPage>;
  /** A cursor from which all is read that has happened at an instant or later and is kept; also some of what was before. */
  placeAt(instant: number): Promise<string>;
  /** Calls `listener` when there may be something new, also for nothing, and at least once a second. Answers how to stop that. */
  onNews(listener: () => void): () => void;
  /** Adds events that tell of nothing else that is stored. */
  tell(events: readonly NewEvent[]): Promise<void>;
  /**
   * Tells of changes once, whoever of many sees them: nothing where the state was the last one told of the same thing. Answers what was
   * changed.
   */
  tellChanges(changes: readonly StateChange[]): Promise<readonly StateChange[]>;
  /**
   * Prepares for the events of the next days, which are kept also without, and forgets those that were written before an instant: whole
   * days of them, so that some are kept longer, and more where our clock seems to be ahead.
   */
  rotate(now: number, writtenBefore: number): Promise<void>;
}

/** Something is in a state now. */
export interface StateChange {
  /** What it is of, such as a pool: by a name that nothing else has. */
  readonly of: string;
  /** A word; what nobody has told of is in {@link NO_STATE}. */
  readonly state: string;
  /** Null: the change is kept, so that the next one is told, and nothing is said. */
  readonly event: NewEvent | null;
}

export const NO_STATE = "none";

export const EVENTS_MAX = 1_000;

export interface EventQuery {
  /** A cursor; `first`: from the oldest that is kept; `now`: what comes from now on, and perhaps the last ones before. */
  readonly after: string;
  /** Null: all. */
  readonly types: readonly EventType[] | null;
  /** 1 to {@link EVENTS_MAX}. */
  readonly limit: number;
  /** Only those of the service of this slug; null: all. */
  readonly service?: string | null;
}

export type EventPage =
  | {
      readonly kind: "page";
      readonly items: readonly LoggedEvent[];
      /** Where to go on: a cursor, also when there is nothing. */
      readonly next: string;
      /** Nothing more can be read now. */
      readonly isLast: boolean;
    }
  /** What came after the cursor has been dropped. `oldest`: a cursor from which all that is kept is read. */
  | { readonly kind: "expired"; readonly oldest: string }
  /** No cursor of ours. */
  | { readonly kind: "unknown-cursor" };
