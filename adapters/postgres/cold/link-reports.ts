import type { Kysely } from "kysely";
import { tellLinks } from "#adapters/postgres/events/tell-links.ts";
import { type Execute, executeIn } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { REPEATS_MS } from "#core/domain/redelivery.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import type { LinkReports, ReportedLink } from "#core/ports/link-reports.ts";

/** So old may be what was looked at of all links while this process's own are as they were: it tells who has fallen silent. */
const LOOK_MS = 2_500;

const REPEATED = `interval '${REPEATS_MS} milliseconds'`;

/** Most reports name no key. */
const REPORT = `with named as (
  insert into unconfirmed_key (key, process, accepted_at)
  select key, $1, max(accepted_at) from unnest($5::uuid[], $6::bigint[]) as n (key, accepted_at)
  where not exists (select from resolved_key r
    where r.key = n.key and r.process <> $1 and r.at >= clock_timestamp() - ${REPEATED})
  group by key order by key
  on conflict (key, process) do update set at = excluded.at, accepted_at = excluded.accepted_at)
insert into link_report (process, kind, settled_before, links) values ($1, $2, $3, $4)
on conflict (process) do update set reported_at = clock_timestamp(), settled_before = excluded.settled_before,
  links = excluded.links`;

const REPORTED = `select key, array_agg(accepted_at) filter (where accepted_at is not null) as unconfirmed_at,
  min(resolved_by) as resolved_by, min(resolved_at) as resolved_at
from (
  select key, accepted_at, null::text as resolved_by, null::bigint as resolved_at from unconfirmed_key
  where key = any ($1::uuid[]) and process <> $2 and at >= clock_timestamp() - ${REPEATED}
  union all
  select key, null, process::text, received_at from resolved_key where key = any ($1::uuid[]) and at >= clock_timestamp() - ${REPEATED}) k
group by key`;

/**
 * Whoever deletes what was named, or is the first to resolve what nobody could name any more, is the one, also when it asks again; or
 * whoever is the first to replace one that has died.
 */
const RESOLVE = `with taken as (
  delete from unconfirmed_key where key = $1 and at >= clock_timestamp() - ${REPEATED} returning key),
first as (
  insert into resolved_key (key, process, received_at) values ($1, $2, $3)
  on conflict (key) do update set at = excluded.at, process = excluded.process, received_at = excluded.received_at
  where resolved_key.at < clock_timestamp() - ${REPEATED} or resolved_key.process = excluded.process
    or exists (select from taken) or (resolved_key.process, resolved_key.received_at) = ($4, $5)
  returning key)
select exists (select from taken) or exists (select from first) as is_first`;

const ALL = `with forgotten as (
  delete from link_report where reported_at < clock_timestamp() - interval '7 days'),
settled as (delete from unconfirmed_key where at < clock_timestamp() - ${REPEATED}),
resolved as (delete from resolved_key where at < clock_timestamp() - ${REPEATED})
select process, kind, settled_before, links,
  greatest(0, extract(epoch from clock_timestamp() - reported_at) * 1000)::float8 as age_ms
from link_report where reported_at >= clock_timestamp() - interval '7 days' order by process`;

interface Row {
  readonly process: string;
  readonly kind: DispatcherKind;
  readonly settled_before: number;
  readonly links: readonly ReportedLink[];
  readonly age_ms: number;
}

interface ReportedRow {
  readonly key: string;
  readonly unconfirmed_at: readonly (number | string)[] | null;
  readonly resolved_by: string | null;
  readonly resolved_at: number | string | null;
}

interface LinkReportsContext {
  readonly db: Kysely<Schema>;
  readonly steady: Execute;
  /** What is unconfirmed is named as it is in `message.key`: nobody can tell from it who said what. */
  readonly index: () => Promise<BlindIndex>;
  readonly monotonicMs: () => number;
  /** Events have been written. */
  readonly onTold: () => void;
}

/** By the clock of the database, so that all processes agree on who is silent. */
export const postgresLinkReports = ({
  db,
  steady,
  index,
  monotonicMs,
  onTold,
}: LinkReportsContext): LinkReports => {
  const execute = executeIn(db);
  const indexesOf = async (keys: readonly string[]): Promise<readonly string[]> => {
    const blind = await index();
    return keys.map((key) => blind.of("key", key));
  };
  let looked = { at: Number.NEGATIVE_INFINITY, states: "" };
  /** Unless that was just now, and nothing has changed here since. */
  const tellOfAll = async (states: string): Promise<void> => {
    const at = monotonicMs();
    if (states === looked.states && at - looked.at < LOOK_MS) return;
    if (await tellLinks(db, steady)) onTold();
    looked = { at, states };
  };
  return {
    report: async ({ process, kind, settledBefore, links }, unconfirmed) => {
      const keys = plainArray(await indexesOf(unconfirmed.map(({ key }) => key)));
      const times = plainArray(unconfirmed.map(({ at }) => String(at)));
      await steady(REPORT, [process, kind, settledBefore, JSON.stringify(links), keys, times]);
      await tellOfAll(links.map(({ name, state }) => `${process} ${name} ${state}`).join());
    },
    withdraw: async (process) => {
      await db.deleteFrom("link_report").where("process", "=", process).execute();
      if (await tellLinks(db, steady)) onTold();
    },
    reported: async (keys, self) => {
      const indexes = await indexesOf(keys);
      const rows = await execute<ReportedRow>(REPORTED, [plainArray(indexes), self]);
      const byKey = new Map(rows.map((row) => [hexOf(row.key), row]));
      return indexes.map((key) => {
        const row = byKey.get(key);
        return {
          unconfirmedAt: (row?.unconfirmed_at ?? []).map(Number),
          resolved:
            row === undefined || row.resolved_by === null
              ? null
              : { process: row.resolved_by, at: Number(row.resolved_at) },
        };
      });
    },
    resolve: async (key, { process, at }, instead) => {
      const [index] = await indexesOf([key]);
      const [row] = await execute<{ is_first: boolean }>(RESOLVE, [
        index,
        process,
        at,
        instead?.process ?? null,
        instead?.at ?? null,
      ]);
      return row!.is_first;
    },
    all: async () =>
      (await execute<Row>(ALL)).map(({ process, kind, settled_before, links, age_ms }) => ({
        process,
        kind,
        settledBefore: settled_before,
        links,
        ageMs: age_ms,
      })),
  };
};
