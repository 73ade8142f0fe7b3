import { html, nothing, type TemplateResult } from "lit-html";
import type { FailureOfCode } from "#apps/console/model.ts";
import { isUnderWay, type Retry } from "#apps/console/retry.ts";
import { mayWrite } from "#apps/console/state.ts";
import { problem, type Shown } from "./parts.ts";
import type { View } from "./view.ts";

/** Sends texts of one code again: how many there are, then how far it has come. `since`: RFC 3339. */
export const retryPanel = (view: View, { code }: FailureOfCode, since: string): Shown => {
  const { words, state, dispatch } = view;
  if (!mayWrite(state)) return nothing;
  const { retry } = state;
  if (retry?.code === code)
    return html`<div class="panel stack" role="status">${standing(view, retry)}</div>`;
  return html`<p><button
    class="button small"
    aria-label="${words.failures.retry} ${code}"
    ?disabled=${isUnderWay(retry)}
    @click=${() => dispatch({ kind: "retry", code, since: Date.parse(since) })}
  >
    ${words.failures.retry}
  </button></p>`;
};

const standing = (view: View, retry: Retry): TemplateResult => {
  const { words, format, dispatch } = view;
  const all = retry.found;
  const button = (label: string, kind: "retry-found" | "stop-retry", isFirst = false): TemplateResult => html`
    <button class=${isFirst ? "button primary" : "button"} @click=${() => dispatch({ kind })}>${label}</button>
  `;
  switch (retry.phase) {
    case "counting":
      return html`<p>${words.failures.counting}</p><div class="actions">${button(words.failures.stop, "stop-retry")}</div>`;
    case "counted":
      return html`
        <p>${words.failures.counted(format.count(all))} ${retry.isCut ? words.failures.cutRetry : nothing}</p>
        <p class="hint">${words.failures.retryWhat}</p>
        <div class="actions">
          ${button(words.conversation.cancel, "stop-retry")}
          ${all === 0 ? nothing : button(words.failures.retrySubmit, "retry-found", true)}
        </div>
      `;
    default: {
      const isOver = !isUnderWay(retry);
      return html`
        <p>${words.failures.progress(format.count(retry.sent), format.count(retry.refused))}</p>
        <progress max=${Math.max(1, all, retry.sent + retry.refused)} value=${retry.sent + retry.refused} aria-label=${words.failures.retry}></progress>
        ${problem(retry.problem)}
        <div class="actions">${button(isOver ? words.failures.close : words.failures.stop, "stop-retry")}</div>
      `;
    }
  }
};
