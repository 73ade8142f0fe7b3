import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import type { LoggedEvent } from "#core/domain/event.ts";
import type { EventPage, EventQuery } from "#core/ports/events.ts";
import type { BatchRow } from "./batch-row.ts";
import { cursorOf, type EraTags, isBefore, type Place, placeOf } from "./cursor.ts";
import { type Entry, entriesOf, expand } from "./expand.ts";
import { slugsOf } from "./service.ts";

/** Rows of one round trip. */
const ROWS = 100;
/** Entries that one call looks through for events of the types that are wanted. */
const ENTRIES_MAX = 10_000;

const CURRENT_ERA = "(select max(era) from event_era)";

/**
 * An id below the snapshot's xmin has ended, and no later transaction can get one: what is read is closed for ever. Rows of older eras have
 * all ended. One row that has not ended comes last, so that the reader knows of it.
 */
// breakage: read-unsettled-events
const SETTLED = `(b.era < ${CURRENT_ERA} or b.xid < pg_snapshot_xmin(pg_current_snapshot()))`;

// breakage: order-events-by-position
const ORDER = "b.era, b.xid, b.position";

export const READ = `select b.era, b.xid::text as xid, b.position::text as position, sent, ended, received, told, not ${SETTLED} as unsettled
from event_batch b
where (b.era, b.xid, b.position) >= ($1::smallint, $2::xid8, $3::bigint)
order by ${ORDER} limit ${ROWS}`;

const STATE = `select ${CURRENT_ERA} as era, pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
  (select jsonb_object_agg(era, tag) from event_era) as tags, f.era as floor_era, f.xid::text as floor_xid, f.position::text as floor_position, f.ordinal as floor_ordinal from event_floor f`;

interface StateRow {
  readonly era: number;
  readonly xmin: string;
  readonly tags: Readonly<Record<string, number>>;
  readonly floor_era: number;
  readonly floor_xid: string;
  readonly floor_position: string;
  readonly floor_ordinal: number;
}

/** Beyond all that a row can hold. */
const AFTER_ROW = 2 ** 31;

interface LogState {
  readonly now: Place;
  readonly first: Place;
  readonly tags: EraTags;
}

const stateOf = async (execute: Execute): Promise<LogState> => {
  const [row] = await execute<StateRow>(STATE);
  const {
    era,
    xmin,
    tags,
    floor_era,
    floor_xid: xid,
    floor_position: position,
    floor_ordinal: ordinal,
  } = row!;
  return {
    now: { era, xid: xmin, position: "0", ordinal: -1 },
    first: { era: floor_era, xid, position, ordinal },
    tags: new Map(Object.entries(tags).map(([number, tag]) => [Number(number), tag])),
  };
};

/** `unsettled`: hears that something waits for a transaction to end. */
export const readLog =
  (connections: ConnectionPool, unsettled: () => void) =>
  (query: EventQuery): Promise<EventPage> =>
    withConnection(connections, async (connection) => {
      const execute = executeOn(connection);
      const state = await stateOf(execute);
      const { after } = query;
      const start = after === "first" || after === "now" ? state[after] : placeOf(after, state.tags);
      if (start === null) return { kind: "unknown-cursor" };
      const page = await readFrom(execute, start, query, state.tags, unsettled);
      // Only now, as something may have been dropped meanwhile.
      const { first } = await stateOf(execute);
      return isBefore(start, first) ? { kind: "expired", oldest: cursorOf(first, state.tags) } : page;
    });

/** Events are written a moment after they have happened, by clocks that may be apart. */
const WRITTEN_WITHIN_MS = 60_000;

const FIRST_WRITTEN = `select era, xid::text as xid, position::text as position from event_batch where written_at >= $1
order by era, xid, position limit 1`;

export const placeAt =
  (connections: ConnectionPool) =>
  (instant: number): Promise<string> =>
    withConnection(connections, async (connection) => {
      const execute = executeOn(connection);
      const state = await stateOf(execute);
      const [row] = await execute<Omit<Place, "ordinal">>(FIRST_WRITTEN, [
        Math.floor(instant) - WRITTEN_WITHIN_MS,
      ]);
      if (row === undefined) return cursorOf(state.now, state.tags);
      const place = { ...row, ordinal: -1 };
      return cursorOf(isBefore(place, state.first) ? state.first : place, state.tags);
    });

const readFrom = async (
  execute: Execute,
  start: Place,
  { types, limit, service = null }: EventQuery,
  tags: EraTags,
  unsettled: () => void,
): Promise<EventPage> => {
  const wanted = types === null ? null : new Set(types);
  const items: LoggedEvent[] = [];
  const slugs = await slugsOf(execute);
  let place = start;
  for (let looked = 0; looked < ENTRIES_MAX; ) {
    const rows = await execute<BatchRow>(READ, [place.era, place.xid, place.position]);
    const settled = rows.filter((row) => !row.unsettled);
    const entries = settled.flatMap(entriesOf).filter((entry) => isBefore(place, entry.place));
    if (settled.length < rows.length) unsettled();
    for (const part of slices(entries, limit)) {
      for (const { place: at, event } of await expand(execute, part)) {
        const cursor = cursorOf(at, tags);
        const logged = { ...event, id: `evt_${cursor}`, cursor, service: slugs(event) } as LoggedEvent;
        if (wanted?.has(event.type) === false || (service !== null && logged.service !== service)) continue;
        items.push(logged);
        if (items.length === limit) return { kind: "page", items, next: cursor, isLast: false };
      }
      place = part.at(-1)!.place;
    }
    looked += entries.length;
    const last = settled.at(-1);
    if (settled.length < ROWS || last === undefined)
      return { kind: "page", items, next: cursorOf(place, tags), isLast: true };
    place = { era: last.era, xid: last.xid, position: last.position, ordinal: AFTER_ROW };
  }
  return { kind: "page", items, next: cursorOf(place, tags), isLast: false };
};

/** As many entries as are needed at a time: each is read from the tables of its facts. */
const slices = (entries: readonly Entry[], size: number): readonly (readonly Entry[])[] =>
  Array.from({ length: Math.ceil(entries.length / size) }, (_, n) => entries.slice(n * size, (n + 1) * size));
