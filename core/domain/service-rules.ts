import type { NoticeKind } from "#core/domain/wishes/notices.ts";
import type { Language } from "#core/domain/wishes/wish.ts";
import type { LeakRule } from "./leak-guard.ts";
import type { GeoMatch } from "./number-pool.ts";
import type { OpeningLimits } from "./opening-limits.ts";
import type { OutOfSessionRule } from "./out-of-session.ts";
import type { PolicyRule } from "./policy.ts";
import type { QuietHours } from "./quiet-hours/quiet-hours.ts";
import type { LimitRule } from "./text-limits.ts";

/** Wordings of our own notices: those that are absent are the usual ones. */
export type NoticeTexts = Readonly<Partial<Record<Language, Readonly<Partial<Record<NoticeKind, string>>>>>>;

/** What one service, or one conversation, is to be done by. Every rule is named here once; durations are in milliseconds. */
export interface Rules {
  /** How long a conversation lasts; null: until it is closed. */
  readonly ttlMs: number | null;
  /** A conversation ends when nobody has texted for this long; null: never. */
  readonly idleTtlMs: number | null;
  /** How long a pair is kept from strangers after its conversation. */
  readonly quarantineMs: number;
  /** How long a text is worth sending. */
  readonly messageTtlMs: number;
  readonly geoMatch: GeoMatch;
  readonly sticky: boolean;
  /** Of notices to people whose own language is not known; null: English. */
  readonly language: Language | null;
  readonly texts: NoticeTexts;
  /** Who is asked about every text that would be relayed; null: nobody is. */
  readonly beforeRelay: PolicyRule | null;
  /** Who is asked about texts that reach nobody; null: nobody is. */
  readonly outOfSession: OutOfSessionRule | null;
  /** What is done about ways to reach a writer elsewhere; null: texts are not looked at. */
  readonly leaks: LeakRule | null;
  /** How much one person may text; null: nothing is counted. */
  readonly limits: LimitRule | null;
  /** When texts that advertise are not sent; null: they are sent like others. */
  readonly quietHours: QuietHours | null;
  /** Whether whoever has written a text that fails is told so. */
  readonly notDelivered: boolean;
  /** How long a text waits before its writer is told that it takes longer than usual; null: nobody is told. */
  readonly delayNoticeAfterMs: number | null;
  /** How many conversations are opened; null: nothing is counted. */
  readonly openings: OpeningLimits | null;
  /** Segments of intros, texts that advertise and broadcasts in a day, by UTC; null: any number. */
  readonly spendCap: number | null;
  /** Names the service in notices; null: nobody is named. */
  readonly name: string | null;
}

/** Some of the rules: those that are absent are left to the layer below. */
export type ServiceRules = { readonly [Name in Exclude<keyof Rules, "name">]?: Rules[Name] | undefined };

export const BUILT_IN_RULES: Rules = {
  ttlMs: null,
  idleTtlMs: null,
  quarantineMs: 7 * 86_400_000,
  messageTtlMs: 86_400_000,
  geoMatch: "country",
  sticky: true,
  language: null,
  texts: {},
  beforeRelay: null,
  outOfSession: null,
  leaks: null,
  limits: null,
  quietHours: null,
  notDelivered: false,
  delayNoticeAfterMs: null,
  openings: null,
  spendCap: null,
  name: null,
};

/** One layer upon another: what the upper one says, counts; texts are put together wording by wording. */
export const overlaid = <Lower extends ServiceRules>(lower: Lower, upper: ServiceRules): Lower => ({
  ...lower,
  ...said(upper),
  // breakage: forget-lower-texts
  ...(lower.texts && upper.texts && { texts: overlaidTexts(lower.texts, upper.texts) }),
});

/** `undefined` says nothing. */
const said = (rules: ServiceRules): ServiceRules =>
  Object.fromEntries(Object.entries(rules).filter(([, rule]) => rule !== undefined));

const overlaidTexts = (lower: NoticeTexts, upper: NoticeTexts): NoticeTexts => {
  const merged: Partial<Record<Language, Partial<Record<NoticeKind, string>>>> = { ...lower };
  for (const [language, texts] of Object.entries(upper) as [Language, NoticeTexts[Language]][])
    merged[language] = { ...lower[language], ...texts };
  return merged;
};

/** What of a service says how it goes. */
export interface Ruled {
  readonly rules: ServiceRules;
  readonly name: string | null;
}

/**
 * The rules by which a service goes: built-in, then settings, then its own. Put together once for each version of a service, so that
 * it costs nothing per message. Null: for what belongs to no service.
 */
export const rulesByService = (settings: ServiceRules): ((service: Ruled | null) => Rules) => {
  const ofHouse = overlaid(BUILT_IN_RULES, settings);
  const known = new WeakMap<Ruled, Rules>();
  return (service) => {
    if (service === null) return ofHouse;
    const rules = known.get(service) ?? within(ofHouse, overlaid(ofHouse, service.rules), service.name);
    known.set(service, rules);
    return rules;
  };
};

/** How long messages are kept, and receipts waited for, follows from what the installation allows. */
const within = (ofHouse: Rules, rules: Rules, name: string | null): Rules => ({
  ...rules,
  messageTtlMs: Math.min(rules.messageTtlMs, ofHouse.messageTtlMs),
  name,
});
