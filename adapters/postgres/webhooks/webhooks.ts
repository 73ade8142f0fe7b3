import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import { ENDPOINTS_MAX, type Webhooks } from "#core/ports/webhooks.ts";
import { keepAttempts, newestAttempts } from "./attempts.ts";
import { postgresDeliveries } from "./deliveries.ts";
import { COLUMNS, type EndpointRow, endpointOf, INSERT, valuesOf } from "./endpoint-rows.ts";

interface WebhooksContext {
  readonly db: Kysely<Schema>;
  readonly steady: Execute;
  readonly sealed: SealedValues;
}

const ADD = `${INSERT} select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16
where (select count(*) from webhook_endpoint) < ${ENDPOINTS_MAX} on conflict (id) do nothing`;

const ONE = `select ${COLUMNS} from webhook_endpoint e where id = $1`;
const LIST = `select ${COLUMNS} from webhook_endpoint e where $1::text is null or service = $1 order by id`;

const REPLACE = `update webhook_endpoint e set url = $2, events = $3, include = $4, secrets = $5, state = $6, disabled_reason = $7,
  cursor = $8, skip_before = $9, failures = $10, failing_since = $11, probe_at = $12, version = version + 1
where id = $1 returning ${COLUMNS}`;

export const postgresWebhooks = ({ db, steady, sealed }: WebhooksContext): Webhooks => {
  const get = async (execute: Execute, id: string, lock = ""): Promise<WebhookEndpoint | null> => {
    const [row] = await execute<EndpointRow>(`${ONE} ${lock}`, [id]);
    return row ? endpointOf(sealed, row) : null;
  };
  return {
    add: async (endpoint) => {
      const execute = executeIn(db);
      await execute(ADD, valuesOf(sealed, endpoint));
      return (await get(execute, endpoint.id)) ?? "too-many";
    },
    get: (id) => get(executeIn(db), id),
    list: async (service) =>
      (await executeIn(db)<EndpointRow>(LIST, [service])).map((row) => endpointOf(sealed, row)),
    change: (id, version, change) =>
      db.transaction().execute(async (trx) => {
        const execute = executeIn(trx);
        const known = await get(execute, id, "for update");
        if (known === null) return null;
        if (known.version !== version) return "version-mismatch";
        const next = { ...known, ...change };
        // What cannot be opened stays as it is: it may be opened by another process.
        const secrets =
          next.secrets === null ? await sealedSecrets(execute, id) : sealed.sealSecrets(id, next.secrets);
        const [row] = await execute<EndpointRow>(REPLACE, [
          id,
          next.url,
          [...next.events],
          [...next.include],
          secrets,
          next.state,
          next.disabledReason,
          next.cursor,
          next.skipBefore,
          next.breaker.failures,
          next.breaker.failingSince,
          next.breaker.probeAt,
        ]);
        return endpointOf(sealed, row!);
      }),
    remove: async (id) =>
      (await executeIn(db)("delete from webhook_endpoint where id = $1 returning 1", [id])).length > 0,
    attempts: (id, limit) => newestAttempts(executeIn(db), sealed, id, limit),
    keepAttempt: (id, attempt) => keepAttempts(executeIn(db), sealed, id, [attempt]),
    ...postgresDeliveries(db, steady, sealed),
  };
};

const sealedSecrets = async (execute: Execute, id: string): Promise<Buffer> => {
  const [row] = await execute<{ secrets: Buffer }>("select secrets from webhook_endpoint where id = $1", [
    id,
  ]);
  return row!.secrets;
};
