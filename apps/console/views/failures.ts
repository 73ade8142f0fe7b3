import { html, nothing, type TemplateResult } from "lit-html";
import type { Screen } from "#apps/console/addresses.ts";
import type { FailureOfCode } from "#apps/console/model.ts";
import { failuresPath } from "#apps/console/needs.ts";
import { empty, figure, heading, loading, moment, problem, written } from "./parts.ts";
import { retryPanel } from "./retry-panel.ts";
import { at, problemOf, read, type View } from "./view.ts";

type At = Extract<Screen, { readonly name: "failures" }>;

interface Told {
  readonly since: string;
  readonly items: readonly FailureOfCode[];
}

/** So many of our numbers are named at a failure. */
const NUMBERS_SHOWN = 6;

export const failures = (view: View, screen: At): TemplateResult => {
  const { words, state } = view;
  const path = failuresPath(screen.since, state.now);
  const told = read(view, path);
  const range = (since: At["since"]): TemplateResult => html`
    <a href=${at(view, { name: "failures", since })} aria-current=${screen.since === since ? "true" : nothing}
      >${words.failures.ranges[since]}</a
    >
  `;
  return html`
    ${heading(words.screens.failures, words.failures.lead)}
    <nav class="filter" aria-label=${words.failures.since}>${range("day")} ${range("week")}</nav>
    ${problem(problemOf(view, path))}
    ${
      told === null
        ? loading(view)
        : told.items.length === 0
          ? empty(words.failures.none, words.failures.noneHint)
          : html`<ul class="failures">${told.items.map((each) => failure(view, each, told))}</ul>`
    }
    ${told === null || told.complete ? nothing : html`<p class="hint">${words.failures.cut}</p>`}
  `;
};

const failure = (view: View, one: FailureOfCode, { items, since }: Told): TemplateResult => {
  const { words, format } = view;
  const most = Math.max(...items.map(({ count }) => count));
  return html`<li>
    <div class="failure-count">
      <p class="tile-value">${format.count(one.count)}</p>
      <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
        <rect class="bar-whole" width="100" height="4" rx="2" />
        <rect class="bar-part" width=${Math.max(2, (one.count / most) * 100)} height="4" rx="2" />
      </svg>
    </div>
    <div>
      <h2>${written(words.reasons[one.code] ?? one.meaning)}</h2>
      <p>${written(one.advice)}</p>
      <p class="hint">
        <code>${one.code}</code> · ${words.failures.last} ${moment(view, one.lastAt)}
        ${one.numbers.length === 0 ? nothing : html`· ${words.failures.from}`}
        ${one.numbers.slice(0, NUMBERS_SHOWN).map(({ number, count }) => html`<span class="from">${figure(number)} (${format.count(count)})</span> `)}
        ${one.numbers.length > NUMBERS_SHOWN ? "…" : nothing}
      </p>
      ${retryPanel(view, one, since)}
    </div>
  </li>`;
};
