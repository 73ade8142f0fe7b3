import type { Conversation } from "#core/domain/conversation.ts";
import { decideInbound, type InboundDecision } from "#core/domain/inbound-decision.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Route } from "#core/domain/route.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { houseWishRules } from "#core/domain/wishes/wish.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations, PastRoute } from "#core/ports/conversations.ts";
import type { Numbers } from "#core/ports/numbers.ts";
import type { RulesOf } from "#core/ports/services.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Traffic } from "#core/ports/traffic.ts";

export interface ExplainRoutePorts {
  readonly conversations: Pick<Conversations, "get" | "routeAt">;
  readonly traffic: Pick<Traffic, "routes" | "last">;
  readonly numbers: Pick<Numbers, "ownAmong">;
  readonly rulesOf: RulesOf;
  readonly clock: Clock;
}

export interface ExplainRouteInput {
  readonly from: Msisdn;
  readonly to: Msisdn;
  readonly text: string;
  /** An instant of the past; null: what would happen now. */
  readonly at: number | null;
}

export type Explanation =
  | { readonly kind: "now"; readonly decision: InboundDecision; readonly conversation: Conversation | null }
  | {
      readonly kind: "then";
      readonly meaning: PastRoute | null;
      readonly conversation: Conversation | null;
    };

/** Says what a text would do, by the very function that decides on real ones, and sends nothing. */
export const explainRoute =
  ({ conversations, traffic, numbers, clock, rulesOf }: ExplainRoutePorts) =>
  async ({ from, to, text, at }: ExplainRouteInput): Promise<Explanation> => {
    const pair = { sender: from, virtualNumber: to };
    if (at !== null) {
      const meaning = await conversations.routeAt(pair, at);
      return {
        kind: "then",
        meaning,
        conversation: meaning && (await conversations.get(meaning.conversationId)),
      };
    }
    const now = clock.now();
    const [[route = null], ours] = await Promise.all([traffic.routes([pair]), numbers.ownAmong([to])]);
    if (route === "unreadable") throw new StorageUnavailable("The route cannot be opened");
    const serviceId = ours.get(to) ?? null;
    const rules = await rulesOf(serviceId ?? DEFAULT_SERVICE_ID);
    const [last = null] = route
      ? await traffic.last([{ conversationId: route.conversationId, participantId: route.senderId, at: now }])
      : [];
    const decision = decideInbound(
      { id: "", key: "", from, to, text, part: null, link: "http", receivedAt: now },
      { route, serviceId, rules, last },
      { now, wishRules: houseWishRules, nextId: () => "" },
    );
    // After quarantine the pair's old conversation is nobody's business any more.
    const meant = routeOf(decision);
    const conversation = meant && (await conversations.get(meant.conversationId));
    return { kind: "now", decision, conversation };
  };

const routeOf = (decision: InboundDecision): Pick<Route, "conversationId"> | null => {
  switch (decision.kind) {
    case "relay":
      return decision.message;
    case "command":
      return decision.route;
    case "ask":
    case "refuse":
      return decision.route;
  }
};
