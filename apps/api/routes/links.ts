import type { ReportedLink } from "#core/ports/link-reports.ts";
import { linkShown } from "../../link-shown.ts";
import { ok } from "../answers.ts";
import type { ApiPorts } from "../dependencies.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { showTime } from "../representations.ts";

/** A gateway reports every second; one that has been silent for longer is gone, and its links with it. */
const GONE_MS = 5_000;

export const linkRoutes = ({ links, storage, pacing }: ApiPorts): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/links",
    summary: "Shows the carrier links of this process and of all living gateways",
    scope: "read",
    handle: async () => {
      const own = links.map((link) => linkShown(link, pacing.perSecond(link.kind)));
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
