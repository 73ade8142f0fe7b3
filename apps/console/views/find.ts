import { html, nothing, type TemplateResult } from "lit-html";
import type { FoundMessage } from "#apps/console/model.ts";
import type { Finding } from "#apps/console/what-is.ts";
import { conversationTable } from "./conversations.ts";
import { commandProblem, empty, figure, heading, mark, moment, type Shown, written } from "./parts.ts";
import { at, fieldsOf, type View } from "./view.ts";
import { failureIn } from "./way.ts";

export const find = (view: View): TemplateResult => {
  const { words, state, dispatch } = view;
  return html`
    ${heading(words.screens.find, words.find.lead)}
    <form
      class="search"
      role="search"
      @submit=${(event: Event) => dispatch({ kind: "find", typed: fieldsOf(event).sought ?? "" })}
    >
      <label class="visually-hidden" for="sought">${words.find.label}</label>
      <input id="sought" name="sought" placeholder=${words.find.placeholder} autocomplete="off" spellcheck="false" data-first-focus />
      <button class="button primary">${words.find.submit}</button>
    </form>
    <p class="hint">${words.find.note}</p>
    ${commandProblem(view, "find")} ${commandProblem(view, "find-texts")} ${commandProblem(view, "find-message")}
    ${state.finding === null ? nothing : results(view, state.finding)}
  `;
};

const results = (view: View, finding: Finding): Shown => {
  const { words } = view;
  const { sought, conversations, messages, nearMisses, own } = finding;
  if (sought.kind !== "number" && sought.kind !== "reference") return nothing;
  if (conversations === null) return html`<p class="loading">${words.find.searching}</p>`;
  if (conversations.length === 0 && (messages ?? []).length === 0 && own === null)
    return view.state.commands.find?.problem ? nothing : empty(words.find.nothing, words.find.nothingHint);
  return html`
    ${
      own === null
        ? nothing
        : html`<section class="panel">
            <h2>${words.find.own}</h2>
            <p>${figure(own.number)} · ${view.format.country(own.country)} · ${mark(view, own.state)}</p>
            <p><a href=${at(view, { name: "numbers", country: own.country })}>${words.screens.numbers}</a></p>
          </section>`
    }
    ${
      conversations.length === 0
        ? nothing
        : html`<section>
            <h2>${words.find.conversations}</h2>
            ${conversationTable(view, conversations)}
          </section>`
    }
    ${
      messages === null || messages.length === 0
        ? nothing
        : html`<section>
            <h2>${words.find.messages}</h2>
            <ul class="found">${messages.map((each) => foundMessage(view, each))}</ul>
          </section>`
    }
    ${nearMisses
      .filter((near) => near.conversations.length > 0)
      .map(
        (near) => html`<section>
          <h2>${words.find.near}</h2>
          <p class="hint">${words.find.nearHint} ${figure(near.virtualNumber)}</p>
          ${conversationTable(view, near.conversations)}
        </section>`,
      )}
  `;
};

const foundMessage = (view: View, message: FoundMessage): TemplateResult => {
  const { id, text, conversationId, texted, failure, state, receivedAt } = message;
  const shown = text === null ? view.words.conversation.erased : text;
  return html`<li>
    <p class="found-text">
      ${
        conversationId === null
          ? written(shown)
          : html`<a href=${at(view, { name: "conversation", id: conversationId, message: id })}>${written(shown)}</a>`
      }
    </p>
    <p class="hint">
      ${moment(view, receivedAt)} · ${mark(view, state)} ${texted === null ? nothing : figure(texted)}
      ${failureIn(view, failure)}
    </p>
  </li>`;
};
