import { isStrangerTalk } from "#core/domain/out-of-session.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import type { createAnswers } from "./answers.ts";
import type { Asks, WaitingText } from "./asks.ts";
import { Broken } from "./broken.ts";
import { answerIn, commandIn, isForAll } from "./commands.ts";
import type { createLeaks } from "./leaks.ts";
import type { createLimits } from "./limits.ts";
import type { Loops } from "./loops.ts";
import type { PairMeaning, Pairs } from "./pairs.ts";
import type { Wishes } from "./wishes.ts";

export interface DecisionsOptions {
  readonly now: () => number;
  readonly epoch: number;
  readonly skewMaxMs: number;
  readonly serviceOf: ReadonlyMap<string, string>;
  /** Which words may be relayed of a text. */
  readonly relayable: (write: InboundWrite, meaning: PairMeaning) => readonly string[];
  readonly asks: Asks;
  readonly loops: Loops;
  readonly leaks: ReturnType<typeof createLeaks>;
  readonly limits: ReturnType<typeof createLimits>;
  readonly answers: ReturnType<typeof createAnswers>;
}

/**
 * Judges what was decided about a text at the instant of the commit, from the judge's own books: a relay follows the route that
 * the pair means then, and nobody who may be heard is refused. Where only a clock decides, both answers are right for as long as
 * clocks may differ, and for as long as the text was on its way to the store.
 */
export const decisionsJudge = (pairs: Pairs, wishes: Wishes, options: DecisionsOptions) => {
  const { now, epoch, skewMaxMs, serviceOf, relayable, asks, loops, leaks, limits, answers } = options;

  /** Whether an instant of the true clock may be seen as past, and may be seen as still to come. */
  const around = (at: number, receivedAt: number) => ({
    maybePast: at <= now() + skewMaxMs,
    maybeAhead: at > receivedAt - epoch - 2 * skewMaxMs,
  });

  /** It reached nobody when it came, and waits until the app of its service has been asked: then it goes by what its pair means by then. */
  const mustOfferRightly = ({ inbound, serviceId }: InboundWrite): void => {
    if (commandIn(inbound.text) === "stop" || serviceId === null || !asks.asksOfStrangers(serviceId))
      throw new Broken("as ruled", "an app is asked about a text that is none of its business");
  };

  /** It waits for the policy, and is decided on again when that has been asked. */
  const mustWaitRightly = (write: InboundWrite): void => {
    const { inbound, decision, serviceId } = write;
    if (decision.kind !== "ask") return;
    if (isStrangerTalk(decision.conversationId)) {
      mustOfferRightly(write);
      return;
    }
    const meaning = pairs
      .meanings(inbound.from, inbound.to)
      .findLast(({ conversationId }) => conversationId === decision.conversationId);
    if (!meaning) throw new Broken("one meaning", "the policy is asked about a text of another conversation");
    if (commandIn(inbound.text) === "stop" || serviceId === null || !asks.isNeeded(serviceId))
      throw new Broken("as ruled", "a text waits that the policy has nothing to say of");
    answers.mustFit(write, meaning);
  };

  /** What may be relayed of a text as the policy has ruled. */
  const wordsOf = (
    write: InboundWrite,
    asked: WaitingText | null,
    meaning: PairMeaning,
  ): readonly string[] =>
    asked === null
      ? relayable(write, meaning)
      : asks
          .relayable(asked, [meaning.sender, meaning.recipient])
          .filter((text) => !leaks.isBlocked(write.serviceId, text))
          .flatMap((text) => relayable({ ...write, inbound: { ...write.inbound, text } }, meaning));

  const mustRelay = (write: InboundWrite, meaning: PairMeaning): void => {
    const { decision, serviceId } = write;
    const asked = asks.decidedBy(write);
    if (asked === null && serviceId !== null && asks.isNeeded(serviceId))
      throw new Broken("as ruled", "the policy was not asked about a text");
    const reason = decision.kind === "refuse" ? decision.refusal.reason : null;
    if (asked && reason?.startsWith("hook:")) {
      asks.mustBeBlocked(asked, [meaning.sender, meaning.recipient], reason);
      return;
    }
    if (decision.kind === "refuse" && decision.refusal.reason === "loop") {
      loops.texted(write, meaning);
      return;
    }
    if (decision.kind === "refuse" && decision.refusal.reason === "flood") {
      limits.mustBeTooMany(write, meaning);
      return;
    }
    const passed = asked ? asks.relayable(asked, [meaning.sender, meaning.recipient]) : [write.inbound.text];
    const leaking = passed.filter((text) => leaks.isBlocked(serviceId, text));
    if (leaking.length > 0 && (leaking.length === passed.length || reason === "leak:phone")) {
      mustRefuse(write, "leak:phone");
      return;
    }
    if (decision.kind !== "relay")
      throw new Broken("nothing lost", `a text in an open conversation was refused: ${reasonOf(decision)}`);
    const { message } = decision;
    const right =
      message.conversationId === meaning.conversationId &&
      message.senderId === meaning.senderId &&
      message.recipientId === meaning.recipientId &&
      message.destination === meaning.recipient &&
      message.source === meaning.source;
    limits.passed(write, message);
    if (!right) throw new Broken("one meaning", "a text was committed on a route that does not mean that");
    const said = wordsOf(write, asked, meaning).map((words) => leaks.withoutLeaks(serviceId, words));
    if (!said.includes(message.text))
      throw asked
        ? new Broken("as ruled", "a text was relayed that nobody has let pass like that")
        : new Broken("as typed", "a text was changed on its way in");
    loops.texted(write, meaning);
  };

  /** Whether the sender has blocked the other one, by a text to this very number. */
  const isBlocker = ({ sender, recipient, virtualNumber }: PairMeaning): boolean =>
    wishes.blockedAt(serviceOf.get(virtualNumber)!, sender, recipient) === virtualNumber;

  const mustRefuse = ({ decision }: InboundWrite, ...reasons: readonly string[]): void => {
    if (decision.kind === "relay") throw new Broken("never a stranger", `relayed although ${reasons[0]}`);
    if (decision.kind === "refuse" && !reasons.includes(decision.refusal.reason))
      throw new Broken("states are true", `refused as ${decision.refusal.reason}, not as ${reasons[0]}`);
  };

  /** Whoever texts in a live conversation takes back what the carrier has said of them, and nothing that they have said themselves. */
  const mustTakeBack = ({ inbound, decision, liftsOptOut }: InboundWrite, isLive: boolean): void => {
    const isOut = wishes.optOuts.isByCarrier(serviceOf.get(inbound.to) ?? "", inbound.from);
    if (liftsOptOut && !isOut) throw new Broken("opt-out", "a text took back what its sender has wished");
    const isWish = decision.kind === "command" && decision.command.kind !== "help";
    if (isOut && isLive && !isWish && !liftsOptOut)
      throw new Broken("opt-out", "somebody texts, and stays opted out by the carrier's word");
  };

  return (write: InboundWrite): void => {
    const { inbound, decision } = write;
    if (decision.kind === "wait") return;
    const hasWaited = asks.decidedBy(write) !== null;
    if (hasWaited && decision.kind === "command")
      throw new Broken("as typed", "what had waited for the policy was taken for a wish");
    const meaning = pairs.current(inbound.from, inbound.to);
    const serviceId = serviceOf.get(inbound.to) ?? null;
    const isOurs = serviceId !== null;
    if (write.serviceId !== serviceId)
      throw new Broken("services apart", "a text was decided by the rules of another service");
    if (decision.kind === "ask") {
      mustWaitRightly(write);
      return;
    }
    const isSenderOut = isOurs && wishes.optOuts.since(serviceId, inbound.from) !== null;
    const answer = decision.kind === "command" ? answerIn(inbound.text) : null;
    const command = answer ?? commandIn(inbound.text);
    if (!hasWaited) answers.mustFit(write);
    if (decision.kind === "command" && isForAll(inbound.text) !== (decision.command.scope === "all"))
      throw new Broken("services apart", "a STOP reaches further, or less far, than it was meant");
    if (decision.kind === "command" && command !== decision.command.kind)
      throw new Broken("as typed", "a text was taken for another command");
    const isLive = meaning !== null && meaning.until > now() && meaning.expiresAt === null;
    const mustHear =
      command === "stop" ||
      (command === "start" && isSenderOut) ||
      (command === "unblock" && isLive && isBlocker(meaning));
    if (mustHear && isOurs && !hasWaited && decision.kind !== "command")
      throw new Broken("as typed", "a wish about texts was not heard");
    if (decision.kind === "command" && isLive) {
      if (command === "start" && !isSenderOut)
        throw new Broken("as typed", "an answer to the other one was taken for a wish");
      if (command === "unblock" && !isBlocker(meaning))
        throw new Broken("as typed", "a block was lifted for somebody who has not said it");
    }
    const ending = decision.kind === "command" ? (decision.closes ?? null) : null;
    if ((ending !== null) !== (inbound.text === "THIS" && decision.kind === "command"))
      throw new Broken("as typed", "a conversation ends by something else than THIS");
    if (ending !== null && ending.conversationId !== meaning?.conversationId)
      throw new Broken("one meaning", "THIS ends another conversation");
    mustTakeBack(write, isLive);
    const asked = asks.decidedBy(write);
    const between = meaning ? [meaning.sender, meaning.recipient] : [];
    leaks.mustStandBeside(write, asked ? asks.relayable(asked, between) : [inbound.text]);
    if (decision.kind === "command") return;
    if (!meaning || !isOurs) {
      mustRefuse(write, isOurs ? "stranger" : "not-our-number");
      return;
    }
    if (meaning.until <= now()) {
      const free = around(meaning.quarantinedUntil, inbound.receivedAt);
      if (!free.maybePast) {
        mustRefuse(write, "quarantined");
        return;
      }
      free.maybeAhead ? mustRefuse(write, "quarantined", "stranger") : mustRefuse(write, "stranger");
      return;
    }
    if (meaning.expiresAt !== null) {
      const end = around(meaning.expiresAt - epoch, inbound.receivedAt);
      if (end.maybePast && !end.maybeAhead) {
        mustRefuse(write, "closed");
        return;
      }
      if (end.maybePast && decision.kind === "refuse" && decision.refusal.reason === "closed") return;
    }
    if (wishes.blocked(serviceId!, meaning.sender, meaning.recipient)) {
      mustRefuse(write, "pair-block");
      return;
    }
    if (wishes.optOuts.since(serviceId!, meaning.recipient) !== null) {
      mustRefuse(write, "opt-out");
      return;
    }
    mustRelay(write, meaning);
  };
};

const reasonOf = (decision: InboundWrite["decision"]): string =>
  decision.kind === "refuse" ? decision.refusal.reason : decision.kind;
