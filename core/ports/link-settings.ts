import type { LinkRequest, LinkSetting } from "#core/domain/link-setting.ts";

/** What operators have said of links. Processes hear of it with each answer to a heartbeat: see `Membership.linkSettings`. */
export interface LinkSettings {
  /** Every link that anybody has said anything of, by name. */
  all(): Promise<readonly LinkSetting[]>;
  /** Does what was asked for, one request after the other, and tells of it in the event log. Answers what holds of the link now. */
  change(request: LinkRequest): Promise<LinkSetting>;
}
