import type { Action } from "#apps/console/actions.ts";
import { writeAddress } from "#apps/console/addresses.ts";
import { type Format, formatFor } from "#apps/console/format.ts";
import type { Problem } from "#apps/console/model.ts";
import type { State } from "#apps/console/state.ts";
import type { Words } from "#apps/console/words/en.ts";
import { wordsOf } from "#apps/console/words/words.ts";

/** What every view is given. */
export interface View {
  readonly state: State;
  readonly words: Words;
  readonly format: Format;
  readonly dispatch: (action: Action) => void;
}

export const viewOf = (state: State, dispatch: View["dispatch"]): View => ({
  state,
  words: wordsOf(state.preferences.language),
  format: formatFor(state.preferences.language, state.address.zone),
  dispatch,
});

/** The address of a screen, in the zone that is shown now. */
export const at = ({ state }: View, screen: State["address"]["screen"]): string =>
  writeAddress({ screen, zone: state.address.zone });

/** What was last read from an address of the API; null: nothing yet. */
export const read = <T>({ state }: View, path: string & { readonly answer?: T }): T | null =>
  (state.resources[path]?.data as T | undefined) ?? null;

export const problemOf = ({ state }: View, path: string): Problem | null =>
  state.resources[path]?.problem ?? null;

export const isRunning = ({ state }: View, command: string): boolean =>
  state.commands[command]?.isRunning ?? false;

/** Fields of a form, by name, and the form left as it is. */
export const fieldsOf = (event: Event): Readonly<Record<string, string>> => {
  event.preventDefault();
  const entries = [...new FormData(event.currentTarget as HTMLFormElement)];
  return Object.fromEntries(entries.map(([name, value]) => [name, typeof value === "string" ? value : ""]));
};
