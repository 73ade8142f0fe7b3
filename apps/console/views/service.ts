import { html, nothing, type TemplateResult } from "lit-html";
import type { Screen } from "#apps/console/addresses.ts";
import type { Problem, Service } from "#apps/console/model.ts";
import { servicePath } from "#apps/console/needs.ts";
import { RULE_GROUPS, type RuleGroup } from "#apps/console/rules/catalogue.ts";
import { modeOf, type ShownRules } from "#apps/console/rules/form.ts";
import { mayWrite } from "#apps/console/state.ts";
import { commandProblem, errorAt, field, heading, loading, problem, type Shown } from "./parts.ts";
import { ownTexts, ruleControl, shownValue } from "./rule-fields.ts";
import { fieldsOf, isRunning, problemOf, read, type View } from "./view.ts";

type At = Extract<Screen, { readonly name: "service" }>;

/** One service: its name, and the rules by which it goes. */
export const service = (view: View, { slug }: At): TemplateResult => {
  const { words, state } = view;
  const path = servicePath(slug);
  const one = read(view, path);
  if (one === null)
    return problemOf(view, path)
      ? html`${heading(words.services.noSuch)} ${problem(problemOf(view, path))}`
      : html`${heading(slug)} ${loading(view)}`;
  return html`
    ${heading(one.name ?? one.slug, html`<code>${one.slug}</code> · ${words.services.ruleLead}`)}
    ${mayWrite(state) ? form(view, one) : shownRules(view, one.rules)}
  `;
};

const form = (view: View, { slug, name, rules }: Service): TemplateResult => {
  const { words, dispatch, state } = view;
  const refused = state.commands["change-service"]?.problem ?? null;
  return html`<form
    class="rules"
    @submit=${(event: Event) => dispatch({ kind: "change-service", slug, fields: fieldsOf(event) })}
  >
    <section class="rule-group">
      <div><h2>${words.services.name}</h2><p class="hint">${words.services.nameHint}</p></div>
      <div class="rule-fields">
        ${field({ name: "name", label: words.services.name, value: name ?? "", max: 40, problem: errorAt(refused, "name") })}
      </div>
    </section>
    ${RULE_GROUPS.map((group) => groupForm(view, group, rules, refused))} ${ownTexts(view, rules, refused)}
    <div class="rule-save">
      ${commandProblem(view, "change-service")}
      <button class="button primary" ?disabled=${isRunning(view, "change-service")}>
        ${words.services.changeSubmit}
      </button>
    </div>
  </form>`;
};

const groupForm = (
  view: View,
  { name, rule, fields }: RuleGroup,
  rules: ShownRules,
  refused: Problem | null,
): TemplateResult => {
  const words = view.words.rules;
  const { title, what } = words.groups[name];
  return html`<section class="rule-group" aria-labelledby="rule-${name}">
    <div>
      <h2 id="rule-${name}">${title}</h2>
      <p class="hint">${what}</p>
    </div>
    <div class="rule-fields">
      ${rule === null ? nothing : mode(view, rule, rules, title)}
      ${fields.map((each) => ruleControl(view, each, rules, errorAt(refused, `rules.${each.path}`)))}
    </div>
  </section>`;
};

/** Whether the rule is said, and to be what; its parts are shown where it is. */
const mode = ({ words }: View, rule: string, rules: ShownRules, title: string): TemplateResult => {
  const { modes } = words.rules;
  const chosen = modeOf(rules, rule);
  const options = [
    ["", modes.unsaid],
    ["own", modes.own],
    ["none", modes.none],
  ] as const;
  return html`<label class="field rule-mode">
    <span class="visually-hidden">${title}</span>
    <select name=${rule}>
      ${options.map(([value, word]) => html`<option value=${value} ?selected=${value === chosen}>${word}</option>`)}
    </select>
  </label>`;
};

/** For whoever may only read: what is said, and nothing to change it with. */
const shownRules = (view: View, rules: ShownRules): Shown => {
  const words = view.words.rules;
  const said = RULE_GROUPS.flatMap((group) => {
    const lines = group.fields.flatMap((each) => {
      const value = shownValue(view, each, rules);
      return value === null ? [] : [{ label: words.fields[each.path].label, value }];
    });
    if (group.rule !== null && modeOf(rules, group.rule) === "none")
      lines.push({ label: words.groups[group.name].title, value: words.modes.none });
    return lines.length === 0 ? [] : [{ title: words.groups[group.name].title, lines }];
  });
  if (said.length === 0) return html`<p class="hint">${view.words.services.asInstallation}</p>`;
  return html`<div class="rules">
    ${said.map(
      ({ title, lines }) => html`<section class="rule-group">
        <h2>${title}</h2>
        <dl class="rule-said">
          ${lines.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
        </dl>
      </section>`,
    )}
  </div>`;
};
