import { html, nothing, type TemplateResult } from "lit-html";
import type { Problem } from "#apps/console/model.ts";
import type { Control, RuleField } from "#apps/console/rules/catalogue.ts";
import { dayOf, noneOf, type ShownRules, saidAt, textOf } from "#apps/console/rules/form.ts";
import { WEEKDAYS } from "#core/domain/quiet-hours/quiet-hours.ts";
import { NOTICE_KINDS } from "#core/domain/wishes/notices.ts";
import { LANGUAGES } from "#core/domain/wishes/wish.ts";
import { errorAt, field, fieldProblem, type Shown } from "./parts.ts";
import type { View } from "./view.ts";

/** The control of one rule, as it is said now. */
export const ruleControl = (
  view: View,
  one: RuleField,
  rules: ShownRules,
  problem: string | null,
): TemplateResult => {
  const { words } = view;
  const { label, hint } = words.rules.fields[one.path];
  const said = saidAt(rules, one.path);
  if (one.as === "days") return days(view, one.path, label, said);
  if (one.as === "choice") return select(view, one, label, one.options, textOfSaid(said), problem, hint);
  if (one.as === "switch") return select(view, one, label, ["yes", "no"], yesOrNo(said), problem, hint);
  const placeholder = one.as === "secret" ? words.rules.secretKept : unsaid(view, one);
  const input = field({
    ...{ name: one.path, label, problem, placeholder, value: textOfSaid(said) },
    ...(hint !== undefined && { hint }),
    ...(one.as === "number" && { inputmode: "numeric" as const }),
  });
  if (!("mayBeNone" in one) || !one.mayBeNone) return input;
  return html`<div class="rule-optional">
    ${input}
    <label class="check"
      ><input type="checkbox" name=${noneOf(one.path)} value="none" .checked=${said === null} /> ${words.rules.none}
      <span class="visually-hidden">${label}</span></label
    >
  </div>`;
};

/** What is said of a rule, in words; null: nothing. */
export const shownValue = ({ words }: View, one: RuleField, rules: ShownRules): string | null => {
  const said = saidAt(rules, one.path);
  if (said === undefined || one.as === "secret") return null;
  if (said === null) return words.rules.none;
  if (Array.isArray(said)) return said.map((day) => words.rules.days[day] ?? day).join(", ") || null;
  const written = one.as === "switch" ? yesOrNo(said) : textOfSaid(said);
  return one.as === "choice" || one.as === "switch" ? (words.rules.options[written] ?? written) : written;
};

const textOfSaid = (said: unknown): string =>
  typeof said === "string" || typeof said === "number" ? String(said) : "";
const yesOrNo = (said: unknown): string => (typeof said === "boolean" ? (said ? "yes" : "no") : "");

const unsaid = ({ words }: View, one: Control): string =>
  "usual" in one && one.usual !== undefined
    ? words.rules.usual(words.rules.options[one.usual] ?? one.usual)
    : words.rules.unsaid;

const select = (
  view: View,
  one: RuleField,
  label: string,
  options: readonly string[],
  chosen: string,
  problem: string | null,
  hint?: string,
): TemplateResult => html`<label class="field">
  <span class="field-label">${label}</span>
  <select name=${one.path}>
    <option value="" ?selected=${chosen === ""}>${unsaid(view, one)}</option>
    ${options.map(
      (each) =>
        html`<option value=${each} ?selected=${each === chosen}>${view.words.rules.options[each] ?? each}</option>`,
    )}
  </select>
  ${hint === undefined ? nothing : html`<span class="hint">${hint}</span>`} ${fieldProblem(problem)}
</label>`;

const days = ({ words }: View, path: string, label: string, said: unknown): TemplateResult => html`<fieldset
  class="rule-days"
>
  <legend class="field-label">${label}</legend>
  ${WEEKDAYS.map(
    (day) =>
      html`<label class="check"
        ><input
          type="checkbox"
          name=${dayOf(path, day)}
          value=${day}
          .checked=${Array.isArray(said) && said.includes(day)}
        />
        ${words.rules.days[day] ?? day}</label
      >`,
  )}
</fieldset>`;

/** The service's own wordings, a language after the other. */
export const ownTexts = (view: View, rules: ShownRules, refused: Problem | null): Shown => {
  const words = view.words.rules;
  const { title, what } = words.groups.texts;
  return html`<section class="rule-group" aria-labelledby="rule-texts">
    <div>
      <h2 id="rule-texts">${title}</h2>
      <p class="hint">${what}</p>
    </div>
    <div class="stack">
      ${LANGUAGES.map((language) => {
        const own = NOTICE_KINDS.filter((kind) => saidAt(rules, textOf(language, kind)) !== undefined);
        return html`<details class="rule-texts">
          <summary>${words.options[language] ?? language} <span class="hint">${words.ownTexts(own.length)}</span></summary>
          <div class="stack">
            ${NOTICE_KINDS.map((kind) => {
              const path = textOf(language, kind);
              const value = textOfSaid(saidAt(rules, path));
              const problem = errorAt(refused, `rules.${path}`);
              return field({ name: path, label: words.notices[kind], value, problem, max: 160 });
            })}
          </div>
        </details>`;
      })}
    </div>
  </section>`;
};
