import { randomInt } from "node:crypto";
import type { Kysely } from "kysely";
import { sql } from "kysely";
import type { Schema } from "#adapters/postgres/schema.ts";

/** Two eras of the same number, of two restores of one backup, hardly ever have the same tag. */
const TAGS = 2 ** 31;

const NEXT = `select era + 1 as next from event_era
where era = (select max(era) from event_era) and system_identifier is distinct from cluster_identifier()`;

/**
 * The era that has to begin, as the current one began in another cluster; null: none. A cluster counts its transactions by itself, so that
 * those of a dump that is restored into it would stand among its own as if they were to come.
 */
export const pendingEra = async (db: Kysely<Schema>): Promise<number | null> => {
  const { rows } = await sql.raw<{ next: number }>(NEXT).execute(db);
  return rows[0]?.next ?? null;
};

const nextEra = async (db: Kysely<Schema>): Promise<number> => {
  const { rows } = await sql.raw<{ next: number }>("select max(era) + 1 as next from event_era").execute(db);
  return rows[0]!.next;
};

/**
 * Begins it: what has been written until now counts as settled, and comes before all that is written from now on. `isForced`: also in the
 * cluster of the current one, when that has gone back to an earlier point.
 */
export const beginEra = (db: Kysely<Schema>, { isForced = false } = {}): Promise<number | null> =>
  db.transaction().execute(async (trx) => {
    const era = isForced ? await nextEra(trx) : await pendingEra(trx);
    if (era === null) return null;
    await sql.raw(`alter table event_batch alter column era set default ${era}`).execute(trx);
    // breakage: begin-equal-eras
    const tag = randomInt(1, TAGS);
    await sql`insert into event_era (era, system_identifier, tag)
      select ${era}, cluster_identifier(), ${tag}`.execute(trx);
    return era;
  });
