import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { LimitRule } from "#core/domain/text-limits.ts";
import type { InboundWrite } from "#core/ports/traffic.ts";
import type { TypedText } from "#test/simulation/people/typed-text.ts";
import { Broken } from "./broken.ts";
import type { PairMeaning } from "./pairs.ts";

/** The one service of a world that bounds what people text. */
export interface LimitedService {
  readonly serviceId: string;
  readonly rule: LimitRule;
}

export interface LimitsOptions {
  readonly now: () => number;
  readonly epoch: number;
  readonly skewMaxMs: number;
}

/** So long somebody may wait for their turn, and so long what they texted before counts. */
const WAIT_MAX_MS = 2 * 60_000;
const COUNTED_MS = 3 * 60_000;

/** It never waits. */
const CRY_FOR_HELP = /^help!*$/i;

/** Texts of one person in one conversation: what is held has its turn, in order, and nobody is blocked who has not texted too much. */
export const createLimits = (limited: LimitedService | null, { now, epoch, skewMaxMs }: LimitsOptions) => {
  /** By writer and reader: the turn of the last that was held, by the clocks of processes. */
  const lastTurn = new Map<string, number>();
  /** How much somebody has typed to a number, whatever has become of it by now. */
  const typed = new Map<string, number>();
  const writerOf = (conversationId: string, senderId: string): string => `${conversationId} ${senderId}`;
  /** What a person wrote, and is beyond a limit. */
  const isHeld = ({ senderId, hold }: OutboundMessage): boolean => senderId !== null && hold !== undefined;

  return {
    typed: ({ from, to }: Pick<TypedText, "from" | "to">): void => {
      typed.set(`${from} ${to}`, (typed.get(`${from} ${to}`) ?? 0) + 1);
    },
    /** A text is passed on, now or in its turn. */
    passed: ({ inbound: { from, to }, serviceId }: InboundWrite, message: OutboundMessage): void => {
      const writer = writerOf(message.conversationId, message.senderId!);
      // Whoever takes the place of the other one gets what comes from then on.
      const way = `${writer} ${message.recipientId}`;
      const last = lastTurn.get(way) ?? Number.NEGATIVE_INFINITY;
      if (CRY_FOR_HELP.test(message.text)) {
        if (isHeld(message)) throw new Broken("in its turn", "a cry for help is held");
        return;
      }
      if (message.receivedAt <= last)
        throw new Broken("in its turn", "a text is to overtake what is held of the same person");
      if (!isHeld(message)) return;
      if (serviceId !== limited?.serviceId)
        throw new Broken("in its turn", "a text is held by a service without limits");
      // A turn that was given and could not be written, as another process was sooner, is never given back.
      const turnsMs = (3 * (typed.get(`${from} ${to}`) ?? 0) * 60_000) / limited.rule.perMinute;
      if (message.receivedAt - epoch > now() + skewMaxMs + Math.max(WAIT_MAX_MS + COUNTED_MS, turnsMs))
        throw new Broken("in its turn", "a text is held for longer than its limit takes to grow back");
      lastTurn.set(way, message.receivedAt);
    },
    /** A text was blocked as one too many. What others of them wait for may have been decided already, and not be written. */
    mustBeTooMany: ({ serviceId }: InboundWrite, { sender, virtualNumber }: PairMeaning): void => {
      const count = typed.get(`${sender} ${virtualNumber}`) ?? 0;
      if (limited === null || serviceId !== limited.serviceId || count < limited.rule.perMinute)
        throw new Broken("nothing lost", "a text was blocked as one too many, and there were few");
    },
    /** What is held does not leave before its turn. */
    mustHaveTurn: (message: OutboundMessage, part: number): void => {
      if (part === 0 && isHeld(message) && now() < message.receivedAt - epoch - skewMaxMs)
        throw new Broken("in its turn", "a text has left before its turn");
    },
    /** What is held keeps nothing else to the same person waiting, and goes by its turn among it. */
    mayOvertake: (message: OutboundMessage, earlier: OutboundMessage): boolean =>
      (isHeld(message) || isHeld(earlier)) && message.receivedAt <= earlier.receivedAt,
  };
};
