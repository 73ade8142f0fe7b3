import { html, type TemplateResult } from "lit-html";
import type { Zone } from "#apps/console/addresses.ts";
import type { Density, Language, Theme } from "#apps/console/state.ts";
import type { View } from "./view.ts";

/** How things are shown, and who is signed in. */
export const settings = (view: View): TemplateResult => {
  const { state, words, dispatch } = view;
  const { language, theme, density } = state.preferences;
  const { connection } = state;
  return html`
    <div class="foot">
      <button class="live" data-connection=${connection} @click=${() => dispatch({ kind: "pause" })}>
        <span class="live-dot" aria-hidden="true"></span>
        <span>${words.shell[connection]}</span>
        <span class="live-do">${connection === "paused" ? words.shell.resume : words.shell.pause}</span>
      </button>
      <details class="settings">
        <summary>${words.shell.settings}</summary>
        <div class="settings-list">
          ${choice<Language>(words.shell.language, { en: "English", de: "Deutsch" }, language, (each) =>
            dispatch({ kind: "prefer", preferences: { language: each } }),
          )}
          ${choice<Theme>(words.shell.theme, words.shell.themes, theme, (each) =>
            dispatch({ kind: "prefer", preferences: { theme: each } }),
          )}
          ${choice<Density>(words.shell.density, words.shell.densities, density, (each) =>
            dispatch({ kind: "prefer", preferences: { density: each } }),
          )}
          ${choice<Zone>(words.shell.zone, words.shell.zones, state.address.zone, (zone) =>
            dispatch({ kind: "zone", zone }),
          )}
        </div>
      </details>
      <a class="reference" href="/docs">${words.shell.reference}</a>
      <p class="who">
        ${words.shell.signedInAs(state.session?.name ?? "")}${
          state.session?.scope === "read" ? html`, ${words.shell.readOnly}` : ""
        }
        <button class="plain" @click=${() => dispatch({ kind: "sign-out" })}>${words.shell.signOut}</button>
      </p>
    </div>
  `;
};

const choice = <T extends string>(
  label: string,
  options: Readonly<Record<T, string>>,
  chosen: T,
  choose: (value: T) => void,
): TemplateResult => html`
  <label class="choice">
    <span>${label}</span>
    <select @change=${(event: Event) => choose((event.currentTarget as HTMLSelectElement).value as T)}>
      ${Object.entries<string>(options).map(
        ([value, name]) => html`<option value=${value} ?selected=${value === chosen}>${name}</option>`,
      )}
    </select>
  </label>
`;
