import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Screen } from "#apps/console/addresses.ts";
import type { Conversation } from "#apps/console/model.ts";
import { conversationsPath } from "#apps/console/needs.ts";
import { empty, heading, loading, mark, moment, problem, written } from "./parts.ts";
import { at, problemOf, read, type View } from "./view.ts";

type Conversations = Extract<Screen, { readonly name: "conversations" }>;

export const conversations = (view: View, screen: Conversations): TemplateResult => {
  const { words } = view;
  const path = conversationsPath(screen);
  const page = read(view, path);
  const filter = (state: Conversations["state"], label: string): TemplateResult => html`
    <a
      href=${at(view, { name: "conversations", state, cursor: null })}
      aria-current=${screen.state === state ? "true" : nothing}
      >${label}</a
    >
  `;
  return html`
    ${heading(words.screens.conversations)}
    <nav class="filter" aria-label=${words.conversations.state}>
      ${filter(null, words.conversations.all)} ${filter("open", words.conversations.open)}
      ${filter("closed", words.conversations.closed)}
    </nav>
    ${problem(problemOf(view, path))} ${conversationTable(view, page?.items ?? null)}
    <p class="pager">
      ${
        screen.cursor === null
          ? nothing
          : html`<a class="button" href=${at(view, { ...screen, cursor: null })}>${words.conversations.newest}</a>`
      }
      ${
        page?.next
          ? html`<a class="button" href=${at(view, { ...screen, cursor: page.next })}>${words.conversations.more}</a>`
          : nothing
      }
    </p>
  `;
};

/** Conversations, newest first; null: not read yet. */
export const conversationTable = (view: View, items: readonly Conversation[] | null): TemplateResult => {
  const { words } = view;
  if (items === null) return loading(view);
  if (items.length === 0) return empty(words.conversations.none, words.conversations.noneHint);
  return html`
    <div class="table-frame">
      <table>
        <thead>
          <tr>
            <th scope="col">${words.conversations.participants}</th>
            <th scope="col">${words.conversations.state}</th>
            <th scope="col">${words.conversations.reference}</th>
            <th scope="col">${words.conversations.last}</th>
            <th scope="col">${words.conversations.opened}</th>
          </tr>
        </thead>
        <tbody>
          ${repeat(
            items,
            ({ id }) => id,
            (each) => row(view, each),
          )}
        </tbody>
      </table>
    </div>
  `;
};

const countriesOf = ({ format }: View, { participants }: Conversation): string =>
  [...new Set(participants.map(({ country }) => format.country(country)))].join(" · ");

const row = (view: View, conversation: Conversation): TemplateResult => {
  const { id, state, reference, lastMessageAt, openedAt } = conversation;
  return html`<tr>
    <td>
      <a class="row-link" href=${at(view, { name: "conversation", id, message: null })}>${namesOf(view, conversation)}</a>
      <span class="hint">${countriesOf(view, conversation)}</span>
    </td>
    <td>${mark(view, state)}</td>
    <td>${reference === null ? html`<span class="hint">–</span>` : written(reference)}</td>
    <td>${lastMessageAt === null ? html`<span class="hint">${view.words.conversations.never}</span>` : moment(view, lastMessageAt)}</td>
    <td>${moment(view, openedAt)}</td>
  </tr>`;
};

/** Both participants, by name or by what is shown of their numbers. */
export const namesOf = (view: View, { participants }: Conversation): TemplateResult =>
  html`${participants.map(
    (each, index) =>
      html`${index === 0 ? nothing : html`<span class="amid"> & </span>`}${written(nameOf(view, each))}`,
  )}`;

export const nameOf = (
  { words }: View,
  { name, number }: { readonly name: string | null; readonly number: string | null },
): string => name ?? number ?? words.conversation.unnamed;
