import type { Action, Answered } from "./actions.ts";
import type { State } from "./state.ts";
import { conversationAnswers, conversationUpdates } from "./updates/conversations.ts";
import { CLOSES_DIALOG, dialogUpdates } from "./updates/dialogs.ts";
import { findingAnswers, findingRefusals, findingUpdates } from "./updates/finding.ts";
import { freshnessUpdates } from "./updates/freshness.ts";
import { linkUpdates } from "./updates/links.ts";
import { numberUpdates } from "./updates/numbers.ts";
import { playgroundAnswers, playgroundUpdates } from "./updates/playground.ts";
import { retryAnswers, retryRefusals, retryUpdates } from "./updates/retry.ts";
import { screenUpdates } from "./updates/screens.ts";
import { serviceAnswers, serviceUpdates } from "./updates/services.ts";
import {
  noticeUpdates,
  preferenceUpdates,
  sessionAnswers,
  sessionUpdates,
  signedOut,
} from "./updates/sessions.ts";
import {
  type Answers,
  IDLE,
  nameOf,
  type Refusals,
  restOf,
  type Step,
  still,
  type Updates,
} from "./updates/step.ts";
import { webhookAnswers, webhookUpdates } from "./updates/webhooks.ts";

/** What the console becomes by an action, and what is to be done outside for it. Pure. */
export const update = (state: State, action: Action): Step =>
  // TypeScript cannot follow that the update which a kind names takes the action of that kind.
  (UPDATES[action.kind] as (state: State, action: Action) => Step)(state, action);

const ANSWERS: Answers = {
  ...sessionAnswers,
  ...findingAnswers,
  ...conversationAnswers,
  ...webhookAnswers,
  ...serviceAnswers,
  ...retryAnswers,
  ...playgroundAnswers,
};

const REFUSALS: Refusals = { ...findingRefusals, ...retryRefusals };

/** Commands without a dialog that are told of once they are done. */
const TOLD: ReadonlySet<string> = new Set([
  "send",
  "resend",
  "resume-link",
  "pause-webhook",
  "resume-webhook",
  "change-service",
]);

const answered = (state: State, command: string, answer: Answered): Step => {
  const name = nameOf(command);
  if (!answer.ok) {
    const commands = { ...state.commands, [name]: { isRunning: false, problem: answer.problem } };
    const next = { ...state, commands };
    if (answer.problem.status === 401 && name !== "sign-in") return still(signedOut(next));
    return REFUSALS[name]?.(next, answer.problem, restOf(command)) ?? still(next);
  }
  const next: State = {
    ...state,
    commands: { ...state.commands, [name]: IDLE },
    dialog: CLOSES_DIALOG.has(name) ? null : state.dialog,
    noticeAt: state.now,
    notice: CLOSES_DIALOG.has(name) || TOLD.has(name) ? name : state.notice,
  };
  return ANSWERS[name]?.(next, answer.value, restOf(command)) ?? still(next);
};

const UPDATES: Updates<Action["kind"]> = {
  ...sessionUpdates,
  ...preferenceUpdates,
  ...noticeUpdates,
  ...screenUpdates,
  ...freshnessUpdates,
  ...dialogUpdates,
  ...findingUpdates,
  ...conversationUpdates,
  ...numberUpdates,
  ...serviceUpdates,
  ...webhookUpdates,
  ...linkUpdates,
  ...retryUpdates,
  ...playgroundUpdates,
  answered: (state, { command, answered: answer }) => answered(state, command, answer),
};
