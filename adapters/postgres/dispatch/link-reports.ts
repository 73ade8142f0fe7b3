import type { Kysely } from "kysely";
import type { Span } from "#core/domain/repetition.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import type { LinkReports, ReportedLink } from "#core/ports/link-reports.ts";
import { executeIn } from "../database.ts";
import type { Schema } from "../schema.ts";

const REPORT = `insert into link_report (process, kind, settled_before, doubts, links) values ($1, $2, $3, $4, $5)
on conflict (process) do update set reported_at = clock_timestamp(), settled_before = excluded.settled_before,
  doubts = excluded.doubts, links = excluded.links`;

const ALL = `with forgotten as (
  delete from link_report where reported_at < clock_timestamp() - interval '7 days')
select process, kind, settled_before, doubts, links,
  greatest(0, extract(epoch from clock_timestamp() - reported_at) * 1000)::float8 as age_ms
from link_report where reported_at >= clock_timestamp() - interval '7 days' order by process`;

interface Row {
  readonly process: string;
  readonly kind: DispatcherKind;
  readonly settled_before: number;
  readonly doubts: readonly Span[];
  readonly links: readonly ReportedLink[];
  readonly age_ms: number;
}

/** By the clock of the database, so that all processes agree on who is silent. */
export const postgresLinkReports = (db: Kysely<Schema>): LinkReports => {
  const execute = executeIn(db);
  return {
    report: async ({ process, kind, settledBefore, doubts, links }) => {
      await execute(REPORT, [process, kind, settledBefore, JSON.stringify(doubts), JSON.stringify(links)]);
    },
    withdraw: async (process) => {
      await execute("delete from link_report where process = $1", [process]);
    },
    all: async () =>
      (await execute<Row>(ALL)).map(({ process, kind, settled_before, doubts, links, age_ms }) => ({
        process,
        kind,
        settledBefore: settled_before,
        doubts,
        links,
        ageMs: age_ms,
      })),
  };
};
