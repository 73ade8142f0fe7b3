import { isStrangerTalk } from "#core/domain/out-of-session.ts";
import type { PolicyRule } from "#core/domain/policy.ts";
import type { AskedText, PolicyAnswer } from "#core/ports/policy.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import { Broken } from "./broken.ts";

/** Follows the texts that wait for a policy, and what it says of them: each is decided on once, in its turn, and as was ruled. */
export interface Asks {
  /** Whether the texts of a service go no further before the policy has been asked. */
  isNeeded(serviceId: string): boolean;
  /** Whether its app is asked about texts that reach nobody. */
  asksOfStrangers(serviceId: string): boolean;
  /** A text has been stored that the policy is to be asked about. */
  stored(write: InboundWrite): void;
  /** The waiting text that this write decides on; null: it came in without waiting. */
  decidedBy(write: InboundWrite): WaitingText | null;
  /** It has been decided on. */
  decided(text: WaitingText): void;
  /** Whether the policy may be asked this now. */
  mustBeAskable(text: AskedText): void;
  /** The policy is asked. */
  asked(text: AskedText): Asking;
  /** What may be relayed of a text between these two by what the policy said, or did not say. */
  relayable(text: WaitingText, between: readonly string[]): readonly string[];
  mustBeBlocked(text: WaitingText, between: readonly string[], reason: string): void;
}

/** One question to the policy. */
export interface Asking {
  sent(answer: PolicyAnswer): void;
  /** The process has read the answer. */
  delivered(): void;
  /** There will be no answer. */
  failed(): void;
}

export interface WaitingText {
  readonly key: string;
  readonly words: string;
  readonly conversationId: string;
  /** By the clock of the process that it came to; of a text in parts, when its first one came. */
  readonly receivedAt: number;
  readonly rule: PolicyRule;
  readonly questions: Question[];
  isOpen: boolean;
}

interface Question {
  readonly askedAt: number;
  answer: PolicyAnswer | null;
  sentAt: number;
  deliveredAt: number;
  hasFailed: boolean;
}

export interface AsksOptions {
  readonly now: () => number;
  /** The service that has a policy, and its rule; null: there is none. */
  readonly policy: { readonly serviceId: string; readonly rule: PolicyRule } | null;
  /** The service whose app is asked about texts that reach nobody; null: none has one. */
  readonly outOfSession: { readonly serviceId: string; readonly rule: PolicyRule } | null;
  /** A text that came so long ago is held no more: it is decided on as if the policy had said nothing. */
  readonly heldMaxMs: number;
  readonly epoch: number;
}

export const createAsks = ({ now, policy, outOfSession, heldMaxMs, epoch }: AsksOptions): Asks => {
  const texts = new Map<string, WaitingText>();

  const mustBeFirst = ({ conversationId, key }: WaitingText): void => {
    for (const each of texts.values()) {
      if (each.key === key) return;
      if (each.isOpen && each.conversationId === conversationId)
        throw new Broken("in order", "a policy was asked about a text before an earlier one was decided on");
    }
  };

  const isInTime = (at: number, { askedAt }: Question, { rule }: WaitingText): boolean =>
    at <= askedAt + rule.timeoutMs;

  const answersTo = (text: WaitingText): readonly PolicyAnswer[] =>
    text.questions.flatMap((question) =>
      question.answer && isInTime(question.sentAt, question, text) ? [question.answer] : [],
    );

  /** Whether somebody may have asked and not have heard in time. */
  const mayBeSilent = (text: WaitingText): boolean => {
    const { questions, rule, receivedAt } = text;
    const isUnheard = questions.some(
      (question) =>
        question.hasFailed ||
        // What is read at the very end of the time may be heard or not.
        (now() >= question.askedAt + rule.timeoutMs &&
          question.deliveredAt >= question.askedAt + rule.timeoutMs),
    );
    const isOverdue = now() >= receivedAt + heldMaxMs;
    return isUnheard || (isOverdue && answersTo(text).some(({ kind }) => kind === "hold"));
  };

  return {
    isNeeded: (serviceId) => policy?.serviceId === serviceId,
    asksOfStrangers: (serviceId) => outOfSession?.serviceId === serviceId,
    stored: ({ inbound, decision, serviceId }) => {
      if (decision.kind !== "ask") return;
      const asked = isStrangerTalk(decision.conversationId) ? outOfSession : policy;
      if (asked === null || asked.serviceId !== serviceId)
        throw new Broken("as ruled", "a text waits for a policy that its service does not have");
      texts.set(inbound.key, {
        ...{ key: inbound.key, words: inbound.text, conversationId: decision.conversationId },
        ...{ receivedAt: inbound.receivedAt - epoch, rule: asked.rule, questions: [], isOpen: true },
      });
    },
    decidedBy: ({ joins }) => (joins.length === 1 ? (texts.get(joins[0]!) ?? null) : null),
    decided: (text) => {
      if (!text.isOpen) throw new Broken("once", "a text was decided on twice after the policy was asked");
      mustBeFirst(text);
      text.isOpen = false;
    },
    mustBeAskable: ({ key, text: words, conversationId, hook }) => {
      const text = texts.get(key);
      const isStranger = text !== undefined && isStrangerTalk(text.conversationId);
      if (isStranger !== (hook === "out-of-session"))
        throw new Broken("as ruled", "an app was asked about a text as if it was another");
      if (text?.words !== words || (!isStranger && text.conversationId !== conversationId))
        throw new Broken("as ruled", "the policy was asked about something else than was stored");
      mustBeFirst(text);
    },
    asked: ({ key }) => {
      const question: Question = {
        askedAt: now(),
        answer: null,
        sentAt: Number.POSITIVE_INFINITY,
        deliveredAt: Number.POSITIVE_INFINITY,
        hasFailed: false,
      };
      texts.get(key)?.questions.push(question);
      return {
        sent: (answer) => {
          question.answer = answer;
          question.sentAt = now();
        },
        delivered: () => {
          question.deliveredAt = now();
        },
        failed: () => {
          question.hasFailed = true;
        },
      };
    },
    relayable: (text, between) => [
      ...answersTo(text).flatMap((answer) => {
        if (answer.kind === "rewrite") return shows(answer.text, between) ? [] : [answer.text];
        return answer.kind === "relay" ? [text.words] : [];
      }),
      ...(mayBeSilent(text) && text.rule.onSilence === "relay" ? [text.words] : []),
    ],
    mustBeBlocked: (text, between, reason) => {
      const said = answersTo(text);
      const isRight =
        (reason === "hook:other" && said.some(({ kind }) => kind === "block")) ||
        (reason === "hook:shows-number" &&
          said.some((answer) => answer.kind === "rewrite" && shows(answer.text, between))) ||
        (reason === "hook:no-answer" && text.rule.onSilence === "block" && mayBeSilent(text));
      if (!isRight) throw new Broken("as ruled", `a text was refused as ${reason}, and nobody ruled so`);
    },
  };
};

/** Whether it shows the number of one of the two. */
const shows = (text: string, between: readonly string[]): boolean =>
  between.some((number) => text.includes(number));
