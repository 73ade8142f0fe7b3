import { html, type TemplateResult } from "lit-html";
import { commandProblem, field } from "./parts.ts";
import { fieldsOf, isRunning, type View } from "./view.ts";

export const signIn = (view: View): TemplateResult => {
  const { words, state, dispatch } = view;
  return html`
    <main class="door" id="content">
      <img class="door-icon" src=${iconAddress()} alt="" width="56" height="56" />
      <h1 tabindex="-1">${words.signIn.title}</h1>
      <p class="lead">${words.signIn.lead}</p>
      <form
        class="stack"
        @submit=${(event: Event) => dispatch({ kind: "sign-in", key: fieldsOf(event).key ?? "" })}
      >
        ${field({
          name: "key",
          label: words.signIn.key,
          hint: state.session?.sandbox ? words.signIn.sandbox : words.signIn.hint,
          type: "password",
          required: true,
          autocomplete: "current-password",
          max: 1_000,
        })}
        ${commandProblem(view, "sign-in")}
        <button class="button primary" ?disabled=${isRunning(view, "sign-in")}>${words.signIn.submit}</button>
      </form>
    </main>
  `;
};

/** Under the digest of the page, which only the page's own head knows. */
const iconAddress = (): string => document.querySelector<HTMLLinkElement>("link[rel=icon]")?.href ?? "";
