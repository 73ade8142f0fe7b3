import type { Beside } from "#core/domain/beside.ts";
import type { DecisionContext, InboundDecision } from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { Route } from "#core/domain/route.ts";
import type { Rules } from "#core/domain/service-rules.ts";
import {
  type Allowance,
  afterOneMore,
  allowanceAt,
  type ExceededLimit,
  exceededBy,
  fullAllowance,
  HOUR_MS,
  isEmergency,
  type LimitRule,
  likenessOf,
} from "#core/domain/text-limits.ts";
import { noticeTo } from "#core/domain/wishes/notice-message.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import type { Watched } from "./leak-watch.ts";

/** Writers who are remembered, at most, about a kilobyte each. */
const WRITERS_MAX = 10_000;
/** Texts of one writer that are decided the same way when they are decided on again. */
const KNOWN_TEXTS = 32;
/** Different texts of one person that are compared with the next one. */
const COMPARED_TEXTS = 16;
/** Who goes beyond a limit is told so, and told of, once in so long. */
export const TOLD_AGAIN_MS = HOUR_MS;

type Relay = Extract<InboundDecision, { kind: "relay" }>;

/** Counts what people text, by what this process has received: an unsure limit lets pass. */
export interface LimitWatch {
  look(
    relay: Relay,
    inbound: InboundMessage,
    on: { route: Route; serviceId: string | null; rules: Rules; limits: LimitRule },
    context: Pick<DecisionContext, "now" | "nextId">,
  ): Watched;
}

/** One person in one conversation. Changed in place. */
interface Writer {
  allowance: Allowance;
  texts: readonly { readonly key: string; readonly exceeded: ExceededLimit | null }[];
  told: { readonly key: string; readonly at: number } | null;
}

/** One text of one person. */
interface Said {
  readonly likeness: number;
  readonly at: number;
  readonly conversations: readonly string[];
}

export const createLimitWatch = (): LimitWatch => {
  const writers = createGenerationalCache<Writer>(WRITERS_MAX);
  const said = createGenerationalCache<readonly Said[]>(WRITERS_MAX);

  /** Whether the same was written into many conversations. Remembers that it was written into this one. */
  const isFannedOut = (
    person: string,
    text: string,
    conversationId: string,
    max: number,
    at: number,
  ): boolean => {
    const likeness = likenessOf(text);
    if (likeness === null) return false;
    const recent = (said.get(person) ?? []).filter((each) => at - each.at <= HOUR_MS);
    const known = recent.find((each) => each.likeness === likeness);
    const conversations = known?.conversations ?? [];
    if (conversations.includes(conversationId)) return false;
    // breakage: fan-out-for-ever
    if (conversations.length >= max) return true;
    const others = recent.filter((each) => each !== known).slice(1 - COMPARED_TEXTS);
    said.set(person, [...others, { likeness, at, conversations: [...conversations, conversationId] }]);
    return false;
  };

  const exceeded = (
    writer: Writer,
    inbound: InboundMessage,
    { route, serviceId, limits }: { route: Route; serviceId: string | null; limits: LimitRule },
  ): ExceededLimit | null => {
    const { text, receivedAt: at } = inbound;
    const left = allowanceAt(writer.allowance, limits, at);
    writer.allowance = left;
    const limit = exceededBy(left);
    if (limit !== null && !isEmergency(text)) return limit;
    writer.allowance = afterOneMore(left);
    const person = `${serviceId} ${route.sender}`;
    const { sameTextTo } = limits;
    return sameTextTo !== null && isFannedOut(person, text, route.conversationId, sameTextTo, at)
      ? "same-text"
      : null;
  };

  return {
    look: (relay, inbound, on, { now, nextId }) => {
      const { route, serviceId, rules, limits } = on;
      const { key, receivedAt: at } = inbound;
      const id = `${route.conversationId} ${route.senderId}`;
      const writer = writers.get(id) ?? { allowance: fullAllowance(limits, at), texts: [], told: null };
      writers.set(id, writer);
      const known = writer.texts.find((each) => each.key === key);
      const limit = known ? known.exceeded : exceeded(writer, inbound, on);
      if (!known) writer.texts = [...writer.texts, { key, exceeded: limit }].slice(-KNOWN_TEXTS);
      if (limit === null) return { decision: relay, beside: null };
      const { told } = writer;
      const isTold = told === null || told.key === key || at - told.at >= TOLD_AGAIN_MS;
      if (isTold) writer.told = { key, at };
      const isBlocked = limits.action === "block";
      const mayBeTold = isBlocked && route.senderWishes.optedOutBy === null;
      const beside: Beside | null = isTold
        ? {
            notice: mayBeTold
              ? noticeTo({ notice: "limit", language: null, route, inbound, rules, now, id: nextId() })
              : null,
            events: [
              {
                type: "participant.limit-exceeded",
                subject: route.senderId,
                data: { conversationId: route.conversationId, limit, action: limits.action },
                serviceId,
                at,
              },
            ],
          }
        : null;
      const reason = limit === "same-text" ? "fan-out" : "flood";
      return isBlocked
        ? { decision: { kind: "refuse", refusal: { kind: "blocked", reason }, route }, beside }
        : { decision: relay, beside };
    },
  };
};
