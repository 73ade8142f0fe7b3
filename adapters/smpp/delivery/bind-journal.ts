import type { DownReason } from "#adapters/smpp/session/output.ts";
import type { LinkDirection } from "#core/ports/carrier-link.ts";
import type { Journal } from "#core/ports/journal.ts";
import { reasonOf } from "./link-health.ts";

export interface BindJournal {
  readonly onUp: () => void;
  /** `again`: null when it does not connect again. */
  readonly onDown: (
    reason: DownReason,
    again: { readonly inMs: number; readonly alarm: boolean } | null,
  ) => void;
}

export interface BindJournalOptions {
  readonly journal: Pick<Journal, "linkUp" | "linkDown" | "bindRefused">;
  readonly link: string;
  readonly direction: LinkDirection;
  /** With its scheme and without credentials. */
  readonly address: string;
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
}

/** Tells of the ups and downs of one bind, why, and how long each lasted. */
export const createBindJournal = ({ journal, now, ...about }: BindJournalOptions): BindJournal => {
  let upAt: number | null = null;
  let downAt: number | null = null;
  return {
    onUp: () => {
      upAt = now();
      journal.linkUp({ ...about, downMs: downAt === null ? null : upAt - downAt });
      downAt = null;
    },
    onDown: (reason, again) => {
      const at = now();
      const { code, name: cause, detail } = reasonOf(reason);
      const fact = {
        ...{ ...about, code, cause, detail },
        againInMs: again?.inMs ?? null,
        alarm: again?.alarm ?? false,
      };
      // breakage: bind-refused-in-silence
      if (reason.kind === "bind-refused") journal.bindRefused(fact);
      // breakage: link-down-in-silence
      else journal.linkDown({ ...fact, upMs: upAt === null ? null : at - upAt });
      upAt = null;
      downAt ??= at;
    },
  };
};
