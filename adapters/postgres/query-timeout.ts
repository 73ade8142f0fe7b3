import { createLinkedList, type Linked } from "#core/structures/linked-list.ts";

/** How often queries are looked at. */
const LOOK_MS = 500;

/** A query that the database has not answered yet. */
export interface PendingQuery extends Linked<PendingQuery> {
  readonly since: number;
  readonly giveUp: () => void;
}

/** Gives up queries that a server, or the network before it, does not answer. */
export interface QueryTimeout {
  start(giveUp: () => void): PendingQuery;
  answered(query: PendingQuery): void;
  stop(): void;
}

/**
 * `ms`: how long an answer may take, and up to half a second more; 0: for ever. One timer for all queries: one for each would cost as
 * much as the query.
 */
export const startQueryTimeout = (ms: number): QueryTimeout => {
  const open = createLinkedList<PendingQuery>();
  const look = (): void => {
    const before = performance.now() - ms;
    for (let oldest = open.first(); oldest && oldest.since < before; oldest = open.first()) {
      open.remove(oldest);
      oldest.giveUp();
    }
  };
  const looking = ms > 0 ? setInterval(look, LOOK_MS).unref() : undefined;
  return {
    start: (giveUp) => {
      const query: PendingQuery = {
        since: performance.now(),
        giveUp,
        previous: null,
        next: null,
        isLinked: false,
      };
      open.add(query);
      return query;
    },
    answered: open.remove,
    stop: () => clearInterval(looking),
  };
};
