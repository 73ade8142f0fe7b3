import type { Conversation } from "#apps/console/model.ts";
import { conversationPath } from "#apps/console/needs.ts";
import { mayWrite } from "#apps/console/state.ts";
import { type Answers, calling, still, type Updates, withResource } from "./step.ts";

/** What is done to one conversation. */
export const conversationUpdates: Updates<"close-conversation" | "swap" | "send" | "reveal" | "hide"> = {
  "close-conversation": (state, { reason }) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "close") return still(state);
    return calling(state, "close", {
      method: "POST",
      path: "/v1/conversations/{id}/close",
      params: { id: dialog.conversation },
      body: reason === "" ? {} : { reason },
    });
  },
  swap: (state, { number, name, intro }) => {
    const { dialog } = state;
    if (!mayWrite(state) || dialog?.kind !== "swap") return still(state);
    return calling(state, "swap", {
      method: "POST",
      path: "/v1/conversations/{id}/participants/{participantId}/swap",
      params: { id: dialog.conversation, participantId: dialog.participant },
      body: { number, ...(name === "" ? {} : { name }), ...(intro ? {} : { intro: false }) },
    });
  },
  send: (state, { conversation, to, text }) =>
    calling(state, "send", {
      method: "POST",
      path: "/v1/conversations/{id}/messages",
      params: { id: conversation },
      body: { to, text },
    }),
  reveal: (state, { conversation, participant }) =>
    calling(state, `reveal ${participant}`, {
      method: "POST",
      path: "/console/reveal",
      body: { conversation, participant },
    }),
  hide: (state, { participant }) => {
    const { [participant]: _, ...revealed } = state.revealed;
    return still({ ...state, revealed });
  },
};

const shown: Answers[string] = (state, value) => {
  const { id } = value as Conversation;
  return still({ ...withResource(state, conversationPath(id), value), revealed: {} });
};

export const conversationAnswers: Answers = {
  close: shown,
  swap: shown,
  reveal: (state, value, participant) => {
    const { number } = value as { readonly number: string };
    return still({ ...state, revealed: { ...state.revealed, [participant]: number } });
  },
};
