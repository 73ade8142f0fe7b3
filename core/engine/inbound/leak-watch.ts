import type { Beside } from "#core/domain/beside.ts";
import type { DecisionContext, InboundDecision } from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { leakEvents } from "#core/domain/leak-events.ts";
import { digitsOf, guardAgainstLeaks, type LeakRule } from "#core/domain/leak-guard.ts";
import type { Route } from "#core/domain/route.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import { noticeTo } from "#core/domain/wishes/notice-message.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

/** Writers of whom something is remembered, at most, about 500 bytes each. */
const WRITERS_MAX = 10_000;
/** Of so many texts of one writer, and for so long, digits are remembered. */
export const SPLIT_TEXTS = 5;
export const SPLIT_MS = 10 * 60_000;
/** A writer is told once in so long. */
export const WARN_MS = 60 * 60_000;

/** What comes of looking at a text that would be relayed; `beside` is null where nothing was found. */
export interface Watched {
  readonly decision: InboundDecision;
  readonly beside: Beside | null;
}

type Relay = Extract<InboundDecision, { kind: "relay" }>;

/** Looks for ways to reach a writer elsewhere, also in numbers that are dealt out over several texts. Decides the same again for the same text. */
export interface LeakWatch {
  look(
    relay: Relay,
    inbound: InboundMessage,
    on: WatchedRoute,
    context: Pick<DecisionContext, "now" | "nextId">,
  ): Watched;
}

export interface WatchedRoute {
  readonly route: Route;
  readonly serviceId: string | null;
  readonly rules: Rules;
  readonly leaks: LeakRule;
}

/** What is remembered of one writer in one conversation: no texts. */
interface Writer {
  readonly digits: readonly Digits[];
  readonly warned: { readonly key: string; readonly at: number } | null;
}

interface Digits {
  /** Of the text: it may be decided on again. */
  readonly key: string;
  readonly at: number;
  readonly kept: string;
}

const UNKNOWN: Writer = { digits: [], warned: null };

export const createLeakWatch = (): LeakWatch => {
  const writers = createGenerationalCache<Writer>(WRITERS_MAX);
  return {
    look: (relay, inbound, { route, serviceId, rules, leaks }, { now, nextId }) => {
      const { message } = relay;
      const { key, receivedAt: at } = inbound;
      const id = `${route.conversationId} ${route.senderId}`;
      const writer = writers.get(id) ?? UNKNOWN;
      const digits = before(key, at, writer.digits);
      const earlier = digits.map(({ kept }) => kept);
      const ruling = guardAgainstLeaks(message.text, earlier, leaks, [route.sender, route.recipient]);
      const kept = leaks.phone === "off" ? "" : digitsOf(message.text, ruling);
      const isChanged = ruling.text !== message.text;
      const isWarned = isChanged && leaks.warn && mayBeTold(route) && isDue(writer.warned, key, at);
      const remembered = kept === "" ? digits : [...digits, { key, at, kept }].slice(-SPLIT_TEXTS);
      if (isWarned) writers.set(id, { digits: remembered, warned: { key, at } });
      else if (remembered.length !== writer.digits.length || kept !== "")
        writers.set(id, { digits: remembered, warned: writer.warned });
      if (ruling.found.length === 0) return { decision: relay, beside: null };
      const beside: Beside = {
        notice: isWarned
          ? noticeTo({ notice: "leak", language: null, route, inbound, rules, now, id: nextId() })
          : null,
        events: leakEvents(message, ruling.found, serviceId, at),
      };
      return { decision: asRuled(relay, ruling, route), beside };
    },
  };
};

const asRuled = (
  relay: Relay,
  { text, blockedFor }: ReturnType<typeof guardAgainstLeaks>,
  route: Route,
): InboundDecision => {
  if (blockedFor !== null)
    return { kind: "refuse", refusal: { kind: "blocked", reason: `leak:${blockedFor}` }, route };
  return text === null || text === relay.message.text
    ? relay
    : { ...relay, message: { ...relay.message, text } };
};

/** What came before this text, and not long before. */
const before = (key: string, at: number, digits: readonly Digits[]): readonly Digits[] => {
  const own = digits.findIndex((each) => each.key === key);
  return (own < 0 ? digits : digits.slice(0, own)).filter((each) => at - each.at <= SPLIT_MS);
};

/** Whoever wants no texts is not told either. */
const mayBeTold = ({ senderWishes }: Route): boolean => senderWishes.optedOutBy === null;

const isDue = (warned: Writer["warned"], key: string, at: number): boolean =>
  warned === null || warned.key === key || at - warned.at >= WARN_MS;
