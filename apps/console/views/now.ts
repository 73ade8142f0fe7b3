import { html, nothing, type TemplateResult } from "lit-html";
import type { Screen } from "#apps/console/addresses.ts";
import type { Link } from "#apps/console/model.ts";
import { LATEST, LINKS, POOL, QUEUE, webhooksPath } from "#apps/console/needs.ts";
import { ratesIn, type Trouble, throttledIn, troublesIn } from "#apps/console/troubles.ts";
import { conversationTable } from "./conversations.ts";
import { heading, loading, type Shown, written } from "./parts.ts";
import { sparkline } from "./sparkline.ts";
import { at, problemOf, read, type View } from "./view.ts";

const SECONDS = 120;
/** What is shown as the rate now is the mean of so many seconds. */
const RECENT = 5;

export const now = (view: View): TemplateResult => {
  const { words, state, format } = view;
  const links = read(view, LINKS)?.items ?? null;
  const pools = read(view, POOL)?.items ?? null;
  const webhooks = read(view, webhooksPath(null))?.items ?? null;
  if (links === null && pools === null) return loading(view);
  const { samples } = state;
  const isDatabaseUp = problemOf(view, "/readyz") === null;
  const troubles = troublesIn({ isDatabaseUp, links, pools, webhooks, samples });
  const rates = ratesIn(samples);
  const recent = rates.slice(-RECENT);
  const rate = recent.reduce((sum, each) => sum + each, 0) / Math.max(1, recent.length);
  const sum = (of: (link: Link) => number): number =>
    (links ?? []).reduce((total, link) => total + of(link), 0);
  const up = (links ?? []).filter((link) => link.state === "up").length;
  const active = (pools ?? []).reduce((total, pool) => total + pool.numbers.active, 0);
  const spare = (pools ?? []).reduce((total, pool) => total + pool.headRoom, 0);
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
      ${queueTile(view)}
      ${tile(words.now.throttled, format.count(throttledIn(samples)), words.now.throttledHint)}
      ${openTile(view)} ${tile(words.now.links, format.count(up), words.now.linksHint((links ?? []).length))}
      ${tile(words.now.numbers, format.count(active), words.now.numbersHint(spare))}
    </section>
    <section>
      <header class="section-head">
        <h2>${words.now.latest}</h2>
        <a href=${at(view, { name: "conversations", state: null, cursor: null })}>${words.now.all}</a>
      </header>
      ${conversationTable(view, read(view, LATEST)?.items ?? null)}
    </section>
  `;
};

/** What no process has in hand: of a link that is down, a carrier that throttles, or a broadcast. */
const queueTile = (view: View): Shown => {
  const { words, format, state } = view;
  const queued = read(view, QUEUE)?.queued ?? null;
  if (queued === null) return nothing;
  const of = (priority: string): number => queued.find((each) => each.priority === priority)?.messages ?? 0;
  const all = queued.reduce((sum, { messages }) => sum + messages, 0);
  const oldest = queued.flatMap(({ oldestAt }) => (oldestAt === null ? [] : [Date.parse(oldestAt)]));
  const hint =
    all === 0
      ? words.now.queueEmpty
      : [
          ...(oldest.length === 0
            ? []
            : [words.now.queueOldest(format.span(Math.max(0, state.now - Math.min(...oldest))))]),
          words.now.queueByPriority(
            format.count(of("relay")),
            format.count(of("system")),
            format.count(of("broadcast")),
          ),
        ].join(": ");
  return tile(words.now.queue, format.count(all), hint);
};

const openTile = (view: View): Shown => {
  const { words, format } = view;
  const open = read(view, QUEUE)?.openConversations ?? null;
  return open === null ? nothing : tile(words.now.open, format.count(open), words.now.openHint);
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
  const { title, what, screen } = told(view, one);
  return html`<li class="trouble" data-kind=${one.kind}>
    <p class="trouble-title">${screen === null ? title : html`<a href=${at(view, screen)}>${title}</a>`}</p>
    <p>${what}</p>
  </li>`;
};

const told = (
  { words, format }: View,
  one: Trouble,
): { readonly title: string; readonly what: Shown | string; readonly screen: Screen | null } => {
  const { trouble: say } = words.now;
  if (one.kind === "poolSpent") {
    const { country } = one;
    return {
      title: say.poolSpent(format.country(country)),
      what: say.poolWhat,
      screen: { name: "numbers", country },
    };
  }
  if ("url" in one) {
    const { kind, id, url } = one;
    return { title: say[kind], what: written(url), screen: { name: "webhook", id } };
  }
  if (!("name" in one)) return { ...say[one.kind], screen: null };
  const what = one.detail ? written(one.detail) : say.linkWhat;
  return { title: say[one.kind](one.name), what, screen: { name: "links" } };
};
