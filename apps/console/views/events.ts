import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { EVENT_KINDS, type Screen } from "#apps/console/addresses.ts";
import type { FeedEvent } from "#apps/console/model.ts";
import { empty, figure, heading, type Shown } from "./parts.ts";
import { at, type View } from "./view.ts";

type At = Extract<Screen, { readonly name: "events" }>;

export const events = (view: View, screen: At): TemplateResult => {
  const { words, state } = view;
  const shown = state.events.filter(({ type }) => screen.kind === null || type.startsWith(`${screen.kind}.`));
  const filter = (kind: At["kind"], label: string): TemplateResult => html`
    <a href=${at(view, { name: "events", kind })} aria-current=${screen.kind === kind ? "true" : nothing}>${label}</a>
  `;
  return html`
    ${heading(words.screens.events, words.events.lead)}
    <nav class="filter" aria-label=${words.events.kind}>
      ${filter(null, words.events.all)} ${EVENT_KINDS.map((kind) => filter(kind, words.events.kinds[kind]))}
    </nav>
    ${
      shown.length === 0
        ? empty(words.events.none, words.events.noneHint)
        : html`<ol class="events">
            ${repeat(
              shown.toReversed(),
              ({ id }) => id,
              (each) => row(view, each),
            )}
          </ol>`
    }
  `;
};

const row = (view: View, event: FeedEvent): TemplateResult => {
  const { type, timestamp, subject, data } = event;
  return html`<li>
    <time datetime=${timestamp}>${view.format.exactTime(timestamp)}</time>
    <code class="event-type">${type}</code>
    <span>${subject === null ? nothing : aboutOf(view, event, subject)}</span>
    <span class="hint event-data">${Object.entries(data).map(([name, value]) => fieldOf(name, value))}</span>
  </li>`;
};

/** Leads to where the subject can be looked at. */
const aboutOf = (view: View, { type, data }: FeedEvent, subject: string): Shown => {
  const { conversationId } = data;
  const id = type.startsWith("conversation.")
    ? subject
    : typeof conversationId === "string"
      ? conversationId
      : null;
  if (id === null) return figure(subject);
  const message = subject.startsWith("msg_") ? subject : null;
  return html`<a href=${at(view, { name: "conversation", id, message })}><code>${subject}</code></a>`;
};

/** Ids stand in the links already. */
const fieldOf = (name: string, value: unknown): Shown =>
  value === null || value === undefined || name.endsWith("Id") || typeof value === "object"
    ? nothing
    : html`<span>${name} ${String(value)}</span> `;
