import { WEEKDAYS } from "#core/domain/quiet-hours/quiet-hours.ts";
import { NOTICE_KINDS } from "#core/domain/wishes/notices.ts";
import { LANGUAGES } from "#core/domain/wishes/wish.ts";
import { RULE_GROUPS, type RuleField, type RuleGroup } from "./catalogue.ts";

export type ShownRules = Readonly<Record<string, unknown>>;
export type FormFields = Readonly<Record<string, string>>;

/** A rule that is said as a whole: it is not said, said to be none, or said. */
export type Mode = "" | "none" | "own";

/** The fields of a form have the paths of the rules; that there is none is a box of its own. */
export const noneOf = (path: string): string => `${path}:none`;
export const dayOf = (path: string, day: string): string => `${path}:${day}`;
export const textOf = (language: string, kind: string): string => `texts.${language}.${kind}`;

/** What the rules say at a place; undefined: nothing. */
export const saidAt = (rules: ShownRules, path: string): unknown => {
  const [first = "", ...rest] = path.split(".");
  const value = rules[first];
  if (rest.length === 0) return value;
  return typeof value === "object" && value !== null
    ? saidAt(value as ShownRules, rest.join("."))
    : undefined;
};

export const modeOf = (rules: ShownRules, rule: string): Mode => {
  const said = rules[rule];
  if (said === undefined) return "";
  return said === null ? "none" : "own";
};

/**
 * What a filled-in form says: as it is typed, for the API to judge. What is empty is not said. Rules that the form does not know stay as
 * they were.
 */
export const rulesIn = (form: FormFields, before: ShownRules): ShownRules => {
  const known = new Set(RULE_GROUPS.flatMap(({ rule, fields }) => rule ?? fields.map(({ path }) => path)));
  const others = Object.entries(before).filter(([rule]) => !known.has(rule as never) && rule !== "texts");
  const texts = textsIn(form);
  return Object.fromEntries([
    ...others,
    ...RULE_GROUPS.flatMap((group) => saidBy(group, form, before)),
    ...(texts === null ? [] : [["texts", texts] as const]),
  ]);
};

const saidBy = (
  { rule, fields }: RuleGroup,
  form: FormFields,
  before: ShownRules,
): readonly (readonly [string, unknown])[] => {
  const said = fields.flatMap((field) => {
    const value = valueIn(field, form);
    return value === undefined ? [] : [[field.path.slice(field.path.indexOf(".") + 1), value] as const];
  });
  if (rule === null) return said;
  const mode = form[rule] ?? "";
  if (mode === "") return [];
  if (mode === "none") return [[rule, null]];
  const asked = new Set<string>(fields.map(({ path }) => path.slice(rule.length + 1)));
  const others = Object.entries((before[rule] ?? {}) as object).filter(([part]) => !asked.has(part));
  return [[rule, Object.fromEntries([...others, ...said])]];
};

const valueIn = (field: RuleField, form: FormFields): unknown => {
  if (field.as === "days") return WEEKDAYS.filter((day) => form[dayOf(field.path, day)] !== undefined);
  if (form[noneOf(field.path)] !== undefined) return null;
  const typed = (form[field.path] ?? "").trim();
  if (typed === "") return undefined;
  if (field.as === "switch") return typed === "yes";
  // What is no number is for the API to refuse.
  return field.as === "number" && /^\d+$/.test(typed) ? Number(typed) : typed;
};

const textsIn = (form: FormFields): ShownRules | null => {
  const languages = LANGUAGES.flatMap((language) => {
    const own = NOTICE_KINDS.flatMap((kind) => {
      const typed = (form[textOf(language, kind)] ?? "").trim();
      return typed === "" ? [] : [[kind, typed] as const];
    });
    return own.length === 0 ? [] : [[language, Object.fromEntries(own)] as const];
  });
  return languages.length === 0 ? null : Object.fromEntries(languages);
};
