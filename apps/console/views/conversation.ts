import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Screen } from "#apps/console/addresses.ts";
import type { Conversation, Message, Participant } from "#apps/console/model.ts";
import { conversationPath, messagesPath } from "#apps/console/needs.ts";
import { mayWrite } from "#apps/console/state.ts";
import { isOnPhoneOf } from "#apps/console/way.ts";
import { nameOf, namesOf } from "./conversations.ts";
import { icon } from "./icons.ts";
import {
  commandProblem,
  empty,
  figure,
  heading,
  loading,
  mark,
  moment,
  type Shown,
  written,
} from "./parts.ts";
import { at, fieldsOf, isRunning, problemOf, read, type View } from "./view.ts";
import { way } from "./way.ts";

type At = Extract<Screen, { readonly name: "conversation" }>;

export const conversation = (view: View, screen: At): TemplateResult => {
  const { words } = view;
  const path = conversationPath(screen.id);
  const found = read(view, path);
  if (found === null) {
    const missing = problemOf(view, path)?.status === 404;
    return missing ? heading(words.conversation.noSuch, screen.id) : loading(view);
  }
  const messages = read(view, messagesPath(screen.id))?.items ?? null;
  const chosen = messages?.find(({ id }) => id === screen.message) ?? null;
  const nameById = (id: string): string => nameIn(view, found, id);
  return html`
    ${heading(namesOf(view, found), mark(view, found.state), actions(view, found))}
    ${facts(view, found)}
    <div class="bench">
      <div class="phones">
        ${found.participants.map((each, index) =>
          phone(view, screen, found, each, found.participants[1 - index]!, messages),
        )}
      </div>
      <aside class="panel" aria-label=${words.conversation.way}>
        <h2>${words.conversation.way}</h2>
        ${chosen === null ? html`<p class="hint">${words.conversation.wayHint}</p>` : way(view, chosen, nameById, found.state === "open")}
      </aside>
    </div>
    ${found.state === "open" && mayWrite(view.state) ? composer(view, found) : nothing}
  `;
};

const nameIn = (view: View, { participants, formerParticipants }: Conversation, id: string): string => {
  if (id === "app") return view.words.conversation.fromApp;
  const known = [...participants, ...formerParticipants].find((each) => each.id === id);
  return known ? nameOf(view, known) : id;
};

const actions = (view: View, { id, state }: Conversation): Shown =>
  state === "open" && mayWrite(view.state)
    ? html`<button
        class="button"
        @click=${() => view.dispatch({ kind: "open-dialog", dialog: { kind: "close", conversation: id } })}
      >
        ${view.words.conversation.close}
      </button>`
    : nothing;

const facts = (view: View, found: Conversation): TemplateResult => {
  const { words, format } = view;
  const { reference, openedAt, expiresAt, idleTtl, lastMessageAt, closedAt, closeReason, metadata } = found;
  const fact = (label: string, value: Shown | string): TemplateResult =>
    html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return html`
    <dl class="facts">
      ${reference === null ? nothing : fact(words.conversation.reference, written(reference))}
      ${fact(words.conversation.opened, moment(view, openedAt))}
      ${lastMessageAt === null ? nothing : fact(words.conversation.lastText, moment(view, lastMessageAt))}
      ${expiresAt === null ? nothing : fact(words.conversation.expires, moment(view, expiresAt))}
      ${idleTtl === null ? nothing : fact(words.conversation.idle, idleTtl)}
      ${
        closedAt === null
          ? nothing
          : fact(
              words.conversation.closed,
              html`${moment(view, closedAt)}${closeReason ? html` · ${written(closeReason)}` : nothing}`,
            )
      }
      ${Object.entries(metadata).map(([key, value]) => fact(key, written(value)))}
      ${found.formerParticipants.map((former) =>
        fact(
          nameOf(view, former),
          words.conversation.former(nameOf(view, former), format.ago(former.leftAt, view.state.now)),
        ),
      )}
    </dl>
  `;
};

const phone = (
  view: View,
  screen: At,
  found: Conversation,
  own: Participant,
  other: Participant,
  messages: readonly Message[] | null,
): TemplateResult => {
  const { words, state, dispatch, format } = view;
  const name = nameOf(view, own);
  const texts = (messages ?? []).filter((message) => isOnPhoneOf(message, own.id));
  const isOpen = found.state === "open" && mayWrite(state);
  const swap = { kind: "swap", conversation: found.id, participant: own.id, name } as const;
  return html`
    <section class="phone" aria-label=${words.conversation.sees(name)}>
      <header class="phone-head">
        <div>
          <h2>${written(name)}</h2>
          <p class="hint">${format.country(own.country)} · ${realNumber(view, found.id, own)}</p>
        </div>
        ${
          isOpen
            ? html`<button class="button small" @click=${() => dispatch({ kind: "open-dialog", dialog: swap })}>
                ${words.conversation.swap}
              </button>`
            : nothing
        }
      </header>
      <p class="phone-peer">
        ${written(nameOf(view, other))}
        <span class="hint">${words.conversation.standsFor}</span> ${figure(other.virtualNumber)}
      </p>
      <div class="texts" tabindex="0" role="log" aria-label=${words.conversation.sees(name)} data-follow=${texts.length}>
        ${
          messages === null
            ? loading(view)
            : texts.length === 0
              ? empty(words.conversation.empty, words.conversation.emptyHint(other.virtualNumber))
              : html`<ol>
                  ${repeat(
                    texts,
                    ({ id }) => id,
                    (message) => bubble(view, screen, message, message.sender === own.id),
                  )}
                </ol>`
        }
      </div>
    </section>
  `;
};

const bubble = (view: View, screen: At, message: Message, isOwn: boolean): TemplateResult => {
  const { words, format } = view;
  const isChosen = message.id === screen.message;
  return html`
    <li class=${isOwn ? "bubble own" : "bubble"} data-state=${message.state}>
      <a
        href=${at(view, { ...screen, message: isChosen ? null : message.id })}
        aria-current=${isChosen ? "true" : nothing}
      >
        ${
          message.text === null
            ? html`<em>${"unreadable" in message ? words.conversation.unreadable : words.conversation.erased}</em>`
            : written(message.text)
        }
      </a>
      <p class="bubble-foot">
        ${message.sender === "app" ? html`<span>${words.conversation.fromApp}</span>` : nothing}
        <time datetime=${message.receivedAt}>${format.time(message.receivedAt)}</time> ${mark(view, message.state)}
      </p>
    </li>
  `;
};

/** Masked until somebody asks, which the server writes down; never there for a key that may only read. */
const realNumber = (view: View, conversationId: string, { id, number }: Participant): TemplateResult => {
  const { words, state, dispatch } = view;
  const revealed = state.revealed[id];
  if (revealed !== undefined)
    return html`${figure(revealed)}
      <button class="plain" @click=${() => dispatch({ kind: "hide", participant: id })}>${words.conversation.hide}</button>`;
  if (number === null || !mayWrite(state)) return html`${figure(number ?? "–")}`;
  return html`${figure(number)}
    <button
      class="plain"
      title=${words.conversation.revealHint}
      @click=${() => dispatch({ kind: "reveal", conversation: conversationId, participant: id })}
    >
      ${icon("eye")}${words.conversation.reveal}
    </button>`;
};

const composer = (view: View, found: Conversation): TemplateResult => {
  const { words, dispatch } = view;
  const send = (event: Event): void => {
    const { to = "all", text = "" } = fieldsOf(event);
    dispatch({ kind: "send", conversation: found.id, to, text });
    (event.currentTarget as HTMLFormElement).reset();
  };
  return html`
    <form class="composer panel" @submit=${send}>
      <h2>${words.conversation.send}</h2>
      <label class="field">
        <span class="field-label">${words.conversation.sendTo}</span>
        <select name="to">
          <option value="all">${words.conversation.both}</option>
          ${found.participants.map((each) => html`<option value=${each.id}>${nameOf(view, each)}</option>`)}
        </select>
      </label>
      <label class="field grow">
        <span class="field-label">${words.conversation.text}</span>
        <input name="text" required maxlength="1600" autocomplete="off" />
      </label>
      <button class="button primary" ?disabled=${isRunning(view, "send")}>${words.conversation.sendSubmit}</button>
      ${commandProblem(view, "send")}
    </form>
  `;
};
