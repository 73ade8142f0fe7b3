import type { LinkReports, ReportedLink } from "#core/ports/link-reports.ts";

export interface ListedLink extends ReportedLink {
  /** What kind of process the link belongs to. */
  readonly process: "api" | "gateway";
}

export interface ListLinksPorts {
  readonly linkReports: Pick<LinkReports, "all">;
  /** The links of this process, as they are now. */
  readonly ownLinks: () => readonly ReportedLink[];
}

/** A gateway reports every second; one that has been silent for longer than this (milliseconds) is gone, and its links with it. */
const GONE_MS = 5_000;

/** The carrier links of this process and of all living gateways. */
export const listLinks =
  ({ linkReports, ownLinks }: ListLinksPorts) =>
  async (): Promise<readonly ListedLink[]> => {
    const own = ownLinks().map((link) => ({ ...link, process: "api" as const }));
    const reports = (await linkReports.all()).filter(({ ageMs }) => ageMs < GONE_MS);
    return [
      ...own,
      ...reports.flatMap(({ kind, links }) => links.map((link) => ({ ...link, process: kind }))),
    ];
  };
