import { html, nothing, type TemplateResult } from "lit-html";
import type { Problem } from "#apps/console/model.ts";
import type { View } from "./view.ts";

export type Shown = TemplateResult | typeof nothing;

/** What somebody wrote: never markup, never wider than its place, and its direction is its own. */
export const written = (text: string): TemplateResult => html`<bdi class="written">${text}</bdi>`;

/** A phone number or an id, in figures of one width. */
export const figure = (value: string): TemplateResult => html`<span class="figure">${value}</span>`;

/** A state in a word, with a dot that says the same by colour and form. */
export const mark = ({ words }: View, state: string, word = words.states[state] ?? state): TemplateResult =>
  html`<span class="mark" data-state=${state}>${word}</span>`;

export const empty = (title: string, hint: string, more: Shown = nothing): TemplateResult => html`
  <div class="empty">
    <p class="empty-title">${title}</p>
    <p>${hint}</p>
    ${more}
  </div>
`;

/** Why something did not work; the server's own sentence. */
export const problem = (told: Problem | null | undefined): Shown =>
  told ? html`<p class="problem" role="alert">${told.title}: ${written(told.detail)}</p>` : nothing;

export const commandProblem = ({ state }: View, command: string): Shown =>
  problem(state.commands[command]?.problem);

export const loading = ({ words }: View): TemplateResult =>
  html`<p class="loading">${words.shell.loading}</p>`;

/** An instant: how long ago, and exactly on request. */
export const moment = ({ format, state }: View, at: string): TemplateResult =>
  html`<time datetime=${at} title=${format.dateTime(at)}>${format.ago(at, state.now)}</time>`;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly hint?: string;
  readonly type?: string;
  readonly required?: boolean;
  readonly value?: string;
  readonly placeholder?: string;
  readonly autocomplete?: "off" | "current-password";
  readonly max?: number;
  /** Of a number. */
  readonly min?: number;
  readonly inputmode?: "numeric";
  /** What the API said of it. */
  readonly problem?: string | null;
}

/** What the API said of this field. */
export const errorAt = (refused: Problem | null, path: string): string | null =>
  refused?.kind === "invalid-request"
    ? (refused.errors.find((each) => each.path === path)?.message ?? null)
    : null;

/** What is wrong with one field, beside it. */
export const fieldProblem = (told: string | null | undefined): Shown =>
  told ? html`<span class="field-problem" role="alert">${written(told)}</span>` : nothing;

export const field = (one: Field): TemplateResult => html`
  <label class="field">
    <span class="field-label">${one.label}</span>
    <input
      name=${one.name}
      type=${one.type ?? "text"}
      .value=${one.value ?? ""}
      placeholder=${one.placeholder ?? nothing}
      ?required=${one.required ?? false}
      maxlength=${one.max ?? nothing}
      min=${one.min ?? nothing}
      inputmode=${one.inputmode ?? nothing}
      aria-invalid=${one.problem ? "true" : nothing}
      autocomplete=${one.autocomplete ?? "off"}
      spellcheck="false"
    />
    ${one.hint === undefined ? nothing : html`<span class="hint">${one.hint}</span>`} ${fieldProblem(one.problem)}
  </label>
`;

/** One of a few. */
export const choice = (
  name: string,
  label: string,
  options: readonly string[],
  chosen: string,
): TemplateResult => html`
  <label class="field">
    <span class="field-label">${label}</span>
    <select name=${name}>
      ${options.map((each) => html`<option value=${each} ?selected=${each === chosen}>${each}</option>`)}
    </select>
  </label>
`;

/** The head of a screen: where one is, and what can be done here. */
export const heading = (
  title: Shown | string,
  lead: Shown | string = nothing,
  actions: Shown = nothing,
): TemplateResult => html`
  <header class="heading">
    <div>
      <h1 tabindex="-1">${title}</h1>
      ${lead === nothing ? nothing : html`<p class="lead">${lead}</p>`}
    </div>
    ${actions === nothing ? nothing : html`<div class="actions">${actions}</div>`}
  </header>
`;
