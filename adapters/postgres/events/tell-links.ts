import type { Kysely } from "kysely";
import type { Execute } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import { type KnownLink, linkChangesOf } from "#core/domain/link-changes.ts";
import { GONE_MS } from "#core/ports/link-reports.ts";
import { tellChanges } from "./tell-changes.ts";

/** Of all processes that live, and what was told of links: a handful of rows. */
const LINKS = `select (extract(epoch from clock_timestamp()) * 1000)::float8 as at,
  (select coalesce(jsonb_agg(jsonb_build_object('name', l ->> 'name', 'kind', l ->> 'kind', 'state', l ->> 'state')), '[]')
    from link_report r cross join jsonb_array_elements(r.links) l
    where r.reported_at > clock_timestamp() - interval '${GONE_MS} milliseconds') as links,
  (select coalesce(jsonb_agg(jsonb_build_object('of', subject, 'state', state)), '[]')
    from told_state where subject like 'link %') as told`;

interface Row {
  readonly at: number;
  readonly links: readonly KnownLink[];
  readonly told: readonly { readonly of: string; readonly state: string }[];
}

const changesNow = async (execute: Execute) => {
  const [row] = await execute<Row>(LINKS);
  return linkChangesOf(row!.links, row!.told, Math.floor(row!.at));
};

/** Tells of links that have begun or ceased to carry texts; answers whether there were any. By the clock of the database, as is who is gone. */
export const tellLinks = async (db: Kysely<Schema>, steady: Execute): Promise<boolean> => {
  const told = await tellChanges(db, await changesNow(steady), changesNow);
  return told.length > 0;
};
