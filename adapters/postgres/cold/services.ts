import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { secretsIn, withSecrets } from "#core/domain/hook-secrets.ts";
import { DEFAULT_SERVICE_ID, type Service } from "#core/domain/service.ts";
import type { ServiceRules } from "#core/domain/service-rules.ts";
import {
  type NewService,
  SERVICES_AGE_MS,
  SERVICES_MAX,
  type ServiceChange,
  type Services,
} from "#core/ports/services.ts";

interface ServicesContext {
  readonly db: Kysely<Schema>;
  readonly sealed: SealedValues;
  readonly monotonicMs: () => number;
  /** Calls when somebody says that services have changed. */
  readonly onChange: (forget: () => void) => void;
}

interface ServiceRow {
  readonly id: string;
  readonly slug: string;
  readonly name: string | null;
  /** Without the secrets of hooks. */
  readonly rules: ServiceRules;
  readonly hook_secrets: Buffer | null;
  readonly version: number;
  readonly created_at: number;
}

const ALL = "select id, slug, name, rules, hook_secrets, version, created_at from service";
const ONE = `${ALL} where id = $1`;
const ADD = `insert into service (id, slug, name, rules, hook_secrets, created_at)
select $1, $2, $3, $4::jsonb, $5, $6 where (select count(*) from service) < ${SERVICES_MAX}
on conflict do nothing returning id`;
const CHANGE = `update service set version = version + 1,
  name = case when $2 then $3 else name end, rules = coalesce($4::jsonb, rules),
  hook_secrets = case when $4::jsonb is null then hook_secrets else $5 end
where id = $1 and ($6::bigint[] is null or version = any ($6)) returning id`;
const HAS_NUMBERS = "select 1 from number where service_id = $1 limit 1";

export const postgresServices = ({ db, sealed, monotonicMs, onChange }: ServicesContext): Services => {
  const memory = serviceMemory(executeIn(db), sealed, monotonicMs);
  onChange(memory.forget);
  const change = async <T>(work: (execute: Execute) => Promise<T>): Promise<T> => {
    const result = await db.transaction().execute(async (trx) => {
      const execute = executeIn(trx);
      const done = await work(execute);
      await execute("select pg_notify('services', '')");
      return done;
    });
    memory.forget();
    return result;
  };
  return {
    add: (service) => change((execute) => add(execute, sealed, service)),
    get: (id) => get(executeIn(db), sealed, id),
    change: (id, wanted) => change((execute) => changeOne(execute, sealed, id, wanted)),
    remove: (id) => change((execute) => remove(execute, id)),
    current: memory.current,
  };
};

const get = async (execute: Execute, sealed: SealedValues, id: string): Promise<Service | null> => {
  const [row] = await execute<ServiceRow>(ONE, [id]);
  return row ? toService(sealed, row) : null;
};

const add = async (
  execute: Execute,
  sealed: SealedValues,
  { id, slug, name, rules, at }: NewService,
): Promise<Service | "slug-in-use" | "too-many"> => {
  const added = await execute(ADD, [id, slug, name, ...valuesOf(sealed, id, rules), at]);
  const service = await get(execute, sealed, id);
  if (added.length > 0 || service) return service!;
  return (await execute("select 1 from service where slug = $1", [slug])).length > 0
    ? "slug-in-use"
    : "too-many";
};

const changeOne = async (
  execute: Execute,
  sealed: SealedValues,
  id: string,
  { name, rules, versions }: ServiceChange,
): Promise<Service | "version-mismatch" | null> => {
  const changed = await execute(CHANGE, [
    id,
    name !== undefined,
    name ?? null,
    ...(rules === undefined ? [null, null] : valuesOf(sealed, id, rules)),
    versions ? plainArray(versions) : null,
  ]);
  const service = await get(execute, sealed, id);
  return service && changed.length === 0 ? "version-mismatch" : service;
};

/** A number that is being added waits for the row, and then finds no service. */
const remove = async (execute: Execute, id: string): Promise<"removed" | "in-use" | "unknown"> => {
  const found = await execute("select 1 from service where id = $1 for update", [id]);
  if (found.length === 0) return "unknown";
  if (id === DEFAULT_SERVICE_ID || (await execute(HAS_NUMBERS, [id])).length > 0) return "in-use";
  await execute("delete from service where id = $1", [id]);
  return "removed";
};

/** The rules, and the secrets of the hooks that they name. */
const valuesOf = (
  sealed: SealedValues,
  id: string,
  rules: ServiceRules,
): readonly [string, Buffer | null] => {
  const secrets = secretsIn(rules);
  const kept = Object.keys(secrets).length === 0 ? null : sealed.sealHookSecrets(id, secrets);
  return [JSON.stringify(withSecrets(rules, {})), kept];
};

const toService = (sealed: SealedValues, row: ServiceRow): Service => {
  const { id, slug, name, rules, hook_secrets, version, created_at } = row;
  const secrets = hook_secrets && sealed.openHookSecrets(id, hook_secrets);
  return {
    ...{ id, slug, name, version },
    // Without its secret a hook is not asked: it is as if it gave no answer.
    rules: secrets?.ok ? withSecrets(rules, secrets.value) : rules,
    createdAt: created_at,
  };
};

/** Younger ones are answered without a look, older ones while they are being renewed, and the oldest not at all. */
const RENEWED_AFTER_MS = SERVICES_AGE_MS / 2;

const serviceMemory = (execute: Execute, sealed: SealedValues, monotonicMs: () => number) => {
  let memory: { readonly at: number; readonly services: ReadonlyMap<string, Service> } | null = null;
  let generation = 0;
  let renewing: Promise<ReadonlyMap<string, Service>> | null = null;

  const load = async (): Promise<ReadonlyMap<string, Service>> => {
    const at = monotonicMs();
    const loaded = generation;
    const known = memory?.services;
    const rows = await execute<ServiceRow>(ALL);
    // One that has not changed stays the same object: what was made of its rules holds on.
    const services = new Map(
      rows.map((row) => {
        const before = known?.get(row.id);
        return [row.id, before?.version === row.version ? before : toService(sealed, row)];
      }),
    );
    if (loaded === generation) memory = { at, services };
    return services;
  };
  const renew = (): Promise<ReadonlyMap<string, Service>> => {
    renewing ??= load().finally(() => {
      renewing = null;
    });
    return renewing;
  };
  return {
    current: async (): Promise<ReadonlyMap<string, Service>> => {
      const age = memory === null ? Number.POSITIVE_INFINITY : monotonicMs() - memory.at;
      if (memory === null || age >= SERVICES_AGE_MS) return renew();
      if (age >= RENEWED_AFTER_MS) renew().catch(() => {});
      return memory.services;
    },
    forget: (): void => {
      generation += 1;
      memory = null;
      renewing = null;
    },
  };
};
