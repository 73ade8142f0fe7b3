import type { LinkKind } from "#core/domain/link-kind.ts";
import type { LinkSetting } from "#core/domain/link-setting.ts";
import type { CarrierLink } from "#core/ports/carrier-link.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Pacing } from "./pacing.ts";

export interface LinkControl {
  /** Does what operators have said of links, as of now; what is known already changes nothing. */
  apply(settings: readonly LinkSetting[]): void;
}

export interface LinkControlContext {
  readonly links: readonly CarrierLink[];
  readonly pacing: Pick<Pacing, "setRate">;
  readonly clock: SteadyClock;
  readonly journal: Pick<Journal, "linkControlled">;
}

const KINDS: readonly LinkKind[] = ["smpp", "http"];

/** Brings the links and rates of a process in line with what is stored of them. */
export const createLinkControl = ({ links, pacing, clock, journal }: LinkControlContext): LinkControl => {
  /** The version of the setting that each link goes by; 0: there is none. */
  const versions = new Map<string, number>();
  const rates = new Map<LinkKind, number | null>();

  const setRate = (kind: LinkKind, rate: number | null): void => {
    if ((rates.get(kind) ?? null) === rate) return;
    rates.set(kind, rate);
    pacing.setRate(kind, rate, clock.elapsed());
  };

  const control = (link: CarrierLink, setting: LinkSetting | null): void => {
    const version = setting?.version ?? 0;
    if (versions.get(link.name) === version) return;
    versions.set(link.name, version);
    link.control?.(setting);
    if (setting === null) return;
    const { isPaused, window, rate, changedBy } = setting;
    journal.linkControlled({ link: link.name, isPaused, window, rate, by: changedBy });
  };

  return {
    apply: (settings) => {
      for (const kind of KINDS)
        setRate(kind, settings.find((setting) => setting.kind === kind)?.rate ?? null);
      for (const link of links)
        control(link, settings.find(({ name, kind }) => name === link.name && kind === link.kind) ?? null);
    },
  };
};
