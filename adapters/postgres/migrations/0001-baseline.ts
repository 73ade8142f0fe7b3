import { type Kysely, sql } from "kysely";
import { AUDIT } from "#adapters/postgres/migrations/baseline/audit.sql.ts";
import { BROADCASTS } from "#adapters/postgres/migrations/baseline/broadcasts.sql.ts";
import { DISPATCH } from "#adapters/postgres/migrations/baseline/dispatch.sql.ts";
import { EVENTS } from "#adapters/postgres/migrations/baseline/events.sql.ts";
import { PARTICIPANTS } from "#adapters/postgres/migrations/baseline/participants.sql.ts";
import { FUNCTIONS, PARTITIONS } from "#adapters/postgres/migrations/baseline/partitions.sql.ts";
import { PRIVACY } from "#adapters/postgres/migrations/baseline/privacy.sql.ts";
import { REQUESTS } from "#adapters/postgres/migrations/baseline/requests.sql.ts";
import { ROUTES } from "#adapters/postgres/migrations/baseline/routes.sql.ts";
import { SERVICES } from "#adapters/postgres/migrations/baseline/services.sql.ts";
import { TRAFFIC } from "#adapters/postgres/migrations/baseline/traffic.sql.ts";
import { WEBHOOKS } from "#adapters/postgres/migrations/baseline/webhooks.sql.ts";

/**
 * The whole schema. Times are milliseconds since the epoch, unless the column is a timestamptz. Real numbers are stored twice: sealed,
 * and as a blind index (`…_index`, a keyed hash; of type uuid because that is the fastest fixed-size type of 16 bytes). Virtual numbers
 * are bigint: E.164 has at most 15 digits.
 *
 * `priority` is a storage format: it holds the position in `PRIORITIES` of the domain (relay 0, system 1, broadcast 2), and the queue is
 * sorted by it. Append to that list, never change its order.
 */
export const up = async (db: Kysely<unknown>): Promise<void> => {
  for (const part of [
    SERVICES,
    PARTICIPANTS,
    ROUTES,
    FUNCTIONS,
    TRAFFIC,
    DISPATCH,
    REQUESTS,
    PARTITIONS,
    EVENTS,
    WEBHOOKS,
    BROADCASTS,
    AUDIT,
    PRIVACY,
  ]) {
    await sql.raw(part).execute(db);
  }
};
