import type { Conversation } from "#core/domain/conversation.ts";
import { decideOpening, type OpeningRefusal, type OpeningRequest } from "#core/domain/opening.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import { keyedMutex } from "#core/structures/keyed-mutex.ts";
import { lookUpParticipant, type ParticipantInput } from "./look-up-participant.ts";

export interface OpenConversationInput extends Omit<OpeningRequest, "people" | "expiresAt"> {
  readonly people: readonly [ParticipantInput, ParticipantInput];
  readonly ttlMs: number | null;
}

export type OpenConversationOutcome =
  | { readonly kind: "opened"; readonly conversation: Conversation }
  | { readonly kind: "refused"; readonly refusal: OpeningRefusal }
  | { readonly kind: "invalid-number"; readonly person: 0 | 1; readonly detail: string }
  | { readonly kind: "reference-in-use" }
  /** Too many openings at once, of all or of these people: try again. */
  | { readonly kind: "busy" };

export interface OpenConversationPorts {
  readonly conversations: Pick<Conversations, "openingFacts" | "open" | "get">;
  readonly insight: NumberInsight;
  readonly clock: Clock;
  /** Rents numbers where the pool has run out; answers whether there are more now. */
  readonly rentMore: (country: string) => Promise<boolean>;
}

export type OpenConversation = (input: OpenConversationInput, ids: Ids) => Promise<OpenConversationOutcome>;

/** Openings that another process, or a swap, got ahead of choose again; never so often in earnest. */
const CHOICES_MAX = 200;
/** Openings under way at once, waiting ones included. */
const OPENINGS_MAX = 10_000;

/** Joins two people through virtual numbers. `ids` are those of this request: repeated with the same ids, it is done once. */
export const openConversation = (
  ports: OpenConversationPorts,
  options: { readonly messageTtlMs: number },
): OpenConversation => {
  const find = lookUpParticipant(ports.insight);
  const choose = openByChoosing(ports, options);
  const turns = keyedMutex();
  let underWay = 0;
  return async (input, ids) => {
    if (underWay === OPENINGS_MAX) return { kind: "busy" };
    underWay += 1;
    try {
      const [a, b] = await Promise.all(input.people.map(find));
      if (!a!.ok) return { kind: "invalid-number", person: 0, detail: a!.error };
      if (!b!.ok) return { kind: "invalid-number", person: 1, detail: b!.error };
      const people = [a!.value, b!.value] as const;
      // Of one person only one at a time: each has to know which numbers the one before has taken.
      return await turns(
        people.map(({ number }) => number),
        () => choose({ ...input, people }, ids),
      );
    } finally {
      underWay -= 1;
    }
  };
};

const openByChoosing =
  ({ conversations, clock, rentMore }: OpenConversationPorts, options: { readonly messageTtlMs: number }) =>
  async (
    input: Omit<OpenConversationInput, "people"> & Pick<OpeningRequest, "people">,
    ids: Ids,
  ): Promise<OpenConversationOutcome> => {
    const now = clock.now();
    const { ttlMs, ...wishes } = input;
    const request: OpeningRequest = { ...wishes, expiresAt: ttlMs === null ? null : now + ttlMs };
    const [a, b] = request.people;
    // The same ids for every choice: only one of them can come true.
    const made: string[] = [];
    const idAt = (): (() => string) => {
      let next = 0;
      return () => {
        if (made.length === next) made.push(ids.next());
        return made[next++]!;
      };
    };
    // What is rented is of the country, hardly ever of the area: it would cost money and suit nobody.
    const mayRent = request.geoMatch !== "area";
    let fresh = false;
    for (let choice = 1; choice <= CHOICES_MAX; choice += 1) {
      const facts = await conversations.openingFacts([a.number, b.number], fresh);
      const decision = decideOpening(request, facts, {
        now,
        nextId: idAt(),
        messageTtlMs: options.messageTtlMs,
      });
      if (decision.kind === "refuse") {
        // A repetition finds taken what the first try took.
        const done = await conversations.get(idAt()());
        if (done) return { kind: "opened", conversation: done };
        const { refusal } = decision;
        if (refusal.kind !== "pool-exhausted") return { kind: "refused", refusal };
        // What is known of the pool may be a little old; only fresh facts are a reason to rent, or to refuse.
        if (fresh && !(mayRent && (await rentMore(refusal.country)))) return { kind: "refused", refusal };
        fresh = true;
        continue;
      }
      const { opening } = decision;
      const outcome = await conversations.open(opening);
      if (outcome.kind === "reference-in-use") return outcome;
      if (outcome.kind === "opened") return { kind: "opened", conversation: opening.conversation };
      if (outcome.kind === "exists") {
        return { kind: "opened", conversation: (await conversations.get(opening.conversation.id))! };
      }
      fresh = true;
    }
    return { kind: "busy" };
  };
