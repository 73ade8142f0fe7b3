import { type Failure, failureOfRefusal } from "#core/domain/failure.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import type { Refusal } from "#core/domain/refusal.ts";
import type { StoredDecision } from "#core/ports/traffic.ts";

/** What was decided on a message, as `message.decision_code` has it. Everything but a relayed one is final from birth. */
export const RELAYED = 0;

interface CodedDecision {
  readonly code: number;
  readonly state: FinalState;
  readonly failure: Failure | null;
}

const refused = (code: number, state: FinalState, reason: Refusal["reason"]): CodedDecision => ({
  code,
  state,
  failure: failureOfRefusal(reason),
});

/** A word for us has arrived when we have it. */
const carriedOut = (code: number): CodedDecision => ({ code, state: "delivered", failure: null });

/** The codes are in the database: add, never change. */
const CODED_DECISIONS: Readonly<Record<string, CodedDecision>> = {
  stranger: refused(10, "unroutable", "stranger"),
  closed: refused(11, "unroutable", "closed"),
  quarantined: refused(12, "unroutable", "quarantined"),
  "not-our-number": refused(13, "unroutable", "not-our-number"),
  "opt-out": refused(20, "blocked", "opt-out"),
  "pair-block": refused(21, "blocked", "pair-block"),
  loop: refused(22, "blocked", "loop"),
  "hook:other": refused(23, "blocked", "hook:other"),
  "hook:no-answer": refused(24, "blocked", "hook:no-answer"),
  "leak:phone": refused(25, "blocked", "leak:phone"),
  "leak:email": refused(26, "blocked", "leak:email"),
  "leak:link": refused(27, "blocked", "leak:link"),
  "leak:handle": refused(28, "blocked", "leak:handle"),
  flood: refused(29, "blocked", "flood"),
  "fan-out": refused(50, "blocked", "fan-out"),
  "hook:spam": refused(60, "blocked", "hook:spam"),
  "hook:abuse": refused(61, "blocked", "hook:abuse"),
  "hook:contact": refused(62, "blocked", "hook:contact"),
  "hook:payment": refused(63, "blocked", "hook:payment"),
  "hook:shows-number": refused(64, "blocked", "hook:shows-number"),
  "nothing-to-read": refused(40, "failed", "nothing-to-read"),
  media: refused(41, "failed", "media"),
  stop: carriedOut(30),
  start: carriedOut(31),
  help: carriedOut(32),
  block: carriedOut(33),
  unblock: carriedOut(34),
};

const byCode = new Map(Object.values(CODED_DECISIONS).map((decision) => [decision.code, decision]));

export const decisionCodeOf = (decision: Exclude<StoredDecision, { kind: "wait" | "ask" }>): number => {
  switch (decision.kind) {
    case "relay":
      return RELAYED;
    case "refuse":
      return CODED_DECISIONS[decision.refusal.reason]!.code;
    case "command":
      return CODED_DECISIONS[decision.command.kind]!.code;
  }
};

/** How a message ended that was final from birth; null for one that was relayed. */
export const outcomeOfDecision = (
  decisionCode: number,
  messageId: string,
  receivedAt: number,
): FinalOutcome | null => {
  const known = byCode.get(decisionCode);
  return known ? { messageId, state: known.state, failure: known.failure, at: receivedAt } : null;
};
