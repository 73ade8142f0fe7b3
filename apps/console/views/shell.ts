import { html, nothing, type TemplateResult } from "lit-html";
import type { Screen } from "#apps/console/addresses.ts";
import { hasPlayground, mayWrite, type State } from "#apps/console/state.ts";
import { audit } from "./audit.ts";
import { conversation } from "./conversation.ts";
import { conversations } from "./conversations.ts";
import { dialog } from "./dialogs.ts";
import { events } from "./events.ts";
import { explain } from "./explain.ts";
import { failures } from "./failures.ts";
import { find } from "./find.ts";
import { type IconName, icon } from "./icons.ts";
import { links } from "./links.ts";
import { now } from "./now.ts";
import { numbers } from "./numbers.ts";
import { heading, loading } from "./parts.ts";
import { playground } from "./playground.ts";
import { service } from "./service.ts";
import { services } from "./services.ts";
import { settings } from "./settings.ts";
import { signIn } from "./sign-in.ts";
import { at, type View, viewOf } from "./view.ts";
import { webhook } from "./webhook.ts";
import { webhooks } from "./webhooks.ts";

/** Everything that is seen. */
export const shell = (state: State, dispatch: View["dispatch"]): TemplateResult => {
  const view = viewOf(state, dispatch);
  if (state.session === null) return html`<main class="door">${loading(view)}</main>`;
  return state.session.signedIn ? signedIn(view) : signIn(view);
};

const signedIn = (view: View): TemplateResult => {
  const { state, words, dispatch } = view;
  const { notice } = state;
  return html`
    <a class="skip" href="#content">${words.shell.skip}</a>
    <div class="frame">
      <header class="side">
        <a class="brand" href=${at(view, { name: "now" })}>sms-proxy</a>
        <nav aria-label=${words.shell.navigation}>
          <ul class="nav">${entriesOf(state).map((entry) => navEntry(view, entry))}</ul>
        </nav>
        ${settings(view)}
      </header>
      <main id="content" tabindex="-1">
        ${
          state.connection === "away"
            ? html`<p class="problem" role="alert">${words.problems.unanswered}</p>`
            : nothing
        }
        ${screen(view)}
      </main>
    </div>
    <div class="notices" role="status" aria-live="polite">
      ${
        notice === null
          ? nothing
          : html`<button class="notice" @click=${() => dispatch({ kind: "forget-notice" })}>
              ${words.done[notice] ?? notice}
            </button>`
      }
    </div>
    ${dialog(view)}
  `;
};

type Entry = readonly [IconName & Screen["name"], Screen];

const ENTRIES: readonly Entry[] = [
  ["now", { name: "now" }],
  ["find", { name: "find" }],
  ["conversations", { name: "conversations", state: null, cursor: null }],
  ["numbers", { name: "numbers", country: null }],
  ["links", { name: "links" }],
  ["events", { name: "events", kind: null }],
  ["webhooks", { name: "webhooks", service: null }],
  ["failures", { name: "failures", since: "day" }],
  ["explain", { name: "explain" }],
  ["services", { name: "services" }],
  ["audit", { name: "audit", action: null, subject: null, cursor: null }],
];

const entriesOf = (state: State): readonly Entry[] => {
  const isOfOne = state.session?.service != null;
  const shown = ENTRIES.filter(
    ([name]) => !(isOfOne && name === "links") && !(name === "audit" && (isOfOne || !mayWrite(state))),
  );
  return hasPlayground(state) ? [["playground", { name: "playground" }], ...shown] : shown;
};

const navEntry = (view: View, [name, screen]: Entry): TemplateResult => {
  const shown = view.state.address.screen.name;
  const isHere =
    shown === name ||
    (shown === "conversation" && name === "conversations") ||
    (shown === "webhook" && name === "webhooks") ||
    (shown === "service" && name === "services");
  return html`<li>
    <a href=${at(view, screen)} aria-current=${isHere ? "page" : nothing}>${icon(name)}<span>${view.words.screens[name]}</span></a>
  </li>`;
};

const screen = (view: View): TemplateResult => {
  const shown = view.state.address.screen;
  switch (shown.name) {
    case "now":
      return now(view);
    case "find":
      return find(view);
    case "conversations":
      return conversations(view, shown);
    case "conversation":
      return conversation(view, shown);
    case "numbers":
      return numbers(view, shown);
    case "links":
      return links(view);
    case "events":
      return events(view, shown);
    case "webhooks":
      return webhooks(view, shown);
    case "webhook":
      return webhook(view, shown);
    case "failures":
      return failures(view, shown);
    case "audit":
      return audit(view, shown);
    case "explain":
      return explain(view);
    case "services":
      return services(view);
    case "service":
      return service(view, shown);
    case "playground":
      return playground(view);
    default:
      return nowhere(view);
  }
};

const nowhere = (view: View): TemplateResult => html`
  ${heading(view.words.screens.nowhere, view.words.shell.nothingHere)}
  <p><a class="button" href=${at(view, { name: "now" })}>${view.words.shell.toNow}</a></p>
`;
