import type { ReportedLink } from "#core/ports/link-reports.ts";
import type { CountedLink } from "./counted-link.ts";

/** A link as it is shown; `perSecond` is the rate in force. */
export const linkReportOf = (
  link: Pick<CountedLink, "name" | "kind" | "direction" | "status" | "health" | "counts">,
  perSecond: number,
): ReportedLink => {
  const { name, kind, direction } = link;
  const rate = Math.round(perSecond * 10) / 10;
  const { sent, throttled } = link.counts();
  return { name, kind, direction, ...link.status(), ...link.health(), rate, sent, throttled };
};
