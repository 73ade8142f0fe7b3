import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Events } from "#core/ports/events.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { NewReport, Reports } from "#core/ports/reports.ts";

const LIMIT = 200;

/** Takes new reports out of the log of events, and puts what was reported on hold. Several processes may do so at once. */
export const takeReports =
  ({
    events,
    reports,
    ids,
  }: {
    readonly events: Pick<Events, "read">;
    readonly reports: Reports;
    readonly ids: Ids;
  }) =>
  async (): Promise<void> => {
    const from = await reports.cursor();
    const query = { types: ["participant.reported"], limit: LIMIT } as const;
    let page = await events.read({ ...query, after: from ?? "first" });
    // What was dropped was there for days, while no process ran.
    if (page.kind === "expired") page = await events.read({ ...query, after: page.oldest });
    if (page.kind !== "page" || page.next === from) return;
    const found: NewReport[] = page.items.flatMap((event) =>
      event.type === "participant.reported" && event.subject !== null
        ? [
            {
              ...{ id: ids.next(), eventId: event.id, serviceId: event.serviceId ?? DEFAULT_SERVICE_ID },
              ...{ conversationId: event.data.conversationId, reporterId: event.data.reporterId },
              ...{ reportedId: event.subject, at: event.at },
            },
          ]
        : [],
    );
    await reports.take(from, found, page.next);
  };
