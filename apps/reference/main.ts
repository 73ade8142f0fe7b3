import { html, render } from "lit-html";
import type { Description } from "./description.ts";
import { page, type State } from "./view.ts";

/** How long "Copied" is shown, in milliseconds. */
const COPIED_MS = 2_000;

const start = async (): Promise<void> => {
  const answer = await fetch("/openapi.json");
  if (!answer.ok) throw new Error(`/openapi.json answers ${answer.status}`);
  const description = (await answer.json()) as Description;
  let state: State = { description, query: "", key: "", origin: location.origin, copied: null };
  const change = (part: Partial<State>): void => {
    state = { ...state, ...part };
    render(page(state, actions), document.body);
  };
  const actions = {
    searchFor: (query: string) => change({ query }),
    useKey: (key: string) => change({ key: key.trim() }),
    copy: (id: string, text: string) =>
      void navigator.clipboard.writeText(text).then(() => {
        change({ copied: id });
        setTimeout(() => change({ copied: null }), COPIED_MS);
      }),
  };
  document.body.replaceChildren();
  change({});
  if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.scrollIntoView();
};

start().catch((error: unknown) => {
  document.body.replaceChildren();
  render(
    html`<p class="none" role="alert">The description cannot be read: ${String(error)}</p>`,
    document.body,
  );
});
