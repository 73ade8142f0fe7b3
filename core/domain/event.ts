import { EVENT_CATALOGUE } from "./event-catalogue.ts";

/** `conversation.opened` and so on. */
export type EventType = keyof typeof EVENT_CATALOGUE;

type Catalogue = typeof EVENT_CATALOGUE;

/** What the value of a field can be. */
interface FieldTypes {
  /** A UUID, or the id that the caller sees where it is shown. */
  readonly id: string;
  readonly text: string;
  readonly integer: number;
}

type ValueOf<F> = F extends { readonly type: infer T extends keyof FieldTypes }
  ?
      | (F extends { readonly values: readonly (infer V)[] } ? V : FieldTypes[T])
      | (F extends { readonly nullable: true } ? null : never)
  : never;

/** What an event of a type says beside its subject. */
export type EventData<T extends EventType> = {
  readonly [K in keyof Catalogue[T]["data"]]: ValueOf<Catalogue[T]["data"][K]>;
};

/** What an event is about. Ids are UUIDs; a number is one of ours; a link goes by its name; a country by its two letters. */
export type SubjectKind = Catalogue[EventType]["subject"];

/** An event as whoever makes it true says it: its place in the log is not known yet. */
export type NewEvent = {
  readonly [T in EventType]: {
    readonly type: T;
    /** Null: nobody whom an id could name, as when a person opts out who takes part in nothing. */
    readonly subject: string | null;
    readonly data: EventData<T>;
    /** The service that it belongs to, a UUID; null: none, or all. */
    readonly serviceId: string | null;
    /** When it happened, in milliseconds since the epoch. */
    readonly at: number;
  };
}[EventType];

/** An event as it stands in the log. */
export type LoggedEvent = NewEvent & {
  /** `evt_` and the cursor: the same whenever it is read. */
  readonly id: string;
  /** Its place: what is read after it comes later. Opaque. */
  readonly cursor: string;
  /** The slug of the service. What belongs to none, as what happens to a link, is told to the default one. */
  readonly service: string;
};

export const EVENT_TYPES = Object.keys(EVENT_CATALOGUE) as readonly EventType[];

const known: ReadonlySet<string> = new Set(EVENT_TYPES);

export const isEventType = (text: string): text is EventType => known.has(text);

/** The types that a pattern means: one type, all of a kind (`message.*`), or all (`*`). Empty when there are none. */
export const typesOf = (pattern: string): readonly EventType[] => {
  if (pattern === "*") return EVENT_TYPES;
  if (!pattern.endsWith(".*")) return isEventType(pattern) ? [pattern] : [];
  return EVENT_TYPES.filter((type) => type.startsWith(pattern.slice(0, -1)));
};
