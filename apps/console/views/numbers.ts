import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Screen } from "#apps/console/addresses.ts";
import type { Pool, VirtualNumber } from "#apps/console/model.ts";
import { NUMBERS, POOL } from "#apps/console/needs.ts";
import { type Dialog, mayWrite } from "#apps/console/state.ts";
import { empty, figure, heading, loading, mark, moment, problem, type Shown } from "./parts.ts";
import { at, problemOf, read, type View } from "./view.ts";

type At = Extract<Screen, { readonly name: "numbers" }>;

export const numbers = (view: View, screen: At): TemplateResult => {
  const { words, state, dispatch } = view;
  const page = read(view, NUMBERS);
  const open = (kind: "rent" | "register") => () => dispatch({ kind: "open-dialog", dialog: { kind } });
  const actions = mayWrite(state)
    ? html`<button class="button" @click=${open("register")}>${words.numbers.register}</button>
        <button class="button primary" @click=${open("rent")}>${words.numbers.rent}</button>`
    : nothing;
  return html`
    ${heading(words.screens.numbers, nothing, actions)} ${problem(problemOf(view, NUMBERS))}
    ${page === null ? loading(view) : list(view, screen, page.items)}
  `;
};

const list = (view: View, screen: At, items: readonly VirtualNumber[]): TemplateResult => {
  const { words, format } = view;
  if (items.length === 0) return empty(words.numbers.none, words.numbers.noneHint);
  const countries = [...new Set(items.map(({ country }) => country))].toSorted();
  const shown = items.filter(({ country }) => screen.country === null || country === screen.country);
  const filter = (country: string | null, label: string): TemplateResult => html`
    <a
      href=${at(view, { name: "numbers", country })}
      aria-current=${screen.country === country ? "true" : nothing}
      >${label} <span class="hint">${items.filter((each) => country === null || each.country === country).length}</span></a
    >
  `;
  return html`
    <nav class="filter" aria-label=${words.numbers.country}>
      ${filter(null, words.numbers.allCountries)} ${countries.map((each) => filter(each, format.country(each)))}
    </nav>
    ${pools(view, screen)}
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">${words.numbers.number}</th>
            <th scope="col">${words.numbers.country}</th>
            <th scope="col">${words.numbers.state}</th>
            <th scope="col" class="right">${words.numbers.live}</th>
            <th scope="col" class="right">${words.numbers.resting}</th>
            <th scope="col">${words.numbers.added}</th>
            ${mayWrite(view.state) ? html`<th scope="col"><span class="visually-hidden">${words.numbers.actions}</span></th>` : nothing}
          </tr>
        </thead>
        <tbody>
          ${repeat(
            shown,
            ({ number }) => number,
            (each) => row(view, each),
          )}
        </tbody>
      </table>
    </div>
  `;
};

/** How many numbers each country has, and how many its conversations need at least. */
const pools = (view: View, screen: At): Shown => {
  const { words } = view;
  const all = read(view, POOL)?.items ?? [];
  const shown = all.filter(({ country }) => screen.country === null || country === screen.country);
  return shown.length === 0
    ? nothing
    : html`<section class="pools" aria-label=${words.numbers.pool}>${shown.map((each) => poolOf(view, each))}</section>`;
};

const poolOf = ({ words, format }: View, pool: Pool): TemplateResult => {
  const { country, service, numbers: counts, minimum, boundBy, headRoom } = pool;
  const whole = Math.max(1, counts.active, minimum);
  return html`<div class="pool" data-spent=${headRoom === 0 && pool.liveRoutes > 0}>
    <h2>
      ${format.country(country)}
      <span class="hint">${service === "default" ? nothing : html`${service} · `}${words.numbers.total(counts.active)}</span>
    </h2>
    <svg class="bar" viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
      <rect class="bar-whole" width=${(counts.active / whole) * 100} height="4" />
      <rect class="bar-part" width=${(minimum / whole) * 100} height="4" />
    </svg>
    <p class="hint" title=${boundBy === null ? nothing : words.numbers.bound}>
      ${words.numbers.needs(minimum)} · ${words.numbers.spare(headRoom)}
      ${counts.draining === 0 ? nothing : html`· ${words.numbers.drainingCount(counts.draining)}`}
    </p>
  </div>`;
};

const row = (view: View, one: VirtualNumber): TemplateResult => {
  const { format, state } = view;
  return html`<tr>
    <td>${figure(one.number)}</td>
    <td>${format.country(one.country)}</td>
    <td>${mark(view, one.state)}</td>
    <td class="right">${format.count(one.liveRoutes)}</td>
    <td class="right">${format.count(one.quarantinedRoutes)}</td>
    <td>${moment(view, one.addedAt)}</td>
    ${mayWrite(state) ? html`<td class="right">${rowActions(view, one)}</td>` : nothing}
  </tr>`;
};

const rowActions = ({ words, dispatch }: View, one: VirtualNumber): TemplateResult => {
  const open = (dialog: Dialog) => () => dispatch({ kind: "open-dialog", dialog });
  const isInUse = one.liveRoutes + one.quarantinedRoutes > 0;
  return html`
    ${
      one.state === "active"
        ? html`<button
            class="button small"
            aria-label="${words.numbers.drain} ${one.number}"
            @click=${open({ kind: "drain", number: one.number })}
          >
            ${words.numbers.drain}
          </button>`
        : nothing
    }
    <button
      class="button small"
      aria-label="${words.numbers.release} ${one.number}"
      ?disabled=${isInUse}
      title=${isInUse ? words.numbers.cannotRelease : nothing}
      @click=${open({ kind: "release", number: one.number })}
    >
      ${words.numbers.release}
    </button>
  `;
};
