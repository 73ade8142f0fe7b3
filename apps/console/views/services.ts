import { html, nothing, type TemplateResult } from "lit-html";
import type { Service } from "#apps/console/model.ts";
import { SERVICES } from "#apps/console/needs.ts";
import { type GroupName, RULE_GROUPS } from "#apps/console/rules/catalogue.ts";
import { modeOf, type ShownRules, saidAt } from "#apps/console/rules/form.ts";
import { mayWrite } from "#apps/console/state.ts";
import { heading, loading, problem, written } from "./parts.ts";
import { at, problemOf, read, type View } from "./view.ts";

export const services = (view: View): TemplateResult => {
  const { words, state, dispatch } = view;
  const page = read(view, SERVICES);
  const action =
    mayWrite(state) && state.session?.service === null
      ? html`<button
          class="button primary"
          @click=${() => dispatch({ kind: "open-dialog", dialog: { kind: "add-service" } })}
        >
          ${words.services.add}
        </button>`
      : nothing;
  return html`
    ${heading(words.screens.services, words.services.lead, action)} ${problem(problemOf(view, SERVICES))}
    ${page === null ? loading(view) : html`<ul class="cards">${page.items.map((each) => card(view, each))}</ul>`}
  `;
};

const card = (view: View, service: Service): TemplateResult => {
  const { words } = view;
  const said = saidGroups(service.rules);
  return html`<li class="card">
    <header>
      <h2>${service.name === null ? service.slug : written(service.name)}</h2>
      <code>${service.slug}</code>
    </header>
    <p class="hint">
      ${said.length === 0 ? words.services.asInstallation : said.map((each) => words.rules.groups[each].title).join(" · ")}
    </p>
    <p>
      <a class="button small" href=${at(view, { name: "service", slug: service.slug })} aria-label="${words.services.change} ${service.slug}"
        >${words.services.change}</a
      >
    </p>
  </li>`;
};

/** Of what the service has rules of its own. */
const saidGroups = (rules: ShownRules): readonly (GroupName | "texts")[] => [
  ...RULE_GROUPS.filter(({ rule, fields }) =>
    rule === null ? fields.some(({ path }) => saidAt(rules, path) !== undefined) : modeOf(rules, rule) !== "",
  ).map(({ name }) => name),
  ...(saidAt(rules, "texts") === undefined ? [] : (["texts"] as const)),
];
