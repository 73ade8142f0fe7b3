import { render } from "lit-html";
import type { Action, Effect } from "./actions.ts";
import { readAddress, writeAddress } from "./addresses.ts";
import { createCalls } from "./calls.ts";
import { startLive } from "./live.ts";
import { needs } from "./needs.ts";
import { readPreferences, savePreferences, showPreferences } from "./preferences.ts";
import { firstState } from "./state.ts";
import { update } from "./update.ts";
import { shell } from "./views/shell.ts";
import { wordsOf } from "./words/words.ts";

const calls = createCalls(location.origin);
const addressNow = () => readAddress(location.pathname, location.search);
let state = firstState(addressNow(), readPreferences(), Date.now());
let isDrawing = false;
let shownScreen = "";
/** Where the focus was when a dialog was opened. */
let opener: Element | null = null;

/** Events may come by the hundred: they are drawn together, some times a second (milliseconds). */
const EVENTS_MS = 250;
let isDrawingLater = false;

const drawLater = (): void => {
  if (isDrawingLater) return;
  isDrawingLater = true;
  setTimeout(() => {
    isDrawingLater = false;
    draw();
  }, EVENTS_MS);
};

/** All changes of one frame are drawn at once. */
const draw = (): void => {
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(() => {
    isDrawing = false;
    showPreferences(state.preferences);
    render(shell(state, dispatch), document.body);
    afterDrawing();
  });
};

const dispatch = (action: Action): void => {
  const needed = needs(state).join(" ");
  const step = update(state, action);
  if (step.state !== state && action.kind === "event") drawLater();
  else if (step.state !== state) draw();
  state = step.state;
  for (const effect of step.effects) carryOut(effect);
  const isChange =
    action.kind === "answered" && action.answered.ok && !action.command.startsWith("retry-count");
  if (isChange || needs(state).join(" ") !== needed) live.refresh();
};

const carryOut = (effect: Effect): void => {
  switch (effect.kind) {
    case "go": {
      const url = writeAddress(effect.address);
      if (effect.replaces) history.replaceState(null, "", url);
      else history.pushState(null, "", url);
      return;
    }
    case "save-preferences":
      savePreferences(effect.preferences);
      return;
    case "call": {
      const { command, request, ...options } = effect;
      void calls.call(request, options).then((answered) => dispatch({ kind: "answered", command, answered }));
    }
  }
};

/** What templates cannot say: which dialog is modal, where the focus is after a change of screens, where a thread is scrolled to. */
const afterDrawing = (): void => {
  const dialog = document.querySelector("dialog");
  if (dialog && !dialog.open) {
    opener = document.activeElement;
    dialog.showModal();
  }
  if (!dialog && opener instanceof HTMLElement) {
    opener.focus();
    opener = null;
  }
  for (const list of document.querySelectorAll<HTMLElement>("[data-follow]")) {
    const length = list.dataset.follow!;
    if (list.dataset.followed === length) continue;
    list.dataset.followed = length;
    list.scrollTop = list.scrollHeight;
  }
  const words = wordsOf(state.preferences.language);
  const screen = JSON.stringify([state.address.screen.name, state.session?.signedIn ?? false]);
  document.title = `${words.screens[state.address.screen.name]} · sms-proxy`;
  if (screen === shownScreen) return;
  // On a narrow page the names of the screens are wider than it is.
  document.querySelector("nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  if (shownScreen !== "") document.querySelector<HTMLElement>("[data-first-focus], h1")?.focus();
  shownScreen = screen;
};

addEventListener("popstate", () => dispatch({ kind: "arrive", address: addressNow() }));

/** In-page links change the screen without a new document; with a modifier they are the browser's. */
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("a") : null;
  if (!link || link.origin !== location.origin || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || link.hasAttribute("download"))
    return;
  const { screen, zone } = readAddress(link.pathname, link.search);
  if (screen.name === "nowhere" || link.hash !== "") return;
  event.preventDefault();
  if (zone !== state.address.zone) dispatch({ kind: "zone", zone });
  dispatch({ kind: "go", screen });
});

document.addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof Element && event.target.closest("input, textarea, select");
  if (event.key !== "/" || isTyping || !state.session?.signedIn) return;
  event.preventDefault();
  dispatch({ kind: "go", screen: { name: "find" } });
  requestAnimationFrame(() => document.querySelector<HTMLElement>("#sought")?.focus());
});

const live = startLive(calls, () => state, dispatch);

/** A pass from the terminal stands behind the #, where no server and no log sees it. */
const begin = async (): Promise<void> => {
  const pass = location.hash.slice(1);
  if (pass !== "") {
    history.replaceState(null, "", location.pathname + location.search);
    const answered = await calls.call({ method: "POST", path: "/console/session", body: { pass } });
    if (answered.ok && location.pathname === "/") dispatch({ kind: "go", screen: { name: "playground" } });
    if (!answered.ok) dispatch({ kind: "answered", command: "sign-in", answered });
  }
  const answered = await calls.call({ method: "GET", path: "/console/session" });
  dispatch({ kind: "answered", command: "session", answered });
};
void begin();
