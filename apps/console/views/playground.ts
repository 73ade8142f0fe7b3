import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import { type HandsetText, textsOnHandset } from "#apps/console/handset-texts.ts";
import type { Conversation, Message } from "#apps/console/model.ts";
import { conversationPath, messagesPath } from "#apps/console/needs.ts";
import { FAULT_NAMES, PLAYERS } from "#apps/console/players.ts";
import { hasPlayground, mayWrite } from "#apps/console/state.ts";
import { icon } from "./icons.ts";
import { commandProblem, empty, figure, heading, loading, mark, written } from "./parts.ts";
import { segmentCounter } from "./segment-counter.ts";
import { at, read, type View } from "./view.ts";
import { wire } from "./wire.ts";

export const playground = (view: View): TemplateResult => {
  const { state, words } = view;
  if (!hasPlayground(state)) return heading(words.screens.playground, words.playground.onlySandbox);
  if (!mayWrite(state)) return heading(words.screens.playground, words.playground.readOnly);
  const { conversation: id } = state.playground;
  const conversation = id === null ? null : read(view, conversationPath(id));
  const messages = id === null ? [] : (read(view, messagesPath(id))?.items ?? []);
  return html`
    ${heading(
      words.screens.playground,
      words.playground.lead,
      id === null
        ? nothing
        : html`<a class="button" href=${at(view, { name: "conversation", id, message: null })}>${words.playground.open}</a>`,
    )}
    ${commandProblem(view, "open-playground")}
    ${
      conversation === null
        ? loading(view)
        : html`<div class="stage">
            ${handset(view, conversation, messages, 0)} ${middle(view, conversation, messages)}
            ${handset(view, conversation, messages, 1)}
          </div>`
    }
  `;
};

const middle = (view: View, conversation: Conversation, messages: readonly Message[]): TemplateResult => {
  const { words, state, dispatch } = view;
  const { faults } = state.playground;
  return html`
    <div class="middle">
      <section class="panel">
        <h2>${words.playground.wire}</h2>
        ${wire(view, conversation, messages)}
      </section>
      <section class="panel">
        <h2>${words.playground.faults}</h2>
        <ul class="faults">
          ${FAULT_NAMES.map(
            (fault) => html`<li>
              <label class="switch">
                <input
                  type="checkbox"
                  role="switch"
                  .checked=${faults.includes(fault)}
                  @change=${(event: Event) =>
                    dispatch({
                      kind: "fault",
                      fault,
                      isOn: (event.currentTarget as HTMLInputElement).checked,
                    })}
                />
                <span class="switch-name">${words.playground.fault[fault].name}</span>
                <span class="hint">${words.playground.fault[fault].what}</span>
              </label>
            </li>`,
          )}
        </ul>
        ${commandProblem(view, "faults")}
      </section>
    </div>
  `;
};

const handset = (
  view: View,
  conversation: Conversation,
  messages: readonly Message[],
  index: 0 | 1,
): TemplateResult => {
  const { words, state, dispatch } = view;
  const { number, name } = PLAYERS[index];
  const other = conversation.participants[1 - index]!;
  const otherName = PLAYERS[1 - index]!.name;
  const { inboxes, drafts, pending } = state.playground;
  const own = { number, participant: conversation.participants[index]!.id };
  const inbox = (inboxes[number] ?? []).filter(({ from }) => from === other.virtualNumber);
  const texts = textsOnHandset(own, messages, pending, inbox);
  const draft = drafts[number] ?? "";
  const send = (event: Event): void => {
    event.preventDefault();
    if (draft.trim() === "") return;
    dispatch({ kind: "text", handset: number, to: other.virtualNumber, text: draft, now: Date.now() });
  };
  return html`
    <section class="phone handset" aria-label=${words.conversation.sees(name)}>
      <header class="phone-head">
        <div>
          <h2>${name}</h2>
          <p class="hint">${figure(number)} <span class="own-number">${words.playground.ownHint(otherName)}</span></p>
        </div>
      </header>
      <p class="phone-peer">${otherName} <span class="hint">${words.conversation.standsFor}</span> ${figure(other.virtualNumber)}</p>
      <div class="texts" tabindex="0" role="log" aria-label=${words.conversation.sees(name)} data-follow=${texts.length}>
        ${
          texts.length === 0
            ? empty(words.conversation.empty, words.playground.empty(otherName))
            : html`<ol>
                ${repeat(
                  texts,
                  ({ id }) => id,
                  (each) => bubble(view, each),
                )}
              </ol>`
        }
      </div>
      <form class="type" @submit=${send}>
        <label class="visually-hidden" for="draft-${index}">${words.playground.type(otherName)}</label>
        <textarea
          id="draft-${index}"
          rows="1"
          placeholder=${words.playground.type(otherName)}
          maxlength="1600"
          .value=${draft}
          ?data-first-focus=${index === 0}
          @input=${(event: Event) =>
            dispatch({
              kind: "draft",
              handset: number,
              text: (event.currentTarget as HTMLTextAreaElement).value,
            })}
          @keydown=${(event: KeyboardEvent) => {
            if (event.key === "Enter" && !event.shiftKey && !event.isComposing) send(event);
          }}
        ></textarea>
        <button class="button primary round" aria-label=${words.playground.send} ?disabled=${draft.trim() === ""}>
          ${icon("send")}
        </button>
        ${segmentCounter(view, draft)}
      </form>
      ${commandProblem(view, "text")}
    </section>
  `;
};

const bubble = (
  view: View,
  { isOwn, text, at: when, message, received }: HandsetText,
): TemplateResult => html`
  <li class=${isOwn ? "bubble own" : "bubble"}>
    <div class="bubble-text">${written(text)}</div>
    <p class="bubble-foot">
      <time datetime=${new Date(when).toISOString()}>${view.format.time(when)}</time>
      ${isOwn ? mark(view, message?.state ?? "sending") : nothing}
      ${received ? html`<span>${received.link.toUpperCase()}</span>` : nothing}
    </p>
  </li>
`;
