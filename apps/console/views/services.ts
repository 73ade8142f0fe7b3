import { html, nothing, type TemplateResult } from "lit-html";
import type { Service } from "#apps/console/model.ts";
import { SERVICES } from "#apps/console/needs.ts";
import { mayWrite } from "#apps/console/state.ts";
import { heading, loading, problem, written } from "./parts.ts";
import { problemOf, read, type View } from "./view.ts";

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
  const { words, state, dispatch } = view;
  const rules = Object.entries(service.rules);
  return html`<li class="card">
    <header>
      <h2>${service.name === null ? service.slug : written(service.name)}</h2>
      <code>${service.slug}</code>
    </header>
    ${
      rules.length === 0
        ? html`<p class="hint">${words.services.asInstallation}</p>`
        : html`<dl>
            ${rules.map(
              ([rule, value]) =>
                html`<div><dt>${words.services.rules[rule] ?? rule}</dt><dd>${shownRule(view, value)}</dd></div>`,
            )}
          </dl>`
    }
    ${
      mayWrite(state)
        ? html`<p><button
            class="button small"
            aria-label="${words.services.change} ${service.slug}"
            @click=${() => dispatch({ kind: "open-dialog", dialog: { kind: "change-service", service } })}
          >
            ${words.services.change}
          </button></p>`
        : nothing
    }
  </li>`;
};

const shownRule = ({ words }: View, value: unknown): string => {
  if (typeof value === "boolean") return value ? words.services.yes : words.services.no;
  if (typeof value === "object" && value !== null) return Object.keys(value).join(", ").toUpperCase();
  return value === null ? "–" : String(value);
};
