import type { Conversation, Explanation, MessageSearch, Page, VirtualNumber } from "#apps/console/model.ts";
import type { State } from "#apps/console/state.ts";
import { type Finding, whatIs } from "#apps/console/what-is.ts";
import { gone } from "./screens.ts";
import { type Answers, calling, type Refusals, type Step, still, type Updates } from "./step.ts";

/** The one box, and the question of what a text would do. */
export const findingUpdates: Updates<"find" | "explain"> = {
  find: (state, { typed }) => find(state, typed),
  explain: (state, { from, to, text, at }) =>
    calling({ ...state, explanation: null }, `explain ${at ?? ""}`, {
      method: "POST",
      path: "/v1/routes/explain",
      body: { from, to, ...(text === "" ? {} : { text }), ...(at === null ? {} : { at }) },
    }),
};

const find = (state: State, typed: string): Step => {
  const sought = whatIs(typed);
  const finding: Finding = { sought, conversations: null, messages: null, nearMisses: [], own: null };
  const next = { ...state, finding };
  switch (sought.kind) {
    case "nothing":
      return still({ ...state, finding: null });
    case "conversation": {
      const screen = { name: "conversation", id: sought.value, message: null } as const;
      return gone(next, { ...state.address, screen }, false);
    }
    case "message":
      return calling(next, "find-message", {
        method: "GET",
        path: "/v1/messages/{id}",
        params: { id: sought.value },
      });
    case "reference":
      return calling(next, "find", {
        method: "POST",
        path: "/v1/conversations/search",
        body: { reference: sought.value },
      });
    case "number": {
      const byPeople = calling(next, "find", {
        method: "POST",
        path: "/v1/conversations/search",
        body: { participant: sought.value },
      });
      const byTexts = calling(byPeople.state, "find-texts", {
        method: "POST",
        path: "/v1/messages/search",
        body: { number: sought.value },
      });
      const own = calling(byTexts.state, "find-own", {
        method: "GET",
        path: "/v1/numbers",
        query: { limit: 200 },
      });
      return { state: own.state, effects: [...byPeople.effects, ...byTexts.effects, ...own.effects] };
    }
  }
};

export const findingAnswers: Answers = {
  explain: (state, value, at) =>
    still({ ...state, explanation: { at: at === "" ? null : at, answer: value as Explanation } }),
  find: (state, value) =>
    changed(state, (finding) => ({ ...finding, conversations: (value as Page<Conversation>).items })),
  "find-texts": (state, value) => {
    const { items, nearMisses } = value as MessageSearch;
    return changed(state, (finding) => ({ ...finding, messages: items, nearMisses }));
  },
  "find-own": (state, value) => changed(state, (finding) => ({ ...finding, own: ownIn(finding, value) })),
  "find-message": (state, value) => {
    const { id, conversationId } = value as { id: string; conversationId: string | null };
    if (conversationId === null) return still(state);
    const screen = { name: "conversation", id: conversationId, message: id } as const;
    return gone(state, { ...state.address, screen }, false);
  },
};

const changed = (state: State, change: (finding: Finding) => Finding): Step =>
  still(state.finding === null ? state : { ...state, finding: change(state.finding) });

const ownIn = ({ sought }: Finding, value: unknown): VirtualNumber | null => {
  const digits = "value" in sought ? sought.value.replace(/\D/g, "") : "";
  return (value as Page<VirtualNumber>).items.find(({ number }) => number.slice(1) === digits) ?? null;
};

/** A search that went wrong is over as well. */
const over: Refusals[string] = (state) =>
  changed(state, (finding) => ({
    ...finding,
    conversations: finding.conversations ?? [],
    messages: finding.messages ?? [],
  }));

export const findingRefusals: Refusals = {
  find: over,
  "find-texts": over,
  "find-own": over,
  "find-message": over,
};
