import type { LoggedEvent, NewEvent } from "#core/domain/event.ts";
import { DEFAULT_SERVICE_SLUG } from "#core/domain/service.ts";
import {
  type EventPage,
  type EventQuery,
  type Events,
  NO_STATE,
  type StateChange,
} from "#core/ports/events.ts";
import { type MemoryTables, nextCount } from "./tables.ts";

/** Adds events to the log, at the moment in which they become true. */
export const log = (tables: MemoryTables, ...events: readonly NewEvent[]): void => {
  for (const event of events) {
    const cursor = cursorOf(tables, tables.events.dropped + tables.events.log.length + 1);
    const { serviceId } = event;
    const service =
      serviceId === null ? DEFAULT_SERVICE_SLUG : (tables.services.get(serviceId)?.slug ?? serviceId);
    tables.events.log.push({ ...event, id: `evt_${cursor}`, cursor, service } as LoggedEvent);
  }
  for (const listener of [...tables.newsListeners]) listener();
};

/** Tells of what is not in its state yet; answers that. */
export const logChanges = (tables: MemoryTables, changes: readonly StateChange[]): readonly StateChange[] =>
  changes.filter(({ of, state, event }) => {
    // breakage: tell-of-each-count
    if ((tables.toldStates.get(of) ?? NO_STATE) === state) return false;
    tables.toldStates.set(of, state);
    if (event !== null) log(tables, event);
    return true;
  });

/**
 * The n-th event that was ever logged, from 1; 0: before all. After a restore the same numbers come once more: what is numbered in a later era
 * says so.
 */
const cursorOf = ({ events: { eras } }: MemoryTables, place: number): string => {
  const era = eras.filter(({ begunAt }) => begunAt < place).length;
  const tag = eras[era - 1]?.tag;
  return [...(tag === undefined ? [] : [era, tag]), place].map((part) => part.toString(36)).join("-");
};

const CURSOR = /^(?:([0-9a-z]{1,4})-([0-9a-z]{1,9})-)?([0-9a-z]{1,9})$/;

/**
 * Null: no cursor of ours. One from the time that a restore took back stands where the next era begins; one from an era that a restore took
 * back, where the one began that came instead.
 */
const placeOf = ({ events }: MemoryTables, after: string): number | null => {
  const { dropped, eras } = events;
  const end = dropped + events.log.length;
  if (after === "first") return dropped;
  if (after === "now") return end;
  const [, era = "0", tag, place] = CURSOR.exec(after) ?? [];
  if (place === undefined) return null;
  const number = Number.parseInt(era, 36);
  if (tag !== undefined && eras[number - 1]?.tag !== Number.parseInt(tag, 36))
    return (eras[number - 1] ?? eras.at(-1))?.begunAt ?? end;
  return Math.min(Number.parseInt(place, 36), eras[number]?.begunAt ?? Number.POSITIVE_INFINITY);
};

/** All that is told from now on comes after every cursor that there is. */
export const beginEra = (tables: MemoryTables): void => {
  const { eras, dropped, log: kept } = tables.events;
  eras.push({ begunAt: dropped + kept.length, tag: nextCount(tables) });
};

const read = (tables: MemoryTables, { after, types, limit, service = null }: EventQuery): EventPage => {
  const start = placeOf(tables, after);
  if (start === null) return { kind: "unknown-cursor" };
  const { dropped, log: kept } = tables.events;
  if (start < dropped) return { kind: "expired", oldest: cursorOf(tables, dropped) };
  const items: LoggedEvent[] = [];
  let place = start;
  for (const event of kept.slice(start - dropped)) {
    if (items.length === limit) return { kind: "page", items, next: cursorOf(tables, place), isLast: false };
    place += 1;
    const isWanted = types === null || types.includes(event.type);
    if (isWanted && (service === null || event.service === service)) items.push(event);
  }
  return { kind: "page", items, next: cursorOf(tables, place), isLast: true };
};

export const memoryEvents = (tables: MemoryTables): Events => ({
  read: async (query) => read(tables, query),
  placeAt: async (instant) => {
    const { dropped, log: kept } = tables.events;
    const first = kept.findIndex(({ at }) => at >= instant);
    return cursorOf(tables, dropped + (first === -1 ? kept.length : first));
  },
  onNews: (listener) => {
    tables.newsListeners.add(listener);
    return () => tables.newsListeners.delete(listener);
  },
  tell: async (events) => log(tables, ...events),
  tellChanges: async (changes) => logChanges(tables, changes),
  rotate: async (_now, writtenBefore) => {
    const { log: kept } = tables.events;
    const firstKept = kept.findIndex(({ at }) => at >= writtenBefore);
    const old = firstKept === -1 ? kept.length : firstKept;
    kept.splice(0, old);
    tables.events.dropped += old;
  },
});
