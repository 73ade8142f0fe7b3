import type { Conversation, FeedEvent, Message, Problem } from "#apps/console/model.ts";
import {
  isUnderWay,
  newRetry,
  RETRIES_AT_ONCE,
  type Retry,
  repeatable,
  withEvents,
} from "#apps/console/retry.ts";
import { mayWrite, type State } from "#apps/console/state.ts";
import { type Answers, calling, type Refusals, type Step, still, type Updates } from "./step.ts";

/** Sends texts again that failed for one reason: finds them in the log of events, and hands each in as a text of the app's own. */
export const retryUpdates: Updates<"retry" | "retry-found" | "stop-retry"> = {
  retry: (state, { code, since }) =>
    mayWrite(state) && !isUnderWay(state.retry)
      ? counting({ ...state, retry: newRetry(code, since) }, "first")
      : still(state),
  "retry-found": (state) =>
    mayWrite(state) && state.retry?.phase === "counted"
      ? goingOn(state, { ...state.retry, phase: "running" })
      : still(state),
  // What is under way already is not taken back.
  "stop-retry": (state) =>
    still({
      ...state,
      retry: state.retry?.phase === "running" ? { ...state.retry, phase: "over" } : null,
    }),
};

const PAGE = 200;

const counting = (state: State, after: string): Step =>
  calling(state, "retry-count", {
    method: "GET",
    path: "/v1/events",
    query: { after, types: "message.failed", limit: PAGE },
  });

/** Begins as many more as may be under way. */
const goingOn = (state: State, retry: Retry): Step => {
  const free = retry.phase === "running" ? RETRIES_AT_ONCE - Object.keys(retry.running).length : 0;
  const next = retry.found.slice(retry.begun, retry.begun + free);
  const running = { ...retry.running, ...Object.fromEntries(next.map((id) => [id, null])) };
  const isOver = Object.keys(running).length === 0;
  const begun = { ...retry, running, begun: retry.begun + next.length };
  const kept: State = { ...state, retry: isOver ? { ...begun, phase: "over" } : begun };
  return next.reduce<Step>((step, id) => {
    const request = { method: "GET", path: "/v1/messages/{id}", params: { id } } as const;
    const called = calling(step.state, `retry-read ${id}`, request);
    return { state: called.state, effects: [...step.effects, ...called.effects] };
  }, still(kept));
};

/** One is done with. */
const done = (state: State, id: string, outcome: "sent" | "refused", problem: Problem | null): Step => {
  const { retry } = state;
  if (!retry || !(id in retry.running)) return still(state);
  const { [id]: _, ...running } = retry.running;
  return goingOn(state, {
    ...retry,
    running,
    [outcome]: retry[outcome] + 1,
    problem: problem ?? retry.problem,
  });
};

/** For one that is under way. */
const ofRunning =
  (answer: (state: State, retry: Retry, value: unknown, id: string) => Step): Answers[string] =>
  (state, value, id) =>
    state.retry && id in state.retry.running ? answer(state, state.retry, value, id) : still(state);

export const retryAnswers: Answers = {
  "retry-count": (state, value) => {
    const { retry } = state;
    if (retry?.phase !== "counting") return still(state);
    const { items, next } = value as { readonly items: readonly FeedEvent[]; readonly next: string };
    const found = withEvents(retry, items);
    return items.length === 0 || found.isCut
      ? still({ ...state, retry: { ...found, phase: "counted" } })
      : counting({ ...state, retry: found }, next);
  },
  "retry-read": ofRunning((state, retry, value, id) => {
    const message = value as Message;
    if (message.conversationId === null) return done(state, id, "refused", null);
    const read = { ...state, retry: { ...retry, running: { ...retry.running, [id]: message } } };
    const request = {
      method: "GET",
      path: "/v1/conversations/{id}",
      params: { id: message.conversationId },
    } as const;
    return calling(read, `retry-check ${id}`, request);
  }),
  "retry-check": ofRunning((state, retry, value, id) => {
    const conversation = value as Conversation;
    const read = retry.running[id];
    const message = read ? repeatable(read, conversation) : null;
    if (message?.recipient == null || message.text === null) return done(state, id, "refused", null);
    const { recipient: to, text } = message;
    return calling(
      state,
      `retry-send ${id}`,
      {
        method: "POST",
        path: "/v1/conversations/{id}/messages",
        params: { id: conversation.id },
        body: { to, text },
      },
      // Whoever repeats it within a day sends nothing twice.
      `console-retry-${id}`,
    );
  }),
  "retry-send": (state, _, id) => done(state, id, "sent", null),
};

const refused = (state: State, problem: Problem, id: string): Step => done(state, id, "refused", problem);

export const retryRefusals: Refusals = {
  "retry-count": (state, problem) =>
    still({ ...state, retry: state.retry && { ...state.retry, phase: "over", problem } }),
  "retry-read": refused,
  "retry-check": refused,
  "retry-send": refused,
};
