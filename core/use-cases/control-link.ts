import { type LinkAction, type LinkSetting, WINDOW_MAX } from "#core/domain/link-setting.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { LinkSettings } from "#core/ports/link-settings.ts";
import type { ListedLink } from "./list-links.ts";

export interface ControlLinkPorts {
  readonly linkSettings: LinkSettings;
  readonly listLinks: () => Promise<readonly ListedLink[]>;
  readonly clock: Clock;
}

export type ControlledLink =
  | { readonly kind: "controlled"; readonly setting: LinkSetting }
  /** No process that lives has such a link, and none was ever controlled. */
  | { readonly kind: "unknown" }
  /** It goes with a link that sends, which is what can be controlled. */
  | { readonly kind: "receives-only" }
  | { readonly kind: "window-too-wide"; readonly most: number };

/** Pauses, resumes, restarts or changes the links of a name in all processes, which go by it within two seconds. `by`: the name of a key. */
export const controlLink =
  ({ linkSettings, listLinks, clock }: ControlLinkPorts) =>
  async (name: string, action: LinkAction, by: string): Promise<ControlledLink> => {
    const link = (await listLinks()).find((each) => each.name === name);
    if (link?.direction === "receiver") return { kind: "receives-only" };
    const known = link ?? (await linkSettings.all()).find((each) => each.name === name);
    if (known === undefined) return { kind: "unknown" };
    const most = WINDOW_MAX[known.kind];
    if (action.kind === "set" && (action.window ?? 0) > most) return { kind: "window-too-wide", most };
    const setting = await linkSettings.change({ name, kind: known.kind, action, by, at: clock.now() });
    return { kind: "controlled", setting };
  };
