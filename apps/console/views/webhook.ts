import { html, nothing, type TemplateResult } from "lit-html";
import { repeat } from "lit-html/directives/repeat.js";
import type { Screen } from "#apps/console/addresses.ts";
import type { Delivery, WebhookEndpoint } from "#apps/console/model.ts";
import { deliveriesPath, webhookPath } from "#apps/console/needs.ts";
import { type Dialog, mayWrite } from "#apps/console/state.ts";
import {
  commandProblem,
  empty,
  heading,
  loading,
  mark,
  moment,
  problem,
  type Shown,
  written,
} from "./parts.ts";
import { isRunning, problemOf, read, type View } from "./view.ts";
import { standing, stateMark, trouble } from "./webhooks.ts";

type At = Extract<Screen, { readonly name: "webhook" }>;

/** One endpoint: how it stands, what can be done, and what it has answered. */
export const webhook = (view: View, { id }: At): TemplateResult => {
  const { words } = view;
  const path = webhookPath(id);
  const endpoint = read(view, path);
  const attempts = read(view, deliveriesPath(id));
  if (endpoint === null)
    return problemOf(view, path)
      ? html`${heading(words.webhooks.noSuch)} ${problem(problemOf(view, path))}`
      : html`${heading(words.screens.webhook)} ${loading(view)}`;
  return html`
    ${heading(written(endpoint.url), stateMark(view, endpoint), actions(view, endpoint))}
    ${COMMANDS.map((command) => commandProblem(view, command))} ${secret(view)} ${tested(view, endpoint)}
    ${trouble(view, endpoint)}
    <dl class="facts">
      ${standing(view, endpoint)}
      <div><dt>${words.webhooks.service}</dt><dd><code>${endpoint.service}</code></dd></div>
      <div><dt>${words.webhooks.added}</dt><dd>${moment(view, endpoint.createdAt)}</dd></div>
    </dl>
    <section>
      <header class="section-head">
        <h2>${words.webhooks.attempts}</h2>
        ${attempts === null ? nothing : html`<p class="hint">${summary(view, attempts.items)}</p>`}
      </header>
      ${problem(problemOf(view, deliveriesPath(id)))}
      ${
        attempts === null
          ? loading(view)
          : attempts.items.length === 0
            ? empty(words.webhooks.noAttempts, words.webhooks.noAttemptsHint)
            : html`<ol class="attempts">${repeat(attempts.items, keyOf, (each) => attempt(view, each))}</ol>`
      }
    </section>
  `;
};

/** Those without a dialog say here what went wrong. */
const COMMANDS = ["test-webhook", "pause-webhook", "resume-webhook"] as const;

const actions = (view: View, endpoint: WebhookEndpoint): Shown => {
  const { words, state, dispatch } = view;
  if (!mayWrite(state)) return nothing;
  const { id } = endpoint;
  const open = (dialog: Dialog) => () => dispatch({ kind: "open-dialog", dialog });
  const moving = endpoint.state === "active" ? "pause-webhook" : "resume-webhook";
  return html`
    <button
      class="button primary"
      ?disabled=${isRunning(view, "test-webhook")}
      @click=${() => dispatch({ kind: "test-webhook", endpoint: id })}
    >
      ${words.webhooks.test}
    </button>
    <button
      class="button"
      ?disabled=${isRunning(view, moving)}
      @click=${() => dispatch({ kind: moving, endpoint: id })}
    >
      ${endpoint.state === "active" ? words.webhooks.pause : words.webhooks.resume}
    </button>
    <button class="button" @click=${open({ kind: "replay-webhook", endpoint })}>${words.webhooks.replay}</button>
    <button class="button" @click=${open({ kind: "change-webhook", endpoint })}>${words.webhooks.change}</button>
    <button class="button" @click=${open({ kind: "rotate-webhook", endpoint })}>${words.webhooks.rotate}</button>
    <button class="button" @click=${open({ kind: "remove-webhook", endpoint })}>${words.webhooks.remove}</button>
  `;
};

/** It is seen this once. */
const secret = ({ state, words, dispatch }: View): Shown =>
  state.secret === null
    ? nothing
    : html`<section class="panel stack" role="status">
        <h2>${words.webhooks.secret}</h2>
        <p>${words.webhooks.secretHint}</p>
        <p><code class="secret">${state.secret}</code></p>
        <p><button class="button" @click=${() => dispatch({ kind: "forget-secret" })}>${words.webhooks.secretKept}</button></p>
      </section>`;

const tested = (view: View, { id }: WebhookEndpoint): Shown => {
  const { words, state } = view;
  const { tested } = state;
  const shown =
    tested?.endpoint === id
      ? html`<div class="panel stack">
          <h2>${words.webhooks.tested}</h2>
          <div class="attempts">${facts(view, tested.delivery)}</div>
        </div>`
      : nothing;
  return html`<div class="told" role="status">${shown}</div>`;
};

const isGood = ({ outcome }: Delivery): boolean => outcome === "delivered";

const summary = ({ words, format }: View, items: readonly Delivery[]): string => {
  const good = items.filter(isGood).length;
  return words.webhooks.summary(format.count(good), format.count(items.length - good));
};

const keyOf = ({ eventId, attempt, at }: Delivery): string => `${eventId} ${attempt} ${at}`;

const attempt = (view: View, one: Delivery): TemplateResult => html`<li>${facts(view, one)}</li>`;

/** A test has an id that nothing else knows. */
const TEST_TYPE = "endpoint.test";
/** Longer answers are folded. */
const ANSWER_SHOWN = 160;

const facts = (view: View, one: Delivery): TemplateResult => {
  const { words, format } = view;
  const { answer } = one;
  return html`<p class="attempt">
      <time datetime=${one.at} title=${format.dateTime(one.at)}>${format.exactTime(one.at)}</time>
      ${mark(view, one.outcome, words.webhooks.outcomes[one.outcome] ?? one.outcome)}
      <code class="event-type">${one.type}</code>
      <span class="hint">
        ${one.status === null ? nothing : `HTTP ${one.status} · `}${format.span(one.tookMs)} ·
        ${words.webhooks.attempt(one.attempt)}
        ${one.type === TEST_TYPE ? nothing : html`· <code>${one.eventId}</code>`}
      </span>
    </p>
    ${
      answer === null || answer === ""
        ? nothing
        : answer.length <= ANSWER_SHOWN
          ? html`<p class="answered">${written(answer)}</p>`
          : html`<details class="answered">
              <summary>${written(`${answer.slice(0, ANSWER_SHOWN)} …`)}</summary>
              ${written(answer)}
            </details>`
    }`;
};
