import { type Kysely, type Selectable, sql } from "kysely";
import { appendAudit } from "#adapters/postgres/audit/append.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { cursorOf, positionOf, sliceOf } from "#adapters/postgres/sql/page.ts";
import { REPORT_REASON, reportHoldFact } from "#core/domain/privacy/report-hold.ts";
import { REPORT_HOLD_MS, type Report, type Reports } from "#core/ports/reports.ts";

interface ReportsContext {
  readonly db: Kysely<Schema>;
  readonly sealed: SealedValues;
}

export const postgresReports = ({ db, sealed }: ReportsContext): Reports => ({
  cursor: async () =>
    (await db.selectFrom("report_cursor").select("taken_to").executeTakeFirst())?.taken_to ?? null,
  take: (from, reports, next) =>
    db.transaction().execute(async (trx) => {
      const { taken_to } = await trx
        .selectFrom("report_cursor")
        .select("taken_to")
        .forUpdate()
        .executeTakeFirstOrThrow();
      if (taken_to !== from) return false;
      await trx.updateTable("report_cursor").set({ taken_to: next }).execute();
      const taken = new Set<string>();
      for (const report of reports) {
        const inserted = await trx
          .insertInto("report")
          .values({
            ...{ id: report.id, event_id: report.eventId, service_id: report.serviceId, at: report.at },
            ...{ conversation_id: report.conversationId, reporter_id: report.reporterId },
            reported_id: report.reportedId,
          })
          .onConflict((conflict) => conflict.doNothing())
          .returning("id")
          .executeTakeFirst();
        if (!inserted) continue;
        taken.add(report.id);
        await trx
          .insertInto("hold")
          .values({
            ...{ id: report.id, conversation_id: report.conversationId, number_index: null, person: null },
            ...{ reason: sealed.sealHold(report.id, REPORT_REASON), placed_by: "system" },
            ...{ placed_at: report.at, until: report.at + REPORT_HOLD_MS },
          })
          .execute();
      }
      await appendAudit(trx, reports.filter(({ id }) => taken.has(id)).map(reportHoldFact));
      return true;
    }),
  list: async (serviceId, page) => {
    const after = positionOf(page) ?? { at: -1, id: "00000000-0000-0000-0000-000000000000" };
    let rows = db
      .selectFrom("report")
      .selectAll()
      .where(sql<boolean>`(at, id) > (${after.at}, ${after.id})`)
      .orderBy("at")
      .orderBy("id")
      .limit(page.limit + 1);
    if (serviceId !== null) rows = rows.where("service_id", "=", serviceId);
    return sliceOf(await rows.execute(), page, reportOf, (row) =>
      cursorOf({ at: Number(row.at), id: row.id }),
    );
  },
});

const reportOf = (row: Selectable<Schema["report"]>): Report => ({
  ...{ id: row.id, serviceId: row.service_id, conversationId: row.conversation_id, at: Number(row.at) },
  ...{ reporterId: row.reporter_id, reportedId: row.reported_id },
});
