import { REPORT_REASON, reportHoldFact } from "#core/domain/privacy/report-hold.ts";
import { REPORT_HOLD_MS, type Reports } from "#core/ports/reports.ts";
import { appendAudit } from "./audit-log.ts";
import { sliceOf, timeKey } from "./slices.ts";
import type { MemoryTables } from "./tables.ts";

export const memoryReports = (tables: MemoryTables): Reports => ({
  cursor: async () => tables.reports.cursor,
  take: async (from, reports, next) => {
    if (tables.reports.cursor !== from) return false;
    tables.reports.cursor = next;
    const fresh = reports.filter(({ eventId }) => !tables.reports.byEvent.has(eventId));
    for (const report of fresh) {
      const { id, conversationId, at } = report;
      tables.reports.byEvent.set(report.eventId, report);
      tables.holds.set(id, {
        ...{ id, conversationId, number: null, person: null, reason: REPORT_REASON, placedBy: "system" },
        ...{ placedAt: at, until: at + REPORT_HOLD_MS, releasedAt: null },
      });
    }
    appendAudit(tables)(fresh.map(reportHoldFact));
    return true;
  },
  list: async (serviceId, page) => {
    const rows = [...tables.reports.byEvent.values()].filter(
      (report) => serviceId === null || report.serviceId === serviceId,
    );
    const { items, next } = sliceOf(rows, page, ({ at, id }) => timeKey(at, id));
    return { items: items.map(({ eventId: _, ...report }) => report), next };
  },
});
