import { type PolicyRule, type Ruling, refusalOf, rulingOnSilence } from "#core/domain/policy.ts";
import type { Service } from "#core/domain/service.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { AskedText, Policy, PolicyAnswer, Silence } from "#core/ports/policy.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { OpenAsk } from "#core/ports/traffic.ts";
import type { PolicyMeasures } from "./policy-measures.ts";

/** A text that the policy is to be asked about, and by which rules. */
export interface Question {
  readonly ask: OpenAsk;
  readonly service: Pick<Service, "id" | "slug"> | null;
  readonly rules: Rules;
  readonly hook: AskedText["hook"];
  /** Null: the text reaches nobody. */
  readonly conversationId: string | null;
  /** Of the route by which the text came, where it is still one of its conversation. */
  readonly senderId: string | null;
  readonly recipientId: string | null;
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
  readonly measures: PolicyMeasures;
}

export interface QuestionerOptions {
  /** Questions to the policy at once, for each service. */
  readonly askedMax?: number;
  /** Texts that one service holds at once, and all together. */
  readonly heldMax?: { readonly ofService: number; readonly inAll: number };
}

const ASKED_MAX = 32;
/** What is held takes the place of what could be asked about: the more it is, the fewer conversations are left. */
const HELD_MAX = { ofService: 1_000, inAll: 2_500 };
/** So that a policy that holds until now is not asked without end. */
const HOLD_MIN_MS = 1_000;
/** As long as the texts that are taken from apps; more is no SMS. */
const REWRITTEN_MAX = 3_200;

interface OpenQuestion extends Question {
  readonly rule: PolicyRule;
  readonly service: Pick<Service, "id" | "slug">;
  readonly done: (ruling: Ruling) => Promise<void>;
  answerBy: number;
  isAsked: boolean;
  isOver: boolean;
  cancel: () => void;
}

/** The questions of one service: those that the policy has, also after their time, those that it holds, and those that wait for their turn. */
interface Turns {
  asked: number;
  held: number;
  readonly waiting: Set<OpenQuestion>;
}

export const createQuestioner = (
  { policy, clock, timer, journal, measures }: QuestionerPorts,
  { askedMax = ASKED_MAX, heldMax = HELD_MAX }: QuestionerOptions,
): Questioner => {
  const open = new Set<OpenQuestion>();
  const turns = new Map<string, Turns>();
  let heldInAll = 0;

  const turnsOf = ({ service }: OpenQuestion): Turns => {
    const known = turns.get(service.id) ?? { asked: 0, held: 0, waiting: new Set() };
    turns.set(service.id, known);
    return known;
  };

  const tidy = ({ service }: OpenQuestion): void => {
    const { asked, held, waiting } = turns.get(service.id)!;
    if (asked + held + waiting.size === 0) turns.delete(service.id);
  };

  const conclude = (question: OpenQuestion, ruling: Ruling): void => {
    if (question.isOver) return;
    question.isOver = true;
    question.cancel();
    open.delete(question);
    turns.get(question.service.id)?.waiting.delete(question);
    void question.done(ruling);
  };

  const silent = (question: OpenQuestion, why: Silence): void => {
    if (question.isOver) return;
    const { conversationId, rule } = question;
    measures.answered[why] += 1;
    journal.policySilent({ conversationId, why, choice: rule.onSilence });
    conclude(question, rulingOnSilence(rule));
  };

  const late = (question: OpenQuestion): void => silent(question, question.isAsked ? "timeout" : "crowded");

  const begin = (question: OpenQuestion): void => {
    const { rule } = question;
    question.answerBy = clock.now() + rule.timeoutMs;
    question.isAsked = false;
    // Whoever has not had a turn by then has no answer either: what waits is bounded by time.
    // breakage: wait-for-late-answers
    question.cancel = timer.after(rule.timeoutMs, () => late(question));
    const ofService = turnsOf(question);
    ofService.waiting.add(question);
    giveTurns(ofService);
  };

  const giveTurns = (ofService: Turns): void => {
    for (const question of ofService.waiting) {
      // breakage: ask-without-limit
      if (ofService.asked >= askedMax) return;
      ofService.waiting.delete(question);
      ofService.asked += 1;
      question.isAsked = true;
      const askedAt = clock.now();
      void answerTo(question).then((answer) => {
        // A policy that never settles keeps its turn: it is asked no more than it can stand.
        ofService.asked -= 1;
        measures.seconds.observe(Math.max(0, clock.now() - askedAt) / 1_000);
        if (!question.isOver) heed(question, answer);
        giveTurns(ofService);
        tidy(question);
      });
    }
  };

  /** Null: there is none. */
  const answerTo = async (question: OpenQuestion): Promise<PolicyAnswer | null> => {
    const { ask, service, hook, conversationId, senderId, recipientId, rule, answerBy } = question;
    const { key, to, text, receivedAt } = ask;
    const from = hook === "out-of-session" ? ask.from : null;
    const about = { key, serviceId: service.id, service: service.slug, hook, conversationId, from };
    const asked = { ...about, senderId, recipientId, virtualNumber: to, text, receivedAt };
    try {
      return (await policy?.ask(asked, rule, Math.max(1, answerBy - clock.now()))) ?? null;
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
    if (!answer || answer.kind === "none") {
      silent(question, answer?.why ?? "failed");
      return;
    }
    const ruling = rulingOf(answer);
    if (!ruling) {
      silent(question, "unreadable");
      return;
    }
    measures.answered[answer.kind] += 1;
    if (answer.kind === "block") {
      const { conversationId } = question;
      journal.policyBlocked({ conversationId, reason: codeOf(answer.reason) });
    }
    conclude(question, ruling);
  };

  /** No longer than the text is worth sending, and not too many at once. */
  const hold = (question: OpenQuestion, untilMs: number): void => {
    const now = clock.now();
    const end = question.ask.receivedAt + question.rules.messageTtlMs;
    const ofService = turnsOf(question);
    // breakage: hold-without-limit
    const isCrowded = ofService.held >= heldMax.ofService || heldInAll >= heldMax.inAll;
    if (now >= end || !Number.isFinite(untilMs) || isCrowded) {
      silent(question, isCrowded ? "crowded" : "unreadable");
      return;
    }
    measures.answered.hold += 1;
    question.cancel();
    const until = Math.min(end, Math.max(untilMs, now + HOLD_MIN_MS));
    ofService.held += 1;
    heldInAll += 1;
    question.cancel = timer.after(until - now, () => {
      ofService.held -= 1;
      heldInAll -= 1;
      begin(question);
    });
  };

  return {
    put: (question, done) => {
      const { service } = question;
      // The service has none any more.
      const rule = ruleOf(question);
      if (rule === null || service === null) {
        void done({ kind: "relay" });
        return;
      }
      const opened = { ...question, service, rule, done, answerBy: 0 };
      const entry: OpenQuestion = { ...opened, isAsked: false, isOver: false, cancel: () => {} };
      open.add(entry);
      if (policy) begin(entry);
      else silent(entry, "failed");
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

/** Without an answer, what reached nobody is decided on again. Where it reaches somebody by then, a service that fails closed passes on nothing unseen. */
const ruleOf = ({ hook, rules: { beforeRelay, outOfSession } }: Question): PolicyRule | null =>
  hook === "before-relay"
    ? beforeRelay
    : outOfSession && { ...outOfSession, onSilence: beforeRelay?.onSilence ?? "relay" };

/** Null: it is none that counts. */
const rulingOf = (answer: Exclude<PolicyAnswer, { kind: "hold" | "none" }>): Ruling | null => {
  switch (answer.kind) {
    case "relay":
      return { kind: "relay" };
    case "block":
      // breakage: relay-what-policy-blocks
      return { kind: "block", reason: refusalOf(answer.reason) };
    case "rewrite":
      return typeof answer.text === "string" && answer.text.length <= REWRITTEN_MAX ? answer : null;
    default:
      return null;
  }
};

/** What is no code may be anything, also a text. */
const codeOf = (reason: string): string => (/^[a-z][a-z\d:-]{0,39}$/.test(reason) ? reason : "other");
