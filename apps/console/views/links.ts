import { html, nothing, type TemplateResult } from "lit-html";
import type { Link } from "#apps/console/model.ts";
import { LINKS } from "#apps/console/needs.ts";
import { mayWrite } from "#apps/console/state.ts";
import {
  commandProblem,
  empty,
  heading,
  loading,
  mark,
  moment,
  problem,
  type Shown,
  written,
} from "./parts.ts";
import { isRunning, problemOf, read, type View } from "./view.ts";

export const links = (view: View): TemplateResult => {
  const { words } = view;
  const page = read(view, LINKS);
  return html`
    ${heading(words.screens.links)} ${problem(problemOf(view, LINKS))} ${commandProblem(view, "resume-link")}
    ${
      page === null
        ? loading(view)
        : page.items.length === 0
          ? empty(words.links.none, words.links.noneHint)
          : html`<ul class="cards">${page.items.map((each) => card(view, each))}</ul>`
    }
  `;
};

const card = (view: View, link: Link): TemplateResult => {
  const { words, format } = view;
  const fact = (label: string, value: Shown | string): TemplateResult =>
    html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return html`
    <li class="card" data-state=${link.state}>
      <header>
        <h2>${link.name}</h2>
        ${mark(view, link.state)}
      </header>
      <p class="hint">${link.kind.toUpperCase()} · ${words.links.directions[link.direction]} · ${link.process}</p>
      ${link.reason === null ? nothing : html`<p class="reason">${written(link.reason.detail)} <code>${link.reason.name}</code></p>`}
      ${
        link.nextAttemptAt === null
          ? nothing
          : html`<p class="hint">${words.links.next} ${format.ago(link.nextAttemptAt, view.state.now)}</p>`
      }
      <dl>
        ${fact(
          words.links.window,
          html`<meter min="0" max=${Math.max(1, link.window)} value=${link.inFlight} aria-label=${words.links.window}></meter>
            <span class="meter-words">${words.links.windowOf(link.inFlight, link.window)}</span>`,
        )}
        ${fact(words.links.rate, words.links.perSecond(format.count(link.rate)))}
        ${said(view, link)}
        ${fact(words.links.sent, format.count(link.sent))} ${fact(words.links.throttled, format.count(link.throttled))}
        ${fact(words.links.since, moment(view, link.since))}
      </dl>
      ${actions(view, link)}
    </li>
  `;
};

/** What operators have said of it, beside what is in force. */
const said = ({ words, format }: View, { setting }: Link): Shown => {
  if (setting === null || (setting.window === null && setting.rate === null)) return nothing;
  const { window, rate, changedBy } = setting;
  const limits = [
    ...(window === null ? [] : [words.links.windowSet(format.count(window))]),
    ...(rate === null ? [] : [words.links.perSecond(format.count(rate))]),
  ];
  return html`<div>
    <dt>${words.links.said}</dt>
    <dd>${limits.join(" · ")} <span class="hint">${words.links.saidBy(changedBy)}</span></dd>
  </div>`;
};

/** What only receives goes with a link that sends. */
const actions = (view: View, link: Link): Shown => {
  const { words, state, dispatch } = view;
  if (!mayWrite(state) || link.direction === "receiver") return nothing;
  const { name } = link;
  const open = (kind: "pause-link" | "restart-link" | "set-link") => () =>
    dispatch({ kind: "open-dialog", dialog: { kind, link } });
  const button = (label: string, press: () => void, isDisabled = false): TemplateResult => html`
    <button class="button small" aria-label="${label} ${name}" ?disabled=${isDisabled} @click=${press}>${label}</button>
  `;
  return html`<div class="actions">
    ${
      link.state === "paused"
        ? button(
            words.links.resume,
            () => dispatch({ kind: "resume-link", name }),
            isRunning(view, "resume-link"),
          )
        : button(words.links.pause, open("pause-link"))
    }
    ${button(words.links.restart, open("restart-link"))} ${button(words.links.set, open("set-link"))}
  </div>`;
};
