import type { ReportedLink } from "#core/ports/link-reports.ts";
import type { CountedLink } from "./counted-link.ts";

/** A link as it is shown; `perSecond` is the rate in force. */
export const linkReportOf = (
  link: Pick<CountedLink, "name" | "kind" | "status" | "counts">,
  perSecond: number,
): ReportedLink => {
  const { name, kind } = link;
  const rate = Math.round(perSecond * 10) / 10;
  return { name, kind, ...link.status(), rate, ...link.counts() };
};
