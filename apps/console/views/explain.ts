import { html, nothing, type TemplateResult } from "lit-html";
import { instantOf } from "#apps/console/instants.ts";
import type { Explanation } from "#apps/console/model.ts";
import type { State } from "#apps/console/state.ts";
import { commandProblem, field, figure, heading, moment, type Shown } from "./parts.ts";
import { at, fieldsOf, isRunning, type View } from "./view.ts";

export const explain = (view: View): TemplateResult => {
  const { words, state, dispatch } = view;
  const ask = (event: Event): void => {
    const { from = "", to = "", text = "", at: when = "" } = fieldsOf(event);
    dispatch({ kind: "explain", from, to, text, at: instantOf(when, state.address.zone) });
  };
  return html`
    ${heading(words.screens.explain, words.explain.lead)}
    <div class="columns">
      <form class="panel stack" @submit=${ask}>
        ${field({ name: "from", label: words.explain.from, type: "tel", required: true, placeholder: "+44 7700 900001" })}
        ${field({ name: "to", label: words.explain.to, type: "tel", required: true })}
        ${field({ name: "text", label: words.explain.text, hint: words.explain.textHint, placeholder: "Hello", max: 1_600 })}
        ${field({ name: "at", label: `${words.explain.at} (${words.shell.zones[state.address.zone]})`, hint: words.explain.atHint, type: "datetime-local" })}
        ${commandProblem(view, "explain")}
        <button class="button primary" ?disabled=${isRunning(view, "explain")}>${words.explain.submit}</button>
      </form>
      <section class="answer" aria-live="polite">
        ${state.explanation === null ? html`<p class="hint">${words.explain.empty}</p>` : answer(view, state.explanation)}
      </section>
    </div>
  `;
};

const answer = (
  view: View,
  { at: then, answer: told }: NonNullable<State["explanation"]>,
): TemplateResult => {
  const { words, format } = view;
  const fact = (label: string, value: Shown | string): TemplateResult =>
    html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
  return html`
    <p class="answer-title" data-outcome=${told.outcome}>${titleOf(view, told, then !== null)}</p>
    <p>${whyOf(view, told, then !== null)}</p>
    <dl class="facts">
      ${
        told.conversationId === null
          ? nothing
          : fact(
              words.explain.conversation,
              html`<a href=${at(view, { name: "conversation", id: told.conversationId, message: null })}><code>${told.conversationId}</code></a>`,
            )
      }
      ${told.recipientNumber === null ? nothing : fact(words.explain.recipient, figure(told.recipientNumber))}
      ${told.shownNumber === null ? nothing : fact(words.explain.shown, figure(told.shownNumber))}
      ${told.since === null ? nothing : fact(words.explain.since, html`${format.dateTime(told.since)} (${moment(view, told.since)})`)}
      ${
        told.since === null
          ? nothing
          : fact(
              words.explain.until,
              told.until === null ? words.explain.openEnd : format.dateTime(told.until),
            )
      }
    </dl>
  `;
};

const titleOf = ({ words }: View, { outcome, command }: Explanation, isThen: boolean): string => {
  if (outcome === "relay") return isThen ? words.explain.wasRelay : words.explain.relay;
  return outcome === "command"
    ? words.explain.command((command ?? "").toUpperCase())
    : words.explain[outcome];
};

const whyOf = ({ words }: View, { outcome, reason }: Explanation, isThen: boolean): string => {
  if (outcome === "relay") return isThen ? words.explain.wasWhat : words.explain.relayWhat;
  if (outcome === "command") return words.explain.commandWhat;
  return words.reasons[reason ?? ""] ?? reason ?? "";
};
