import type { Conversation } from "#core/domain/conversation.ts";
import { counterpart } from "#core/domain/conversation.ts";
import type { OpeningRefusal } from "#core/domain/opening.ts";
import { decideSwap } from "#core/domain/swapping.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import { lookUpParticipant, type ParticipantInput } from "./look-up-participant.ts";

export type SwapParticipantOutcome =
  | { readonly kind: "swapped"; readonly conversation: Conversation }
  | { readonly kind: "refused"; readonly refusal: OpeningRefusal }
  | { readonly kind: "invalid-number"; readonly detail: string }
  | { readonly kind: "not-found" }
  | { readonly kind: "closed" }
  | { readonly kind: "busy" };

export interface SwapParticipantPorts {
  readonly conversations: Pick<Conversations, "openingFacts" | "swap" | "get">;
  readonly insight: NumberInsight;
  readonly clock: Clock;
  readonly rentMore: (country: string) => Promise<boolean>;
}

export interface SwapParticipantInput {
  readonly conversationId: string;
  readonly leaving: string;
  readonly joining: ParticipantInput;
  readonly intro: boolean;
}

const CHOICES_MAX = 200;

/** Puts somebody else in the place of one participant (a new driver); the other one's thread goes on. */
export const swapParticipant =
  (
    { conversations, insight, clock, rentMore }: SwapParticipantPorts,
    options: { readonly messageTtlMs: number; readonly quarantineMs: number },
  ) =>
  async (input: SwapParticipantInput, ids: Ids): Promise<SwapParticipantOutcome> => {
    const found = await lookUpParticipant(insight)(input.joining);
    if (!found.ok) return { kind: "invalid-number", detail: found.error };
    const joining = found.value;
    // Repeated with the same ids, the request finds that it has been carried out.
    const joiningId = ids.next();
    const introId = ids.next();
    let fresh = false;
    for (let choice = 1; choice <= CHOICES_MAX; choice += 1) {
      const conversation = await conversations.get(input.conversationId);
      if (conversation?.participants.some(({ id }) => id === joiningId))
        return { kind: "swapped", conversation };
      const staying = conversation && counterpart(conversation.participants, input.leaving);
      if (!conversation || !staying) return { kind: "not-found" };
      if (conversation.closedAt !== null) return { kind: "closed" };
      const now = clock.now();
      const facts = await conversations.openingFacts([joining.number, staying.number], fresh);
      const decision = decideSwap(
        { conversation, leaving: input.leaving, joining, intro: input.intro },
        facts,
        { now, nextId: inTurn([joiningId, introId]), messageTtlMs: options.messageTtlMs },
      );
      if (decision.kind === "unknown-participant") return { kind: "not-found" };
      if (decision.kind === "refuse") {
        const { refusal } = decision;
        if (refusal.kind !== "pool-exhausted") return { kind: "refused", refusal };
        // What is rented is of the country, hardly ever of the area.
        const mayRent = conversation.geoMatch !== "area";
        if (fresh && !(mayRent && (await rentMore(refusal.country)))) return { kind: "refused", refusal };
        fresh = true;
        continue;
      }
      const outcome = await conversations.swap({
        conversationId: conversation.id,
        ...decision.swapping,
        at: now,
        quarantinedUntil: now + options.quarantineMs,
      });
      if (outcome.kind !== "conflict") return outcome;
      fresh = true;
    }
    return { kind: "busy" };
  };

const inTurn = (ids: readonly string[]): (() => string) => {
  let next = 0;
  return () => ids[next++]!;
};
