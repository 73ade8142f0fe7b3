import { digitsToKeep } from "#core/leaks/digits-to-keep.ts";
import { findLeaks } from "#core/leaks/find-leaks.ts";
import type { Certainty, Finding, LeakKind } from "#core/leaks/finding.ts";
import { maskLeaks } from "#core/leaks/mask-leaks.ts";
import type { Msisdn } from "./msisdn.ts";
import { callingCodeOf } from "./numbering/calling-code.ts";

export const LEAK_KINDS = ["phone", "email", "link", "handle"] as const satisfies readonly LeakKind[];

/** What is done where a kind of leak is found for sure; what is only likely is observed at most. */
export const LEAK_ACTIONS = ["off", "observe", "mask", "block"] as const;

export type LeakAction = (typeof LEAK_ACTIONS)[number];

/** What a service does about ways to reach a writer elsewhere. */
export interface LeakRule extends Readonly<Record<LeakKind, LeakAction>> {
  /** Whether the writer is told that something was not passed on. */
  readonly warn: boolean;
}

/** A text ends as blocked for a leak of this kind. */
export type LeakRefusal = `leak:${LeakKind}`;

/** What was found, and what became of it. Offsets are UTF-16 units of the text as it would have been passed on. */
export interface FoundLeak {
  readonly kind: LeakKind;
  readonly certainty: Certainty;
  readonly start: number;
  readonly end: number;
  readonly action: Exclude<LeakAction, "off">;
}

export interface LeakRuling {
  /** What may be passed on; null: nothing of it. */
  readonly text: string | null;
  /** The kind for which it is blocked. */
  readonly blockedFor: LeakKind | null;
  readonly found: readonly FoundLeak[];
}

/**
 * What becomes of a text. `earlier`: what {@link digitsOf} kept of texts of the same writer, oldest first: whoever completes a number
 * is heard to have written it.
 */
export const guardAgainstLeaks = (
  text: string,
  earlier: readonly string[],
  rule: LeakRule,
  participants: readonly Msisdn[],
): LeakRuling => {
  // breakage: forget-split-numbers
  const texts = [...earlier, text];
  const own = findLeaks(texts, { callingCodes: [...new Set(participants.map(callingCodeOf))] }).filter(
    ({ source, kind }) => source === texts.length - 1 && rule[kind] !== "off",
  );
  const asked = (finding: Finding, action: LeakAction): boolean =>
    // breakage: act-on-likely-leaks
    finding.certainty === "sure" && rule[finding.kind] === action;
  // breakage: pass-on-blocked-leaks
  const blocking = own.find((finding) => asked(finding, "block"));
  // breakage: pass-on-masked-leaks
  const masked = blocking ? [] : own.filter((finding) => asked(finding, "mask"));
  const actionOn = (finding: Finding): FoundLeak["action"] => {
    if (blocking) return asked(finding, "block") ? "block" : "observe";
    return asked(finding, "mask") ? "mask" : "observe";
  };
  return {
    text: blocking ? null : maskLeaks(text, masked),
    blockedFor: blocking?.kind ?? null,
    found: own.map((finding) => {
      const { kind, certainty, start, end } = finding;
      return { kind, certainty, start, end, action: actionOn(finding) };
    }),
  };
};

/** Longer ones are no part of a number that is dealt out over several texts. */
const KEPT_MAX = 200;

/** What is remembered of a text on which was ruled: of what was passed on, the digits that are no number yet. Mostly empty. */
export const digitsOf = (text: string, { blockedFor, found }: LeakRuling): string => {
  if (blockedFor !== null) return "";
  const kept = digitsToKeep(
    maskLeaks(
      text,
      found.filter(({ kind }) => kind === "phone"),
    ),
  );
  return kept.length > KEPT_MAX ? "" : kept;
};
