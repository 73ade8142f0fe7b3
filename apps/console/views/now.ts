import { html, nothing, type TemplateResult } from "lit-html";
import type { Conversation, Link, Page, VirtualNumber } from "#apps/console/model.ts";
import { LATEST, NUMBERS } from "#apps/console/needs.ts";
import { ratesIn, type Trouble, throttledIn, troublesIn } from "#apps/console/troubles.ts";
import { conversationTable } from "./conversations.ts";
import { heading, loading, written } from "./parts.ts";
import { sparkline } from "./sparkline.ts";
import { at, problemOf, read, type View } from "./view.ts";

const SECONDS = 120;
/** What is shown as the rate now is the mean of so many seconds. */
const RECENT = 5;

export const now = (view: View): TemplateResult => {
  const { words, state, format } = view;
  const links = read<Page<Link>>(view, "/v1/links")?.items ?? null;
  const numbers = read<Page<VirtualNumber>>(view, NUMBERS)?.items ?? null;
  if (links === null && numbers === null) return loading(view);
  const { samples } = state;
  const isDatabaseUp = problemOf(view, "/readyz") === null;
  const troubles = troublesIn({ isDatabaseUp, links, numbers: numbers?.length ?? null, samples });
  const rates = ratesIn(samples);
  const recent = rates.slice(-RECENT);
  const rate = recent.reduce((sum, each) => sum + each, 0) / Math.max(1, recent.length);
  const sum = (of: (link: Link) => number): number =>
    (links ?? []).reduce((total, link) => total + of(link), 0);
  const up = (links ?? []).filter((link) => link.state === "up").length;
  const routes = (numbers ?? []).reduce((total, number) => total + number.liveRoutes, 0);
  return html`
    ${
      troubles.length === 0
        ? heading(words.now.fine, words.now.fineLead)
        : heading(words.now.troubles(troubles.length))
    }
    ${troubles.length === 0 ? nothing : html`<ul class="troubles">${troubles.map((each) => trouble(view, each))}</ul>`}
    <section class="figures" aria-label=${words.screens.now}>
      ${tile(
        words.now.traffic,
        format.count(Math.round(rate * 10) / 10),
        words.now.perSecond,
        sparkline(rates, words.now.sparkline, SECONDS),
      )}
      ${tile(words.now.inFlight, format.count(sum((link) => link.inFlight)), words.now.inFlightHint(sum((link) => link.window)))}
      ${tile(words.now.throttled, format.count(throttledIn(samples)), words.now.throttledHint)}
      ${tile(words.now.links, format.count(up), words.now.linksHint((links ?? []).length))}
      ${tile(words.now.numbers, format.count(numbers?.length ?? 0), words.now.numbersHint(routes))}
    </section>
    <section>
      <header class="section-head">
        <h2>${words.now.latest}</h2>
        <a href=${at(view, { name: "conversations", state: null, cursor: null })}>${words.now.all}</a>
      </header>
      ${conversationTable(view, read<Page<Conversation>>(view, LATEST)?.items ?? null)}
    </section>
  `;
};

const tile = (
  label: string,
  value: string,
  hint: string,
  more: TemplateResult | typeof nothing = nothing,
): TemplateResult => html`
  <div class=${more === nothing ? "tile" : "tile wide"}>
    <div>
      <p class="tile-label">${label}</p>
      <p class="tile-value">${value}</p>
      <p class="hint">${hint}</p>
    </div>
    ${more}
  </div>
`;

const trouble = (view: View, one: Trouble): TemplateResult => {
  const { trouble: told } = view.words.now;
  const isLink = "name" in one;
  const title = isLink ? told[one.kind](one.name) : told[one.kind].title;
  const what = isLink ? told.linkWhat : told[one.kind].what;
  return html`<li class="trouble" data-kind=${one.kind}>
    <p class="trouble-title">
      ${isLink ? html`<a href=${at(view, { name: "links" })}>${title}</a>` : title}
    </p>
    <p>${isLink && one.detail ? written(one.detail) : what}</p>
  </li>`;
};
