import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/database.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { REPEATS_MS } from "#core/domain/redelivery.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import type { LinkReports, ReportedLink } from "#core/ports/link-reports.ts";

/** Seldom is there a doubt, and most reports name none. */
const REPORT = `with doubted as (
  insert into link_doubt (key, process) select key, $1 from unnest($5::uuid[]) as d (key)
  on conflict (key, process) do update set at = excluded.at)
insert into link_report (process, kind, settled_before, links) values ($1, $2, $3, $4)
on conflict (process) do update set reported_at = clock_timestamp(), settled_before = excluded.settled_before,
  links = excluded.links`;

const REPEATED = `interval '${REPEATS_MS} milliseconds'`;

const DOUBTED = `select distinct key from link_doubt
where key = any ($1::uuid[]) and process <> $2 and at >= clock_timestamp() - ${REPEATED}`;

const ALL = `with forgotten as (
  delete from link_report where reported_at < clock_timestamp() - interval '7 days'),
settled as (delete from link_doubt where at < clock_timestamp() - ${REPEATED})
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

export interface LinkReportsContext {
  readonly db: Kysely<Schema>;
  /** What is in doubt is named as it is in `message.key`: nobody can tell from it who said what. */
  readonly index: () => Promise<BlindIndex>;
}

/** By the clock of the database, so that all processes agree on who is silent. */
export const postgresLinkReports = ({ db, index }: LinkReportsContext): LinkReports => {
  const execute = executeIn(db);
  const indexesOf = async (keys: readonly string[]): Promise<readonly string[]> => {
    const blind = await index();
    return keys.map((key) => blind.of("key", key));
  };
  return {
    report: async ({ process, kind, settledBefore, links }, doubts) => {
      const indexes = plainArray([...new Set(await indexesOf(doubts))].sort());
      await execute(REPORT, [process, kind, settledBefore, JSON.stringify(links), indexes]);
    },
    withdraw: async (process) => {
      await execute("delete from link_report where process = $1", [process]);
    },
    areUnconfirmed: async (keys, self) => {
      const indexes = await indexesOf(keys);
      const rows = await execute<{ key: string }>(DOUBTED, [plainArray(indexes), self]);
      const doubted = new Set(rows.map(({ key }) => hexOf(key)));
      return indexes.map((key) => doubted.has(key));
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
