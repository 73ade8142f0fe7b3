import type { Conversation, Participant, Participants } from "./conversation.ts";
import type { Msisdn } from "./msisdn.ts";
import { chooseNumber, type GeoMatch, isFree, type PairUse, type PoolNumber } from "./number-pool.ts";
import type { OutboundMessage } from "./outbound-message.ts";
import { type RouteDefinition, routesOf } from "./route.ts";
import { showsNumberToNeighbour } from "./shown-number.ts";

/** Somebody who is to take part, with what number insight found out. */
export interface NewParticipant {
  readonly number: Msisdn;
  readonly name: string | null;
  /** The text that introduces the conversation to this person; null: the usual one. */
  readonly intro: string | null;
  readonly country: string;
  readonly areaPrefix: string;
  readonly timeZone?: string | undefined;
  /** The number that shall stand for this person; absent: one is chosen. */
  readonly virtualNumber?: Msisdn | null | undefined;
}

export interface OpeningRequest {
  readonly serviceId: string;
  readonly people: readonly [NewParticipant, NewParticipant];
  readonly reference: string | null;
  readonly expiresAt: number | null;
  readonly idleTtlMs: number | null;
  readonly geoMatch: GeoMatch;
  readonly sticky: boolean;
  readonly intros: boolean;
  readonly metadata: Readonly<Record<string, string>>;
}

/** What is known of the two, in their order. */
export interface OpeningFacts {
  /** Active numbers of the service that can carry SMS. May be a little old: the write verifies. */
  readonly numbers: readonly PoolNumber[];
  readonly people: readonly [ParticipantFacts, ParticipantFacts];
  /** One of the two has blocked the other in this service. */
  readonly blocked: boolean;
}

export interface ParticipantFacts {
  readonly pairs: readonly PairUse[];
  /** Of the texts of this service. */
  readonly optedOut: boolean;
  /** The number is one of ours, in any state. */
  readonly virtual: boolean;
}

export interface Opening {
  readonly conversation: Conversation;
  readonly routes: readonly [RouteDefinition, RouteDefinition];
  readonly intros: readonly OutboundMessage[];
}

/** `person` is the position, 0 or 1, of the one concerned. */
export type OpeningRefusal =
  | { readonly kind: "same-number" }
  | { readonly kind: "virtual-number"; readonly person: 0 | 1 }
  | { readonly kind: "opted-out"; readonly person: 0 | 1 }
  | { readonly kind: "blocked" }
  | { readonly kind: "reveals-number"; readonly person: 0 | 1; readonly field: "name" | "intro" }
  /** The number that shall stand for this person may be given to nobody. */
  | { readonly kind: "number-not-ours"; readonly person: 0 | 1 }
  /** The other person texts it already, or may not yet text somebody else by it. */
  | { readonly kind: "number-taken"; readonly person: 0 | 1 }
  | { readonly kind: "pool-exhausted"; readonly person: 0 | 1; readonly country: string };

/** New ids for what is made, and the rules of the house. */
export interface OpeningContext {
  readonly now: number;
  readonly nextId: () => string;
  readonly messageTtlMs: number;
}

export type OpeningDecision =
  | { readonly kind: "open"; readonly opening: Opening }
  | { readonly kind: "refuse"; readonly refusal: OpeningRefusal };

/** Joins two people: chooses for each the virtual number to text, independently of the other. */
export const decideOpening = (
  request: OpeningRequest,
  facts: OpeningFacts,
  { now, nextId, messageTtlMs }: OpeningContext,
): OpeningDecision => {
  const refusal = refuse(request, facts) ?? refuseGiven(request, facts, now);
  if (refusal) return { kind: "refuse", refusal };
  const [a, b] = request.people;
  const choose = (person: 0 | 1, justGiven: Msisdn | null): Msisdn | null =>
    request.people[person === 0 ? 1 : 0].virtualNumber ??
    chooseNumber({
      participant: request.people[person],
      numbers: facts.numbers,
      pairs: facts.people[person].pairs,
      geoMatch: request.geoMatch,
      sticky: request.sticky,
      justGiven,
      now,
    });
  const textedByA = choose(0, null);
  const textedByB = choose(1, textedByA);
  if (!textedByA || !textedByB) {
    const person = textedByA ? 1 : 0;
    return refusedFor({ kind: "pool-exhausted", person, country: request.people[person].country });
  }
  const id = nextId();
  const participants: Participants = [
    participantOf(a, nextId(), textedByB),
    participantOf(b, nextId(), textedByA),
  ];
  const conversation: Conversation = {
    id,
    version: 1,
    serviceId: request.serviceId,
    reference: request.reference,
    participants,
    former: [],
    geoMatch: request.geoMatch,
    sticky: request.sticky,
    openedAt: now,
    expiresAt: request.expiresAt,
    idleTtlMs: request.idleTtlMs,
    lastMessageAt: null,
    closedAt: null,
    closeReason: null,
    metadata: request.metadata,
  };
  const intros = request.intros
    ? [
        introTo(participants, 0, a.intro, { id: nextId(), conversationId: id, now, messageTtlMs }),
        introTo(participants, 1, b.intro, { id: nextId(), conversationId: id, now, messageTtlMs }),
      ]
    : [];
  return { kind: "open", opening: { conversation, routes: routesOf(id, participants), intros } };
};

export const participantOf = (person: NewParticipant, id: string, virtualNumber: Msisdn): Participant => ({
  id,
  number: person.number,
  name: person.name,
  country: person.country,
  areaPrefix: person.areaPrefix,
  ...(person.timeZone !== undefined && { timeZone: person.timeZone }),
  virtualNumber,
});

/** The first text of a thread: it comes from the number that stands for the other one, so that a reply reaches them. */
export const introTo = (
  participants: Participants,
  to: 0 | 1,
  intro: string | null,
  { id, conversationId, now, messageTtlMs }: IntroContext,
): OutboundMessage => {
  const recipient = participants[to];
  const other = participants[to === 0 ? 1 : 0];
  return {
    id,
    conversationId,
    senderId: null,
    recipientId: recipient.id,
    priority: "system",
    source: other.virtualNumber,
    destination: recipient.number,
    text: intro ?? `Reply to this SMS to talk to ${other.name ?? "the other person"}`,
    receivedAt: now,
    expiresAt: now + messageTtlMs,
  };
};

export interface IntroContext {
  readonly id: string;
  readonly conversationId: string;
  readonly now: number;
  readonly messageTtlMs: number;
}

const refusedFor = (refusal: OpeningRefusal): OpeningDecision => ({ kind: "refuse", refusal });

const refuse = (request: OpeningRequest, facts: OpeningFacts): OpeningRefusal | null => {
  const [a, b] = request.people;
  if (a.number === b.number) return { kind: "same-number" };
  for (const person of [0, 1] as const)
    if (facts.people[person].virtual) return { kind: "virtual-number", person };
  for (const person of [0, 1] as const)
    if (facts.people[person].optedOut) return { kind: "opted-out", person };
  if (facts.blocked) return { kind: "blocked" };
  return revealed(request.people);
};

/** A given number must be one that may be given, and its pair with the other person free. */
const refuseGiven = (request: OpeningRequest, facts: OpeningFacts, now: number): OpeningRefusal | null => {
  for (const person of [0, 1] as const) {
    const { virtualNumber } = request.people[person];
    if (virtualNumber == null) continue;
    if (!facts.numbers.some(({ number }) => number === virtualNumber))
      return { kind: "number-not-ours", person };
    const { pairs } = facts.people[person === 0 ? 1 : 0];
    const use = pairs.find((each) => each.virtualNumber === virtualNumber);
    if (use && !isFree(use, now)) return { kind: "number-taken", person };
  }
  return null;
};

/** What one of them would read must not contain the other one's real number, however it is written. */
export const revealed = (people: readonly [NewParticipant, NewParticipant]): OpeningRefusal | null => {
  for (const person of [0, 1] as const) {
    const own = people[person];
    const other = people[person === 0 ? 1 : 0];
    // A name is read by the other one, an intro by oneself.
    if (own.name !== null && showsNumberToNeighbour(own.name, own.number))
      return { kind: "reveals-number", person, field: "name" };
    if (own.intro !== null && showsNumberToNeighbour(own.intro, other.number))
      return { kind: "reveals-number", person, field: "intro" };
  }
  return null;
};
