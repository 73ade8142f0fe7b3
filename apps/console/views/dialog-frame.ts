import { html, nothing, type TemplateResult } from "lit-html";
import type { Action } from "#apps/console/actions.ts";
import { commandProblem } from "./parts.ts";
import { fieldsOf, isRunning, type View } from "./view.ts";

export interface Frame {
  readonly title: string;
  readonly what: TemplateResult | string;
  readonly submit: string;
  readonly isSerious?: boolean;
  readonly fields?: TemplateResult;
  readonly action: (fields: Readonly<Record<string, string>>) => Action;
}

/** A question with its answer; the command has the name of the dialog. */
export const frame = (
  view: View,
  { title, what, submit, isSerious, fields, action }: Frame,
): TemplateResult => {
  const { words, dispatch, state } = view;
  const command = state.dialog?.kind ?? "";
  const close = (): void => dispatch({ kind: "close-dialog" });
  return html`
    <dialog aria-labelledby="dialog-title" @close=${close} @cancel=${close}>
      <form class="stack" @submit=${(event: Event) => dispatch(action(fieldsOf(event)))}>
        <h2 id="dialog-title">${title}</h2>
        <p>${what}</p>
        ${fields ?? nothing} ${commandProblem(view, command)}
        <div class="actions">
          <button type="button" class="button" @click=${close}>${words.conversation.cancel}</button>
          <button class=${isSerious ? "button serious" : "button primary"} ?disabled=${isRunning(view, command)}>
            ${submit}
          </button>
        </div>
      </form>
    </dialog>
  `;
};
