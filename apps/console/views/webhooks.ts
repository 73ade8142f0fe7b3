import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Screen } from "#apps/console/addresses.ts";
import type { WebhookEndpoint } from "#apps/console/model.ts";
import { SERVICES, webhooksPath } from "#apps/console/needs.ts";
import { mayWrite } from "#apps/console/state.ts";
import { empty, heading, loading, mark, moment, problem, type Shown, written } from "./parts.ts";
import { at, problemOf, read, type View } from "./view.ts";

type At = Extract<Screen, { readonly name: "webhooks" }>;

/** The endpoints of each service, and how they stand. */
export const webhooks = (view: View, screen: At): TemplateResult => {
  const { words, state, dispatch } = view;
  const path = webhooksPath(screen.service);
  const page = read(view, path);
  const add = mayWrite(state)
    ? html`<button
        class="button primary"
        @click=${() => dispatch({ kind: "open-dialog", dialog: { kind: "add-webhook" } })}
      >
        ${words.webhooks.add}
      </button>`
    : nothing;
  return html`
    ${heading(words.screens.webhooks, words.webhooks.lead, add)} ${filter(view, screen)}
    ${problem(problemOf(view, path))}
    ${
      page === null
        ? loading(view)
        : page.items.length === 0
          ? empty(words.webhooks.none, words.webhooks.noneHint)
          : html`<ul class="cards">${repeat(
              page.items,
              ({ id }) => id,
              (each) => card(view, each),
            )}</ul>`
    }
  `;
};

/** With one service there is nothing to choose. */
const filter = (view: View, screen: At): Shown => {
  const { words } = view;
  const services = read(view, SERVICES)?.items ?? [];
  if (services.length < 2 || view.state.session?.service != null) return nothing;
  const choice = (service: string | null, label: string): TemplateResult => html`
    <a href=${at(view, { name: "webhooks", service })} aria-current=${screen.service === service ? "true" : nothing}
      >${label}</a
    >
  `;
  return html`<nav class="filter" aria-label=${words.webhooks.service}>
    ${choice(null, words.webhooks.allServices)} ${services.map(({ slug }) => choice(slug, slug))}
  </nav>`;
};

const card = (view: View, endpoint: WebhookEndpoint): TemplateResult => {
  const { words } = view;
  const { id, url, service } = endpoint;
  return html`<li class="card" data-state=${stateOf(endpoint)}>
    <header>
      <h2><a class="row-link" href=${at(view, { name: "webhook", id })}>${written(url)}</a></h2>
      ${stateMark(view, endpoint)}
    </header>
    <p class="hint">${words.webhooks.service} <code>${service}</code></p>
    ${trouble(view, endpoint)}
    <dl>${standing(view, endpoint)}</dl>
  </li>`;
};

/** What works but not always has a state of its own here. */
const stateOf = ({ state, failingSince }: WebhookEndpoint): string =>
  state === "active" && failingSince !== null ? "failing" : state;

export const stateMark = (view: View, endpoint: WebhookEndpoint): TemplateResult => {
  const state = stateOf(endpoint);
  return mark(view, state, view.words.webhooks.states[state] ?? state);
};

/** Why nothing is delivered, or not everything. */
export const trouble = (view: View, endpoint: WebhookEndpoint): Shown => {
  const { words, format, state } = view;
  const { disabledReason, failingSince, nextAttemptAt } = endpoint;
  if (disabledReason !== null) return html`<p class="reason">${words.webhooks.disabled[disabledReason]}</p>`;
  if (failingSince === null) return nothing;
  return html`<p class="reason">
    ${words.webhooks.failingSince} ${moment(view, failingSince)}.
    ${nextAttemptAt === null ? nothing : `${words.webhooks.next} ${format.ago(nextAttemptAt, state.now)}.`}
  </p>`;
};

export const standing = (view: View, endpoint: WebhookEndpoint): TemplateResult => {
  const { words } = view;
  const { events, include, lastDeliveredAt } = endpoint;
  return html`
    <div>
      <dt>${words.webhooks.events}</dt>
      <dd>${written(events.join(" "))}${include.includes("text") ? html` <span class="hint">${words.webhooks.withText}</span>` : nothing}</dd>
    </div>
    <div>
      <dt>${words.webhooks.last}</dt>
      <dd>${lastDeliveredAt === null ? words.webhooks.never : moment(view, lastDeliveredAt)}</dd>
    </div>
  `;
};
