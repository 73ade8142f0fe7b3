import type { LinkDirection } from "#core/ports/carrier-link.ts";
import type { LevelsOf } from "./level.ts";

/** The ways to and from carriers. */
export interface LinkFacts {
  readonly linkUp: {
    readonly link: string;
    readonly direction: LinkDirection;
    readonly address: string;
    readonly downMs: number | null;
  };
  /** `againInMs`: null when it does not connect again. `alarm`: retrying alone will not help. */
  readonly linkDown: {
    readonly link: string;
    readonly direction: LinkDirection;
    readonly address: string;
    readonly code: string;
    readonly cause: string;
    readonly detail: string;
    readonly upMs: number | null;
    readonly againInMs: number | null;
    readonly alarm: boolean;
  };
  /** The carrier refuses the bind. */
  readonly bindRefused: {
    readonly link: string;
    readonly direction: LinkDirection;
    readonly address: string;
    readonly code: string;
    readonly cause: string;
    readonly detail: string;
    readonly againInMs: number | null;
    readonly alarm: boolean;
  };
  /** It is there, but receives nothing or gets no answers. */
  readonly linkDeaf: { readonly link: string; readonly code: string; readonly detail: string };
  readonly linkHears: { readonly link: string; readonly deafMs: number };
  /** A carrier has said "too fast" for the first time in a while. */
  readonly throttled: { readonly link: string };
  readonly throttlingOver: { readonly link: string; readonly lastedMs: number; readonly answers: number };
  /** Nobody knows whether the carrier has them. */
  readonly answersLost: { readonly link: string; readonly messages: number };
  /** Too many wait here: the carrier shall bring them again. */
  readonly deliveriesPutOff: { readonly link: string; readonly deliveries: number };
  /** What an operator has said of a link is done here from now on. `by`: the name of the key; null: as the process is set up. */
  readonly linkControlled: {
    readonly link: string;
    readonly isPaused: boolean;
    readonly window: number | null;
    readonly rate: number | null;
    readonly by: string;
  };
  readonly linkFaulted: { readonly link: string; readonly error: unknown };
  readonly pduMalformed: { readonly link: string; readonly commandId: number; readonly reason: string };
  /** It was acknowledged and goes no further. */
  readonly deliveryIgnored: { readonly link: string; readonly reason: string };
  /** A carrier's webhook was not taken. */
  readonly webhookRefused: { readonly route: string; readonly outcome: string };
}

export const LINK_LEVELS: LevelsOf<LinkFacts> = {
  linkUp: "info",
  linkDown: "warn",
  bindRefused: "error",
  linkDeaf: "warn",
  linkHears: "warn",
  throttled: "warn",
  throttlingOver: "warn",
  answersLost: "warn",
  deliveriesPutOff: "warn",
  linkControlled: "warn",
  linkFaulted: "error",
  pduMalformed: "warn",
  deliveryIgnored: "warn",
  webhookRefused: "warn",
};
