import type { State } from "#apps/console/state.ts";
import { entering } from "./screens.ts";
import { type Answers, calling, still, type Updates } from "./step.ts";

/** Who is signed in. */
export const sessionUpdates: Updates<"session" | "sign-in" | "sign-out"> = {
  session: (state, { session }) => entering({ ...state, session }),
  "sign-in": (state, { key }) =>
    calling(state, "sign-in", { method: "POST", path: "/console/session", body: { key } }),
  "sign-out": (state) =>
    calling(signedOut(state), "sign-out", { method: "DELETE", path: "/console/session" }),
};

const asking: Answers[string] = (state) =>
  calling(state, "session", { method: "GET", path: "/console/session" });

export const sessionAnswers: Answers = {
  "sign-in": asking,
  "sign-out": asking,
  session: (state, value) => entering({ ...emptied(state), session: value as State["session"] }),
};

/** Nothing is asked for any more, and nothing of it stays. */
export const signedOut = (state: State): State => ({
  ...emptied(state),
  session: state.session && { ...state.session, signedIn: false, scope: null },
  dialog: null,
  retry: null,
  finding: null,
  explanation: null,
});

const emptied = (state: State): State => ({
  ...state,
  resources: {},
  revealed: {},
  events: [],
  secret: null,
  tested: null,
});

export const preferenceUpdates: Updates<"prefer"> = {
  prefer: (state, action) => {
    const preferences = { ...state.preferences, ...action.preferences };
    return { state: { ...state, preferences }, effects: [{ kind: "save-preferences", preferences }] };
  },
};

export const noticeUpdates: Updates<"tick" | "forget-notice"> = {
  tick: (state, { now }) =>
    still({ ...state, now, notice: now - state.noticeAt < NOTICE_MS ? state.notice : null }),
  "forget-notice": (state) => still({ ...state, notice: null }),
};

/** How long a notice stays, when nobody takes it away. */
const NOTICE_MS = 8_000;
