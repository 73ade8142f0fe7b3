import type { Kysely } from "kysely";
import type { ConnectionPool } from "#adapters/postgres/connection.ts";
import { executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Events } from "#core/ports/events.ts";
import type { News } from "./news.ts";
import { rotateEvents } from "./partitions.ts";
import { placeAt, readLog } from "./read.ts";
import { tell } from "./tell.ts";
import { tellChanges } from "./tell-changes.ts";

export interface EventsContext {
  readonly db: Kysely<Schema>;
  readonly connections: ConnectionPool;
  readonly clock: Clock;
  readonly news: News;
}

export const postgresEvents = ({ db, connections, clock, news }: EventsContext): Events => ({
  read: readLog(connections, news.unsettled),
  placeAt: placeAt(connections),
  onNews: news.on,
  tell: async (events) => {
    await tell(executeIn(db), events);
    if (events.length > 0) news.announce();
  },
  tellChanges: async (changes) => {
    const told = await tellChanges(db, changes);
    if (told.length > 0) news.announce();
    return told;
  },
  rotate: rotateEvents(connections, clock),
});
