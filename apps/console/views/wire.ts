import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Conversation, Message } from "#apps/console/model.ts";
import { wayOf } from "#apps/console/way.ts";
import { nameOf } from "./conversations.ts";
import { mark, written } from "./parts.ts";
import { at, type View } from "./view.ts";

/** So many texts leave their tracks. */
const SHOWN = 8;

/** The tracks of the last texts between the two phones: in, through, and out again, the newest first. */
export const wire = (
  view: View,
  conversation: Conversation,
  messages: readonly Message[],
): TemplateResult => {
  if (messages.length === 0) return html`<p class="hint">${view.words.playground.wireEmpty}</p>`;
  return html`<ol class="wire">
    ${repeat(
      messages.slice(-SHOWN).toReversed(),
      ({ id }) => id,
      (message) => track(view, conversation, message),
    )}
  </ol>`;
};

const track = (view: View, { id, participants }: Conversation, message: Message): TemplateResult => {
  const { words, format } = view;
  const name = (participant: string | null): string => {
    if (participant === "app") return words.conversation.fromApp;
    const known = participants.find((each) => each.id === participant);
    return known ? nameOf(view, known) : "?";
  };
  const span = message.sentAt === null ? null : Date.parse(message.sentAt) - Date.parse(message.receivedAt);
  return html`<li data-state=${message.state}>
    <span class="track" aria-hidden="true">
      ${wayOf(message).map((step, index) =>
        index === 2
          ? nothing
          : html`<i data-done=${step.at !== null} data-end=${step.kind === "receipt" ? (step.state ?? "") : ""}></i>`,
      )}
    </span>
    <a href=${at(view, { name: "conversation", id, message: message.id })}>${written(message.text ?? "")}</a>
    <p class="wire-facts">
      <time datetime=${message.receivedAt}>${format.time(message.receivedAt)}</time>
      <span>${words.playground.wireIn(name(message.sender))} ${words.playground.wireOut(name(message.recipient))}</span>
      ${message.link === null ? "" : html`<span>${message.link.toUpperCase()}</span>`}
      ${span === null ? "" : html`<span>${format.span(Math.max(0, span))}</span>`} ${mark(view, message.state)}
    </p>
  </li>`;
};
