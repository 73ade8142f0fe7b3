import { html, nothing, type TemplateResult } from "lit-html";
import type { Message } from "#apps/console/model.ts";
import { mayWrite } from "#apps/console/state.ts";
import { spanBetween, type WayStep, wayOf } from "#apps/console/way.ts";
import { commandProblem, mark, type Shown, written } from "./parts.ts";
import { at, isRunning, type View } from "./view.ts";

/** Every step of one text, with how long it took. `isOpen`: its conversation goes on, so that it may be sent once more. */
export const way = (
  view: View,
  message: Message,
  nameById: (id: string) => string,
  isOpen = false,
): TemplateResult => {
  const steps = wayOf(message);
  return html`
    <ol class="way">
      ${steps.map((step, index) => {
        const before = steps.slice(0, index).findLast(({ at }) => at !== null)?.at ?? null;
        const span = index === 0 ? null : spanBetween(before, step.at);
        return html`<li class="way-step" data-done=${step.at !== null || isDone(step)}>
          <p class="way-title">${titleOf(view, step)}</p>
          <p class="way-detail">${detailOf(view, step, message, nameById)}</p>
          ${
            step.at === null
              ? nothing
              : html`<p class="way-time">
                  <time datetime=${step.at}>${view.format.exactTime(step.at)}</time>
                  ${span === null || span <= 0 ? nothing : html`<span>+${view.format.span(span)}</span>`}
                </p>`
          }
        </li>`;
      })}
    </ol>
    ${others(view, message)} ${resend(view, message, isOpen)}
  `;
};

/** What this text says once more, and what says it once more. */
const others = (view: View, { retryOf, retriedAs }: Message): Shown => {
  const { words, state } = view;
  const { screen } = state.address;
  if (screen.name !== "conversation") return nothing;
  const to = (label: string, id: string | null): Shown =>
    id === null ? nothing : html`<p><a href=${at(view, { ...screen, message: id })}>${label}</a></p>`;
  return html`${to(words.conversation.retryOf, retryOf)} ${to(words.conversation.retriedAs, retriedAs)}`;
};

const resend = (view: View, { id, state, recipient, retriedAs }: Message, isOpen: boolean): Shown => {
  const { words, dispatch } = view;
  const hasFailed = (state === "failed" || state === "expired") && recipient !== null;
  if (!hasFailed || retriedAs !== null || !isOpen || !mayWrite(view.state)) return nothing;
  return html`
    <p class="hint">${words.conversation.resendWhat}</p>
    <button
      class="button"
      ?disabled=${isRunning(view, "resend")}
      @click=${() => dispatch({ kind: "retry-message", message: id })}
    >
      ${words.conversation.resend}
    </button>
    ${commandProblem(view, "resend")}
  `;
};

const isDone = (step: WayStep): boolean => step.kind === "sent" && step.progress === "done";

const titleOf = ({ words }: View, step: WayStep): string => {
  const { steps } = words.conversation;
  switch (step.kind) {
    case "received":
      return step.from === "app" ? steps.handedIn : steps.received;
    case "sent":
      return step.progress === "under-way" ? steps.sending : steps.sent;
    default:
      return steps[step.kind];
  }
};

const detailOf = (
  view: View,
  step: WayStep,
  message: Message,
  nameById: (id: string) => string,
): Shown | string => {
  const { steps } = view.words.conversation;
  const recipient = message.recipient === null ? "" : nameById(message.recipient);
  switch (step.kind) {
    case "received":
      return message.sender !== null && step.from === "handset" ? written(nameById(message.sender)) : nothing;
    case "decided":
      switch (step.decision) {
        case "relay":
          return html`${written(steps.relay(recipient))}`;
        case "app":
          return html`${written(steps.fromApp(recipient))}`;
        case "waits":
          return steps.waits;
        case "refused":
          return html`${steps.refused}: ${failureIn(view, step.failure)}`;
      }
      return nothing;
    case "queued":
      return message.attempts > 1 ? steps.attempts(message.attempts) : nothing;
    case "sent":
      if (step.progress === "unanswered") return steps.unanswered;
      if (step.progress !== "done") return steps.waiting;
      return html`${steps.sentOver(message.link?.toUpperCase() ?? "–", message.segments)}${carrierIds(view, message)}`;
    case "receipt":
      if (step.state === null) return steps.waiting;
      return html`${mark(view, step.state)} ${step.failure ? failureIn(view, step.failure) : nothing}`;
  }
};

const carrierIds = ({ words }: View, { carrierMessageIds }: Message): Shown =>
  carrierMessageIds.length === 0
    ? nothing
    : html`<details class="carrier-ids">
        <summary>${words.conversation.steps.carrierIds}</summary>
        ${carrierMessageIds.map((id) => html`<code>${id}</code> `)}
      </details>`;

/** In our words where the code is known, otherwise in the carrier's. */
export const failureIn = ({ words }: View, failure: Message["failure"]): Shown =>
  failure === null
    ? nothing
    : html`<span class="failure">${written(words.reasons[failure.code] ?? failure.detail)} <code>${failure.code}</code></span>`;
