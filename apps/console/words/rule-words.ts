import type { GroupName, RulePath } from "#apps/console/rules/catalogue.ts";
import type { NoticeKind } from "#core/domain/wishes/notices.ts";

export interface RuleLabel {
  readonly label: string;
  readonly hint?: string;
}

/** Words for the rules of a service: a new rule needs its own here, in each language. */
export interface RuleWords {
  readonly groups: Readonly<Record<GroupName | "texts", { readonly title: string; readonly what: string }>>;
  readonly fields: Readonly<Record<RulePath, RuleLabel>>;
  readonly notices: Readonly<Record<NoticeKind, string>>;
  /** Of choices, by what the API calls them. */
  readonly options: Readonly<Record<string, string>>;
  readonly days: Readonly<Record<string, string>>;
  readonly modes: { readonly unsaid: string; readonly none: string; readonly own: string };
  /** Of a field that may say that there is none. */
  readonly none: string;
  readonly unsaid: string;
  /** Beside what holds where nothing is said. */
  readonly usual: (value: string) => string;
  readonly ownTexts: (count: number) => string;
  readonly secretKept: string;
}
