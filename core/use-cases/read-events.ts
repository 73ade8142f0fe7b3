import { type EventType, typesOf } from "#core/domain/event.ts";
import { EVENTS_MAX, type EventPage, type Events } from "#core/ports/events.ts";

export interface ReadEventsInput {
  /** A cursor, or `first`; null: from now. */
  readonly after: string | null;
  /** Types, or patterns such as `message.*`; null: all. */
  readonly types: readonly string[] | null;
  readonly limit: number;
  /** The slug of a service, whose events alone are read; null: all. */
  readonly service: string | null;
}

export type ReadEventsOutcome = EventPage | { readonly kind: "unknown-type"; readonly type: string };

/** The events after a cursor, in the order in which everybody reads them. */
export const readEvents =
  ({ events }: { readonly events: Pick<Events, "read"> }) =>
  async ({ after, types, limit, service }: ReadEventsInput): Promise<ReadEventsOutcome> => {
    const wanted = new Set<EventType>();
    for (const pattern of types ?? []) {
      const meant = typesOf(pattern);
      if (meant.length === 0) return { kind: "unknown-type", type: pattern };
      for (const type of meant) wanted.add(type);
    }
    return events.read({
      after: after ?? "now",
      types: types === null ? null : [...wanted],
      limit: Math.min(Math.max(1, limit), EVENTS_MAX),
      service,
    });
  };

/** Calls `listener` when there may be new events. Answers how to stop that. */
export const watchEvents =
  ({ events }: { readonly events: Pick<Events, "onNews"> }) =>
  (listener: () => void): (() => void) =>
    events.onNews(listener);
