import { type Conversation, counterpart, type Participant, type Participants } from "./conversation.ts";
import { chooseNumber, isFree, isSuitable } from "./number-pool.ts";
import {
  introTo,
  type NewParticipant,
  type OpeningContext,
  type OpeningFacts,
  type OpeningRefusal,
  participantOf,
  revealed,
} from "./opening.ts";
import type { OutboundMessage } from "./outbound-message.ts";
import { type RouteDefinition, routesOf } from "./route.ts";

export interface SwapRequest {
  readonly conversation: Conversation;
  /** The participant who leaves. */
  readonly leaving: string;
  readonly joining: NewParticipant;
  readonly intro: boolean;
}

export interface Swapping {
  readonly leaving: string;
  readonly joining: Participant;
  /** Keeps its id, and the number that it texts; what the new one texts may have to be another. */
  readonly staying: Participant;
  readonly routes: readonly [RouteDefinition, RouteDefinition];
  readonly intros: readonly OutboundMessage[];
}

export type SwapDecision =
  | { readonly kind: "swap"; readonly swapping: Swapping }
  | { readonly kind: "refuse"; readonly refusal: OpeningRefusal }
  | { readonly kind: "unknown-participant" };

/**
 * Replaces one participant. The one who stays keeps the thread on the handset: the number texted now stands for the
 * new one. The new one gets the number of the one who stays if that is free for them, and else another. `facts` are
 * those of the new one and of the one who stays, in this order.
 */
export const decideSwap = (
  request: SwapRequest,
  facts: OpeningFacts,
  context: OpeningContext,
): SwapDecision => {
  const { conversation, leaving, joining } = request;
  const staying = counterpart(conversation.participants, leaving);
  const left = conversation.participants.find((participant) => participant.id === leaving);
  if (!staying || !left) return { kind: "unknown-participant" };
  const refusal = refuse(joining, staying, facts);
  if (refusal) return { kind: "refuse", refusal };
  const textedByJoining = numberFor(joining, staying, conversation, facts, context.now);
  if (!textedByJoining) {
    return { kind: "refuse", refusal: { kind: "pool-exhausted", person: 0, country: joining.country } };
  }
  const joined = participantOf(joining, context.nextId(), left.virtualNumber);
  const stayed: Participant = { ...staying, virtualNumber: textedByJoining };
  const participants = replaced(conversation.participants, leaving, joined, stayed);
  const position = participants[0].id === joined.id ? 0 : 1;
  const intros = request.intro
    ? [
        introTo(participants, position, joining.intro, {
          id: context.nextId(),
          conversationId: conversation.id,
          now: context.now,
          messageTtlMs: context.messageTtlMs,
        }),
      ]
    : [];
  return {
    kind: "swap",
    swapping: {
      leaving,
      joining: joined,
      staying: stayed,
      routes: routesOf(conversation.id, participants),
      intros,
    },
  };
};

const refuse = (
  joining: NewParticipant,
  staying: Participant,
  facts: OpeningFacts,
): OpeningRefusal | null => {
  if (joining.number === staying.number) return { kind: "same-number" };
  if (facts.people[0].virtual) return { kind: "virtual-number", person: 0 };
  if (facts.people[0].optedOut) return { kind: "opted-out", person: 0 };
  if (facts.people[1].optedOut) return { kind: "opted-out", person: 1 };
  if (facts.blocked) return { kind: "blocked" };
  return revealed([joining, { ...staying, intro: null }]);
};

const numberFor = (
  joining: NewParticipant,
  staying: Participant,
  { geoMatch, sticky }: Conversation,
  facts: OpeningFacts,
  now: number,
) => {
  const pairs = facts.people[0].pairs;
  const kept = facts.numbers.find((entry) => entry.number === staying.virtualNumber);
  const use = pairs.find((pair) => pair.virtualNumber === staying.virtualNumber);
  if (kept && isSuitable(kept, joining, geoMatch) && (!use || isFree(use, now))) return kept.number;
  return chooseNumber({ participant: joining, numbers: facts.numbers, pairs, geoMatch, sticky, now });
};

const replaced = (
  [a, b]: Participants,
  leaving: string,
  joined: Participant,
  stayed: Participant,
): Participants => (a.id === leaving ? [joined, stayed] : b.id === leaving ? [stayed, joined] : [a, b]);
