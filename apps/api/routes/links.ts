import { ok } from "#apps/api/answers.ts";
import type { ApiPorts } from "#apps/api/context.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { showTime } from "#apps/api/representations.ts";
import { linkReportOf } from "#apps/process/link-report.ts";
import type { ReportedLink } from "#core/ports/link-reports.ts";

/** A gateway reports every second; one that has been silent for longer is gone, and its links with it. */
const GONE_MS = 5_000;

export const linkRoutes = ({ links, storage, pacing }: ApiPorts): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/links",
    summary: "Shows the carrier links of this process and of all living gateways",
    scope: "read",
    handle: async () => {
      const own = links.map((link) => linkReportOf(link, pacing.perSecond(link.kind)));
      const reports = (await storage.linkReports.all()).filter(({ ageMs }) => ageMs < GONE_MS);
      const items = [
        ...own.map((link) => show(link, "api")),
        ...reports.flatMap(({ kind, links: reported }) => reported.map((link) => show(link, kind))),
      ];
      return ok({ items, next: null });
    },
  }),
];

const show = (link: ReportedLink, process: "api" | "gateway") => ({
  ...link,
  process,
  since: showTime(link.since),
});
