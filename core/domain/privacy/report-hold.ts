import type { AuditFact } from "#core/domain/audit/entry.ts";
import { publicId } from "#core/domain/public-id.ts";

export const REPORT_REASON = "One of the participants has reported the other";

/** What the audit log says of the hold on a conversation in which somebody was reported. */
export const reportHoldFact = (report: {
  readonly id: string;
  readonly conversationId: string;
  readonly reportedId: string;
  readonly at: number;
}): AuditFact => ({
  ...{ at: report.at, actor: "system", via: "system", requestId: null, action: "hold.place" },
  subjects: [
    publicId("hld", report.id),
    publicId("cnv", report.conversationId),
    publicId("par", report.reportedId),
  ],
  data: { step: "done", report: publicId("rep", report.id) },
});
