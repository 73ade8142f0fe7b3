import { html, nothing, type TemplateResult } from "lit-html";
import { curlOf } from "./curl.ts";
import {
  type Answer,
  type Description,
  type Entry,
  type Group,
  groupsOf,
  type Parameter,
  type ProblemKind,
  search,
} from "./description.ts";
import { type Field, fieldsOf, typeOf } from "./fields.ts";

export interface State {
  readonly description: Description;
  readonly query: string;
  /** The reader's API key: it stays in this page. */
  readonly key: string;
  readonly origin: string;
  /** The entry whose command has just been copied. */
  readonly copied: string | null;
}

export interface Actions {
  readonly searchFor: (query: string) => void;
  readonly useKey: (key: string) => void;
  readonly copy: (id: string, text: string) => void;
}

type Input = Event & { readonly target: HTMLInputElement };

export const page = (state: State, actions: Actions): TemplateResult => {
  const groups = search(groupsOf(state.description), state.query);
  const { info } = state.description;
  return html`
    <header>
      <h1>${info.title}</h1>
      <label class="search"
        ><span>Search</span
        ><input
          type="search"
          placeholder="Search calls and events"
          .value=${state.query}
          @input=${({ target }: Input) => actions.searchFor(target.value)}
      /></label>
      <label class="key"
        ><span>Your key</span
        ><input
          type="password"
          autocomplete="off"
          placeholder="Paste a key to fill in the commands"
          title="It stays in this page"
          .value=${state.key}
          @input=${({ target }: Input) => actions.useKey(target.value)}
      /></label>
    </header>
    <nav aria-label="Calls and events">${groups.map(contents)}<a href="#problems">Problems</a></nav>
    <main>
      <section class="intro">
        <p class="version">Version ${info.version} · <a href="/openapi.json">openapi.json</a></p>
        ${info.description.split("\n\n").map((paragraph) => html`<p>${marked(paragraph)}</p>`)}
      </section>
      ${groups.length === 0 ? html`<p class="none" role="status">Nothing has these words.</p>` : nothing}
      ${groups.map((group) => section(group, state, actions))}
      ${state.query === "" ? problems(state.description["x-problems"]) : nothing}
    </main>
  `;
};

const contents = ({ name, entries }: Group) => html`
  <h2>${name}</h2>
  <ul>
    ${entries.map(
      ({ id, method, operation, name: path }) =>
        html`<li>
          <a href="#${id}" title=${path}
            >${badge(method)}<span>${method === "EVENT" ? path : operation.summary}</span></a
          >
        </li>`,
    )}
  </ul>
`;

const badge = (method: string) =>
  html`<span class="badge ${method.toLowerCase()}">${method === "DELETE" ? "DEL" : method}</span>`;

const section = ({ name, description, entries }: Group, state: State, actions: Actions) => html`
  <section class="group">
    <h2>${name}</h2>
    <p>${description}</p>
    ${entries.map((entry) => article(entry, state, actions))}
  </section>
`;

const article = (entry: Entry, state: State, actions: Actions) => {
  const { id, method, name, operation } = entry;
  const body = operation.requestBody?.content["application/json"];
  return html`
    <article id=${id}>
      <div class="words">
        <h3>${operation.summary}</h3>
        <p class="call">${badge(method)}<code>${name}</code></p>
        ${operation.description ? html`<p>${marked(operation.description)}</p>` : nothing}
        ${parameterTable(operation.parameters ?? [], state.description)}
        ${body ? fieldTable(method === "EVENT" ? "What is told" : "Body", fieldsOf(state.description, body.schema)) : nothing}
        ${method === "EVENT" ? nothing : Object.entries(operation.responses).map((each) => answer(each, state))}
      </div>
      <div class="example">${method === "EVENT" ? code("Payload", body?.example) : commands(entry, state, actions)}</div>
    </article>
  `;
};

const commands = (entry: Entry, { origin, key, copied }: State, { copy }: Actions) => {
  const command = curlOf(entry, origin, key);
  return html`
    <figure>
      <figcaption>
        Shell<button type="button" @click=${() => copy(entry.id, command)}>
          ${copied === entry.id ? "Copied" : "Copy"}
        </button>
      </figcaption>
      <pre tabindex="0"><code>${command}</code></pre>
    </figure>
    ${Object.entries(entry.operation.responses)
      .filter(([status]) => status.startsWith("2"))
      .map(([status, { content }]) => code(`Answer ${status}`, content?.["application/json"]?.example))}
  `;
};

const code = (title: string, value: unknown) =>
  value === undefined
    ? nothing
    : html`<figure>
        <figcaption>${title}</figcaption>
        <pre tabindex="0"><code>${JSON.stringify(value, null, 2)}</code></pre>
      </figure>`;

const parameterTable = (parameters: readonly Parameter[], description: Description) =>
  fieldTable(
    "Parameters",
    parameters.map(({ name, in: place, required = false, schema, description: words = "" }) => ({
      name,
      type: `${typeOf(description, schema)}, in the ${place}`,
      isRequired: required,
      description: words,
      fields: [],
    })),
  );

const fieldTable = (title: string, fields: readonly Field[]) =>
  fields.length === 0 ? nothing : html`<h4>${title}</h4>${fieldList(fields)}`;

const fieldList = (fields: readonly Field[]): TemplateResult => html`
  <dl>
    ${fields.map(
      ({ name, type, isRequired, description, fields: inner }) => html`
        <div>
          <dt><code>${name}</code>${isRequired ? html`<b>required</b>` : nothing}</dt>
          <dd>
            <i>${type}</i>${description ? html`<span>${marked(description)}</span>` : nothing}
            ${inner.length > 0 ? html`<details><summary>Its fields</summary>${fieldList(inner)}</details>` : nothing}
          </dd>
        </div>
      `,
    )}
  </dl>
`;

const answer = (
  [status, { content, description, "x-problems": names }]: [string, Answer],
  { description: all }: State,
) => {
  const fields = names ? [] : fieldsOf(all, content?.["application/json"]?.schema);
  return html`
    <details class="answer">
      <summary><b class=${names ? "bad" : "good"}>${status}</b> ${names ? names.join(", ") : marked(description)}</summary>
      ${names ? html`<p>${description.split("\n\n").map((each) => html`${marked(each)}<br />`)}</p>` : fieldList(fields)}
    </details>
  `;
};

const problems = (kinds: readonly ProblemKind[]) => html`
  <section class="group" id="problems">
    <h2>Problems</h2>
    <p>Refusals are <code>application/problem+json</code> (RFC 9457); <code>retryable</code> says whether the same request may succeed later.</p>
    <table>
      <thead>
        <tr><th>Type</th><th>Status</th><th>Cause</th><th>What to do</th><th>Again?</th></tr>
      </thead>
      <tbody>
        ${kinds.map(
          ({ name, status, retryable, cause, remedy }) => html`
            <tr id="problem-${name}">
              <td><code>${name}</code></td>
              <td>${status}</td>
              <td>${marked(cause)}</td>
              <td>${marked(remedy)}</td>
              <td>${retryable ? "yes" : "no"}</td>
            </tr>
          `,
        )}
      </tbody>
    </table>
  </section>
`;

/** Words between backticks are code; nothing else of Markdown is used. */
const marked = (text: string) =>
  text.split("`").map((part, at) => (at % 2 === 0 ? part : html`<code>${part}</code>`));
