import type { LinkSetting } from "#core/domain/link-setting.ts";
import { GONE_MS, type LinkReports, type ReportedLink } from "#core/ports/link-reports.ts";
import type { LinkSettings } from "#core/ports/link-settings.ts";

export interface ListedLink extends ReportedLink {
  /** The process that the link belongs to, such as `gateway-9f3b12c4`: each life of a process has a name of its own. */
  readonly process: string;
  /** What operators have said of the links of this name; null: nothing. What is in force may come a second later. */
  readonly setting: LinkSetting | null;
}

export interface ListLinksPorts {
  readonly linkReports: Pick<LinkReports, "all">;
  readonly linkSettings: Pick<LinkSettings, "all">;
  /** The name of this process. */
  readonly ownProcess: string;
  /** The links of this process, as they are now. */
  readonly ownLinks: () => readonly ReportedLink[];
}

/** `id`: a UUID, of which the end is random. */
export const processName = (kind: "api" | "gateway", id: string): string => `${kind}-${id.slice(-8)}`;

/** The carrier links of this process and of all living gateways. */
export const listLinks =
  ({ linkReports, linkSettings, ownProcess, ownLinks }: ListLinksPorts) =>
  async (): Promise<readonly ListedLink[]> => {
    const own = ownLinks().map((link) => ({ ...link, process: ownProcess }));
    const [reported, settings] = await Promise.all([linkReports.all(), linkSettings.all()]);
    const reports = reported.filter(({ ageMs }) => ageMs < GONE_MS);
    return [
      ...own,
      ...reports.flatMap(({ kind, process, links }) =>
        links.map((link) => ({ ...link, process: processName(kind, process) })),
      ),
    ].map((link) => ({ ...link, setting: settings.find(({ name }) => name === link.name) ?? null }));
  };
