import { LANGUAGES } from "#core/domain/wishes/wish.ts";

/** How a rule is asked for. `usual`: what holds where nothing is said; shown, never sent. `mayBeNone`: it can be said that there is none. */
export type Control =
  | {
      readonly as: "duration" | "number" | "time";
      readonly usual?: string;
      readonly mayBeNone?: boolean;
    }
  | { readonly as: "text" | "secret" }
  | { readonly as: "days" }
  | { readonly as: "switch"; readonly usual?: "yes" | "no" }
  | { readonly as: "choice"; readonly options: readonly string[]; readonly usual?: string };

/** A place in the rules of a service, such as `leaks.phone`. */
export type RuleField = Control & { readonly path: RulePath };

export interface RuleGroup {
  readonly name: GroupName;
  /** All its fields are parts of this one rule, which is said as a whole or not at all; null: each is a rule. */
  readonly rule: GroupName | null;
  readonly fields: readonly RuleField[];
}

const LEAK = { as: "choice", options: ["off", "observe", "mask", "block"], usual: "off" } as const;

const CATALOGUE = {
  times: [
    { path: "ttl", as: "duration", mayBeNone: true },
    { path: "idleTtl", as: "duration", mayBeNone: true },
    { path: "quarantine", as: "duration" },
    { path: "messageTtl", as: "duration" },
  ],
  matching: [
    { path: "geoMatch", as: "choice", options: ["area", "country", "any"] },
    { path: "sticky", as: "switch" },
  ],
  notices: [
    { path: "language", as: "choice", options: LANGUAGES },
    { path: "notDelivered", as: "switch", usual: "no" },
    { path: "delayNoticeAfter", as: "duration", mayBeNone: true },
  ],
  leaks: [
    { path: "leaks.phone", ...LEAK },
    { path: "leaks.email", ...LEAK },
    { path: "leaks.link", ...LEAK },
    { path: "leaks.handle", ...LEAK },
    { path: "leaks.warn", as: "switch", usual: "no" },
  ],
  limits: [
    { path: "limits.action", as: "choice", options: ["observe", "hold", "block"], usual: "hold" },
    { path: "limits.perMinute", as: "number", usual: "20" },
    { path: "limits.perHour", as: "number", usual: "200" },
    { path: "limits.perDay", as: "number", usual: "1000", mayBeNone: true },
    { path: "limits.sameTextTo", as: "number", mayBeNone: true },
    { path: "limits.sameLinkTo", as: "number", mayBeNone: true },
  ],
  openings: [
    { path: "openings.perHour", as: "number", mayBeNone: true },
    { path: "openings.perPrefix", as: "number", usual: "60", mayBeNone: true },
  ],
  spending: [{ path: "spendCap", as: "number", mayBeNone: true }],
  quietHours: [
    { path: "quietHours.from", as: "time", usual: "20:00" },
    { path: "quietHours.to", as: "time", usual: "08:00" },
    { path: "quietHours.days", as: "days" },
  ],
  beforeRelay: [
    { path: "beforeRelay.url", as: "text" },
    { path: "beforeRelay.secret", as: "secret" },
    { path: "beforeRelay.timeout", as: "duration", usual: "2s" },
    { path: "beforeRelay.onSilence", as: "choice", options: ["relay", "block"] },
  ],
  outOfSession: [
    { path: "outOfSession.url", as: "text" },
    { path: "outOfSession.secret", as: "secret" },
    { path: "outOfSession.timeout", as: "duration", usual: "10s" },
  ],
} as const;

export type GroupName = keyof typeof CATALOGUE;
export type RulePath = (typeof CATALOGUE)[GroupName][number]["path"];

const isWhole = (name: string, fields: readonly { readonly path: string }[]): boolean =>
  fields.every(({ path }) => path.startsWith(`${name}.`));

/** All rules of a service but its own wordings, in the order in which they are shown. */
export const RULE_GROUPS: readonly RuleGroup[] = (
  Object.entries(CATALOGUE) as [GroupName, readonly RuleField[]][]
).map(([name, fields]) => ({ name, rule: isWhole(name, fields) ? name : null, fields }));
