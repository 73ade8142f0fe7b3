import { type Conversation, counterpart } from "#core/domain/conversation.ts";
import type { OpeningRefusal } from "#core/domain/opening.ts";
import { REASSIGN_AFTER_MS } from "#core/domain/reassigning.ts";
import { segmentsIn } from "#core/domain/segments.ts";
import { decideSwap } from "#core/domain/swapping.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import type { RulesOf } from "#core/ports/services.ts";
import { NO_CAP, type Spending } from "#core/ports/spending.ts";
import { type Choice, chooseAgain, type RentMore } from "./choose-again.ts";
import { lookUpParticipant, type ParticipantInput } from "./look-up-participant.ts";

export type SwapParticipantOutcome =
  | { readonly kind: "swapped"; readonly conversation: Conversation }
  | { readonly kind: "refused"; readonly refusal: OpeningRefusal }
  | { readonly kind: "invalid-number"; readonly detail: string }
  | { readonly kind: "not-found" }
  | { readonly kind: "closed" }
  /** The intro would cost more than the day may. */
  | { readonly kind: "spend-cap" }
  | { readonly kind: "busy" };

export interface SwapParticipantPorts {
  readonly conversations: Pick<Conversations, "openingFacts" | "swap" | "get">;
  readonly insight: NumberInsight;
  readonly clock: Clock;
  readonly rentMore: RentMore;
  readonly rulesOf: RulesOf;
  readonly reassignAfterMs?: number;
  /** What intros may cost; absent: anything. */
  readonly spending?: Spending;
}

export interface SwapParticipantInput {
  readonly conversationId: string;
  readonly leaving: string;
  readonly joining: ParticipantInput;
  readonly intro: boolean;
}

/**
 * Replaces one participant (a new driver); the other one's thread goes on. `ids` are those of this request: repeated with the same
 * ids, it is done once.
 */
export const swapParticipant = ({
  conversations,
  insight,
  clock,
  rentMore,
  rulesOf,
  reassignAfterMs = REASSIGN_AFTER_MS,
  spending = NO_CAP,
}: SwapParticipantPorts) => {
  const lookUp = lookUpParticipant(insight);
  return async (input: SwapParticipantInput, ids: Ids): Promise<SwapParticipantOutcome> => {
    const found = await lookUp(input.joining);
    if (!found.ok) return { kind: "invalid-number", detail: found.error };
    const joining = found.value;
    const joiningId = ids.next();
    const introId = ids.next();

    const choose = async (fresh: boolean): Promise<Choice<SwapParticipantOutcome>> => {
      const conversation = await conversations.get(input.conversationId);
      // A repetition of the request: the new participant is there, or has been replaced in turn.
      const all = conversation ? [...conversation.participants, ...conversation.former] : [];
      if (conversation && all.some(({ id }) => id === joiningId))
        return done({ kind: "swapped", conversation });
      const staying = conversation && counterpart(conversation.participants, input.leaving);
      if (!conversation || !staying) return done({ kind: "not-found" });
      if (conversation.closedAt !== null) return done({ kind: "closed" });
      const now = clock.now();
      const { serviceId } = conversation;
      const { messageTtlMs, quarantineMs } = await rulesOf(serviceId);
      const facts = await conversations.openingFacts(
        serviceId,
        [joining.number, staying.number],
        fresh,
        now - reassignAfterMs,
      );
      const decision = decideSwap(
        { conversation, leaving: input.leaving, joining, intro: input.intro },
        facts,
        { now, nextId: oneAfterTheOther([joiningId, introId]), messageTtlMs },
      );
      if (decision.kind === "unknown-participant") return done({ kind: "not-found" });
      if (decision.kind === "refuse") return refused(decision.refusal, conversation);
      const { swapping } = decision;
      const swap = { ...swapping, at: now, quarantinedUntil: now + quarantineMs };
      const outcome = await spending.spend(
        { serviceId, segments: segmentsIn(swapping.intros), country: joining.country },
        () => conversations.swap({ conversationId: conversation.id, ...swap }),
        ({ kind }) => kind === "swapped",
      );
      if (outcome === "spend-cap") return done({ kind: outcome });
      return outcome.kind === "conflict" ? outcome : done(outcome);
    };
    return chooseAgain(choose, rentMore);
  };
};

const done = (outcome: SwapParticipantOutcome): Choice<SwapParticipantOutcome> => ({ kind: "done", outcome });

const refused = (
  refusal: OpeningRefusal,
  { serviceId, geoMatch }: Conversation,
): Choice<SwapParticipantOutcome> => {
  const outcome = { kind: "refused", refusal } as const;
  if (refusal.kind !== "pool-exhausted") return done(outcome);
  // What is rented is of the country, hardly ever of the area.
  return { kind: "exhausted", serviceId, country: refusal.country, mayRent: geoMatch !== "area", outcome };
};

const oneAfterTheOther = (ids: readonly string[]): (() => string) => {
  let next = 0;
  return () => ids[next++]!;
};
