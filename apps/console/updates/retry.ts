import type { Message, RetriedFailures } from "#apps/console/model.ts";
import { isUnderWay, newRetry, type Retry } from "#apps/console/retry.ts";
import { mayWrite, type State } from "#apps/console/state.ts";
import { type Answers, calling, type Refusals, type Step, still, type Updates } from "./step.ts";

/** Sends once more what failed: one text, or page by page all that failed for one reason. */
export const retryUpdates: Updates<"retry" | "retry-found" | "stop-retry" | "retry-message"> = {
  retry: (state, { code, since }) =>
    mayWrite(state) && !isUnderWay(state.retry)
      ? asking({ ...state, retry: newRetry(code, since) }, newRetry(code, since), "retry-count", {
          dryRun: true,
        })
      : still(state),
  "retry-found": (state) =>
    mayWrite(state) && state.retry?.phase === "counted"
      ? sendingOn(state, { ...state.retry, phase: "running" }, null)
      : still(state),
  // What is under way already is not taken back.
  "stop-retry": (state) =>
    still({
      ...state,
      retry: state.retry?.phase === "running" ? { ...state.retry, phase: "over" } : null,
    }),
  "retry-message": (state, { message }) =>
    mayWrite(state)
      ? calling(state, `resend ${message}`, {
          method: "POST",
          path: "/v1/messages/{id}/retry",
          params: { id: message },
          body: {},
        })
      : still(state),
};

const PAGE = 50;

const asking = (
  state: State,
  { code, since }: Retry,
  command: string,
  more: { readonly dryRun: true } | { readonly limit: number; readonly cursor?: string },
): Step =>
  calling(state, command, {
    method: "POST",
    path: "/v1/messages/retry",
    body: { code, since: new Date(since).toISOString(), ...more },
  });

const sendingOn = (state: State, retry: Retry, cursor: string | null): Step => {
  const waiting = { ...retry, isWaiting: true };
  const page = { limit: PAGE, ...(cursor === null ? {} : { cursor }) };
  return asking({ ...state, retry: waiting }, waiting, "retry-page", page);
};

/** What the answer says counts only for the retry that asked: another one has begun nothing while this one was under way. */
const answered = (state: State, told: (retry: Retry) => Step): Step =>
  state.retry?.isWaiting ? told({ ...state.retry, isWaiting: false }) : still(state);

export const retryAnswers: Answers = {
  "retry-count": (state, value) =>
    answered(state, (retry) => {
      const { found, next } = value as RetriedFailures;
      return still({ ...state, retry: { ...retry, phase: "counted", found, isCut: next !== null } });
    }),
  "retry-page": (state, value) =>
    answered(state, (retry) => {
      const { retried, refused, next } = value as RetriedFailures;
      const counted = {
        ...retry,
        sent: retry.sent + retried,
        refused: retry.refused + refused.reduce((sum, { count }) => sum + count, 0),
      };
      if (next !== null && retry.phase === "running") return sendingOn(state, counted, next);
      return still({ ...state, retry: { ...counted, phase: "over" } });
    }),
  resend: (state, value) => {
    const { id, conversationId } = value as Message;
    const { screen } = state.address;
    if (screen.name !== "conversation" || screen.id !== conversationId) return still(state);
    const address = { ...state.address, screen: { ...screen, message: id } };
    return { state: { ...state, address }, effects: [{ kind: "go", address, replaces: false }] };
  },
};

const over = (state: State, problem: Retry["problem"]): Step =>
  answered(state, (retry) => still({ ...state, retry: { ...retry, phase: "over", problem } }));

export const retryRefusals: Refusals = { "retry-count": over, "retry-page": over };
