import type { Action } from "#apps/console/actions.ts";
import type { Conversation } from "#apps/console/model.ts";
import { conversationPath } from "#apps/console/needs.ts";
import { faultNamesIn, faultsOf } from "#apps/console/players.ts";
import type { Playground, State } from "#apps/console/state.ts";
import { type Answers, calling, type Step, still, type Updates, withResource } from "./step.ts";

const INBOX_MAX = 200;

/** Two simulated phones, and what is wrong with the network between them. */
export const playgroundUpdates: Updates<"draft" | "text" | "inbox" | "fault"> = {
  draft: (state, { handset, text }) => {
    const drafts = { ...state.playground.drafts, [handset]: text };
    return still(playing(state, { drafts }));
  },
  text: (state, action) => text(state, action),
  inbox: (state, { handset, message }) => {
    const inbox = state.playground.inboxes[handset] ?? [];
    if (inbox.some(({ id }) => id === message.id)) return still(state);
    const inboxes = { ...state.playground.inboxes, [handset]: [...inbox, message].slice(-INBOX_MAX) };
    return still(playing(state, { inboxes }));
  },
  fault: (state, { fault, isOn }) => {
    const others = state.playground.faults.filter((each) => each !== fault);
    const faults = isOn ? [...others, fault] : others;
    return calling(playing(state, { faults }), "faults", {
      method: "PUT",
      path: "/console/carrier/faults",
      body: faultsOf(faults),
    });
  },
};

const playing = (state: State, parts: Partial<Playground>): State => ({
  ...state,
  playground: { ...state.playground, ...parts },
});

const text = (state: State, action: Extract<Action, { readonly kind: "text" }>): Step => {
  const { handset, to, now } = action;
  const { drafts, pending } = state.playground;
  const next = playing(state, {
    drafts: { ...drafts, [handset]: "" },
    pending: [...pending, { from: handset, text: action.text, at: now }].slice(-INBOX_MAX),
  });
  return calling(next, `text ${handset}`, {
    method: "POST",
    path: `/console/carrier/handsets/${handset}/messages`,
    body: { to, text: action.text },
  });
};

const faulty: Answers[string] = (state, value) => still(playing(state, { faults: faultNamesIn(value) }));

export const playgroundAnswers: Answers = {
  "open-playground": (state, value) => {
    const { id } = value as Conversation;
    return still(playing(withResource(state, conversationPath(id), value), { conversation: id }));
  },
  "read-faults": faulty,
  faults: faulty,
};
