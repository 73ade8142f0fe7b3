import { type Kysely, sql } from "kysely";
import type { Schema } from "#adapters/postgres/schema.ts";
import { type BudgetPlace, PLACE_TTL_MS } from "#core/ports/numbers.ts";

/** Held while the places of all budgets are counted: reservations follow each other, also those of other processes. */
const BUDGET_LOCK = 7_340_297;

/** Expires by the clock of the database. */
export const reservePlace = (db: Kysely<Schema>, { id, country, budget }: BudgetPlace): Promise<boolean> =>
  db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${BUDGET_LOCK})`.execute(trx);
    await trx.deleteFrom("budget_place").where("expires_at", "<=", sql<Date>`now()`).execute();
    // One statement, and so one snapshot: a number that is being added counts either as a place or as a number.
    const { taken } = await trx
      .selectNoFrom((eb) => [
        eb(
          eb
            .selectFrom("number")
            .where("country", "=", country)
            .select((number) => number.fn.countAll<number>().as("count")),
          "+",
          eb
            .selectFrom("budget_place")
            .where("country", "=", country)
            .select((place) => place.fn.countAll<number>().as("count")),
        ).as("taken"),
      ])
      .executeTakeFirstOrThrow();
    if (Number(taken) >= budget) return false;
    const expiresAt = sql<Date>`now() + make_interval(secs => ${PLACE_TTL_MS / 1_000})`;
    await trx.insertInto("budget_place").values({ id, country, expires_at: expiresAt }).execute();
    return true;
  });

export const releasePlace = async (db: Kysely<Schema>, id: string): Promise<void> => {
  await db.deleteFrom("budget_place").where("id", "=", id).execute();
};
