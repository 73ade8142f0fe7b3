import { type PolicyRule, type Ruling, rulingOnSilence } from "#core/domain/policy.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Policy, PolicyAnswer } from "#core/ports/policy.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { OpenAsk } from "#core/ports/traffic.ts";

/** A text that the policy is to be asked about, and by which rules. */
export interface Question {
  readonly ask: OpenAsk;
  readonly serviceId: string | null;
  readonly rules: Rules;
}

/** Puts questions to the policy: a limited number at once for each service, each for a limited time. */
export interface Questioner {
  /** Calls `done` once with the ruling, also when the policy stays silent; never after `stop`. */
  put(question: Question, done: (ruling: Ruling) => Promise<void>): void;
  stop(): void;
}

export interface QuestionerPorts {
  readonly policy: Policy | null;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly journal: Pick<Journal, "policySilent" | "policyBlocked">;
}

const ASKED_MAX = 16;
/** So that a policy that holds until now is not asked without end. */
const HOLD_MIN_MS = 1_000;
/** As long as the texts that are taken from apps; more is no SMS. */
const REWRITTEN_MAX = 3_200;

interface OpenQuestion extends Question {
  readonly rule: PolicyRule;
  readonly serviceId: string;
  readonly done: (ruling: Ruling) => Promise<void>;
  answerBy: number;
  isOver: boolean;
  cancel: () => void;
}

/** The questions of one service: those that the policy has, also after their time, and those that wait for their turn. */
interface Turns {
  asked: number;
  readonly waiting: Set<OpenQuestion>;
}

export const createQuestioner = (
  { policy, clock, timer, journal }: QuestionerPorts,
  { askedMax = ASKED_MAX }: { readonly askedMax?: number },
): Questioner => {
  const open = new Set<OpenQuestion>();
  const turns = new Map<string, Turns>();

  const conclude = (question: OpenQuestion, ruling: Ruling): void => {
    if (question.isOver) return;
    question.isOver = true;
    question.cancel();
    open.delete(question);
    turns.get(question.serviceId)?.waiting.delete(question);
    void question.done(ruling);
  };

  const silent = (question: OpenQuestion): void => {
    if (question.isOver) return;
    const { ask, rule } = question;
    journal.policySilent({ conversationId: ask.conversationId, choice: rule.onSilence });
    conclude(question, rulingOnSilence(rule));
  };

  const begin = (question: OpenQuestion): void => {
    const { rule, serviceId } = question;
    question.answerBy = clock.now() + rule.timeoutMs;
    // breakage: wait-for-late-answers
    question.cancel = timer.after(rule.timeoutMs, () => silent(question));
    const ofService = turns.get(serviceId) ?? { asked: 0, waiting: new Set() };
    turns.set(serviceId, ofService);
    ofService.waiting.add(question);
    giveTurns(serviceId, ofService);
  };

  const giveTurns = (serviceId: string, ofService: Turns): void => {
    for (const question of ofService.waiting) {
      // breakage: ask-without-limit
      if (ofService.asked >= askedMax) return;
      ofService.waiting.delete(question);
      ofService.asked += 1;
      void answerTo(question).then((answer) => {
        // A policy that never settles keeps its turn: it is asked no more than it can stand.
        ofService.asked -= 1;
        if (!question.isOver) heed(question, answer);
        giveTurns(serviceId, ofService);
        if (ofService.asked === 0 && ofService.waiting.size === 0) turns.delete(serviceId);
      });
    }
  };

  /** Null: there is none. */
  const answerTo = async ({ ask, serviceId, answerBy }: OpenQuestion): Promise<PolicyAnswer | null> => {
    const { key, conversationId, to, text, receivedAt } = ask;
    try {
      const asked = { key, serviceId, conversationId, virtualNumber: to, text, receivedAt };
      return (await policy?.ask(asked, Math.max(1, answerBy - clock.now()))) ?? null;
    } catch {
      return null;
    }
  };

  const heed = (question: OpenQuestion, answer: PolicyAnswer | null): void => {
    if (answer?.kind === "hold") {
      // breakage: relay-what-policy-holds
      hold(question, answer.untilMs);
      return;
    }
    const ruling = answer && rulingOf(answer);
    if (!answer || !ruling) {
      silent(question);
      return;
    }
    if (answer.kind === "block") {
      const { conversationId } = question.ask;
      journal.policyBlocked({ conversationId, reason: codeOf(answer.reason) });
    }
    conclude(question, ruling);
  };

  /** No longer than the text is worth sending. */
  const hold = (question: OpenQuestion, untilMs: number): void => {
    const now = clock.now();
    const end = question.ask.receivedAt + question.rules.messageTtlMs;
    if (now >= end || !Number.isFinite(untilMs)) {
      silent(question);
      return;
    }
    question.cancel();
    const until = Math.min(end, Math.max(untilMs, now + HOLD_MIN_MS));
    question.cancel = timer.after(until - now, () => begin(question));
  };

  return {
    put: (question, done) => {
      const { rules, serviceId } = question;
      // The service has none any more.
      if (rules.policy === null || serviceId === null) {
        void done({ kind: "relay" });
        return;
      }
      const opened = { ...question, serviceId, rule: rules.policy, done, answerBy: 0 };
      const entry: OpenQuestion = { ...opened, isOver: false, cancel: () => {} };
      open.add(entry);
      if (policy) begin(entry);
      else silent(entry);
    },
    stop: () => {
      for (const question of open) {
        question.isOver = true;
        question.cancel();
      }
      for (const { waiting } of turns.values()) waiting.clear();
    },
  };
};

/** Null: it is none that counts. */
const rulingOf = (answer: Exclude<PolicyAnswer, { kind: "hold" }>): Ruling | null => {
  switch (answer.kind) {
    case "relay":
      return { kind: "relay" };
    case "block":
      // breakage: relay-what-policy-blocks
      return { kind: "block", reason: "policy" };
    case "rewrite":
      return typeof answer.text === "string" && answer.text.length <= REWRITTEN_MAX ? answer : null;
    default:
      return null;
  }
};

/** What is no code may be anything, also a text. */
const codeOf = (reason: string): string => (/^[a-z][a-z\d:-]{0,39}$/.test(reason) ? reason : "other");
