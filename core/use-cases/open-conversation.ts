import type { Conversation } from "#core/domain/conversation.ts";
import type { GeoMatch } from "#core/domain/number-pool.ts";
import { decideOpening, type OpeningRefusal, type OpeningRequest } from "#core/domain/opening.ts";
import type { ExceededOpeningLimit } from "#core/domain/opening-limits.ts";
import { REASSIGN_AFTER_MS } from "#core/domain/reassigning.ts";
import { segmentsIn } from "#core/domain/segments.ts";
import { overlaid, type Rules } from "#core/domain/service-rules.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import type { RulesOf } from "#core/ports/services.ts";
import { NO_CAP, type Spending } from "#core/ports/spending.ts";
import { keyedMutex } from "#core/structures/keyed-mutex.ts";
import { type Choice, chooseAgain, type RentMore } from "./choose-again.ts";
import { findOpenConversation } from "./find-open-conversation.ts";
import { introduceAgain } from "./introduce-again.ts";
import type { OpeningWatch } from "./limit-openings.ts";
import { lookUpParticipant, type ParticipantInput } from "./look-up-participant.ts";

type Chosen = "expiresAt" | "idleTtlMs" | "geoMatch" | "sticky";

/** What it does not say goes by the rules of the service. */
export interface OpenConversationInput extends Omit<OpeningRequest, "people" | Chosen> {
  readonly participants: readonly [ParticipantInput, ParticipantInput];
  readonly ttlMs?: number | null | undefined;
  readonly idleTtlMs?: number | null | undefined;
  readonly geoMatch?: GeoMatch | undefined;
  readonly sticky?: boolean | undefined;
  /** `reuse`: an open conversation of the same two is answered instead of a new one. */
  readonly onOpen: "reuse" | "new";
}

export type OpenConversationOutcome =
  | { readonly kind: "opened"; readonly conversation: Conversation }
  /** The two have one already, and it was asked for. Two processes that open at the same time may still open two. */
  | { readonly kind: "reused"; readonly conversation: Conversation }
  | { readonly kind: "refused"; readonly refusal: OpeningRefusal }
  /** `index`: which of the two. */
  | { readonly kind: "invalid-number"; readonly index: 0 | 1; readonly detail: string }
  | { readonly kind: "reference-in-use" }
  /** More are being opened than the service allows. */
  | { readonly kind: "too-many"; readonly limit: ExceededOpeningLimit }
  /** Its intros would cost more than the day may. */
  | { readonly kind: "spend-cap" }
  /** Too many openings at once, of all or of these participants: try again. */
  | { readonly kind: "busy" };

export interface OpenConversationPorts {
  readonly conversations: Pick<
    Conversations,
    "openingFacts" | "open" | "get" | "list" | "silent" | "addMessages"
  >;
  readonly insight: NumberInsight;
  readonly clock: Clock;
  readonly rentMore: RentMore;
  readonly rulesOf: RulesOf;
  /** After so long without a text, nobody is taken for the same person any more; absent: as long as numbers are aged. */
  readonly reassignAfterMs?: number;
  /** Absent: nothing is counted. */
  readonly openings?: OpeningWatch;
  /** What intros may cost; absent: anything. */
  readonly spending?: Spending;
}

export type OpenConversation = (input: OpenConversationInput, ids: Ids) => Promise<OpenConversationOutcome>;

/** Openings under way at once, waiting ones included. */
const OPENINGS_MAX = 10_000;

/** Joins two participants through virtual numbers. `ids` are those of this request: repeated with the same ids, it is done once. */
export const openConversation = (ports: OpenConversationPorts): OpenConversation => {
  const lookUp = lookUpParticipant(ports.insight);
  const findOpen = findOpenConversation(ports);
  const introduce = introduceAgain(ports);
  const open = openByChoosing(ports);
  const keyed = keyedMutex();
  let underWay = 0;
  return async (input, ids) => {
    if (underWay === OPENINGS_MAX) return { kind: "busy" };
    underWay += 1;
    try {
      const { participants, ttlMs, idleTtlMs, geoMatch, sticky, onOpen, ...rest } = input;
      const own = { ttlMs, idleTtlMs, geoMatch, sticky };
      const [a, b] = await Promise.all([lookUp(participants[0]), lookUp(participants[1])]);
      if (!a.ok) return { kind: "invalid-number", index: 0, detail: a.error };
      if (!b.ok) return { kind: "invalid-number", index: 1, detail: b.error };
      const people = [a.value, b.value] as const;
      // One opening at a time for each participant: it has to know which numbers the one before has taken.
      const numbers = [a.value.number, b.value.number] as const;
      return await keyed(numbers, async () => {
        const existing = onOpen === "reuse" ? await findOpen(input.serviceId, numbers) : null;
        if (existing) {
          if (input.intros) await introduce(existing, people);
          return { kind: "reused", conversation: existing };
        }
        const rules = overlaid(await ports.rulesOf(input.serviceId), own);
        const attempt = { serviceId: input.serviceId, people };
        const limits = rules.openings;
        const limit = limits && (await ports.openings?.admit(attempt, limits));
        if (limit) return { kind: "too-many", limit };
        const outcome = await open(
          { ...rest, people, idleTtlMs: rules.idleTtlMs, geoMatch: rules.geoMatch, sticky: rules.sticky },
          rules,
          ids,
        );
        if (limits && outcome.kind !== "opened") await ports.openings?.takeBack(attempt, limits);
        return outcome;
      });
    } finally {
      underWay -= 1;
    }
  };
};

const openByChoosing =
  ({
    conversations,
    clock,
    rentMore,
    reassignAfterMs = REASSIGN_AFTER_MS,
    spending = NO_CAP,
  }: OpenConversationPorts) =>
  (
    input: Omit<OpeningRequest, "expiresAt">,
    { ttlMs, messageTtlMs }: Rules,
    ids: Ids,
  ): Promise<OpenConversationOutcome> => {
    const now = clock.now();
    const request: OpeningRequest = { ...input, expiresAt: ttlMs === null ? null : now + ttlMs };
    const [a, b] = request.people;
    const idsOfChoice = sameIdsAgain(ids);

    const choose = async (fresh: boolean): Promise<Choice<OpenConversationOutcome>> => {
      const facts = await conversations.openingFacts(
        request.serviceId,
        [a.number, b.number],
        fresh,
        now - reassignAfterMs,
      );
      const context = { now, nextId: idsOfChoice(), messageTtlMs };
      const decision = decideOpening(request, facts, context);
      if (decision.kind === "refuse") {
        // A repetition finds taken what the first try took.
        const existing = await conversations.get(idsOfChoice()());
        return existing ? opened(existing) : refused(decision.refusal, request);
      }
      const { opening } = decision;
      const cost = { serviceId: request.serviceId, segments: segmentsIn(opening.intros), country: b.country };
      const outcome = await spending.spend(
        cost,
        () => conversations.open(opening),
        ({ kind }) => kind === "opened",
      );
      if (outcome === "spend-cap") return { kind: "done", outcome: { kind: outcome } };
      switch (outcome.kind) {
        case "conflict":
          return outcome;
        case "reference-in-use":
          return { kind: "done", outcome };
        case "opened":
          return opened(opening.conversation);
        case "exists":
          return opened((await conversations.get(opening.conversation.id))!);
      }
    };
    return chooseAgain(choose, rentMore);
  };

const opened = (conversation: Conversation): Choice<OpenConversationOutcome> => ({
  kind: "done",
  outcome: { kind: "opened", conversation },
});

const refused = (
  refusal: OpeningRefusal,
  { serviceId, geoMatch }: OpeningRequest,
): Choice<OpenConversationOutcome> => {
  const outcome = { kind: "refused", refusal } as const;
  if (refusal.kind !== "pool-exhausted") return { kind: "done", outcome };
  // What is rented is of the country, hardly ever of the area: it would cost money and suit nobody.
  return { kind: "exhausted", serviceId, country: refusal.country, mayRent: geoMatch !== "area", outcome };
};

/** The same ids for every choice: only one of them is written. */
const sameIdsAgain = (ids: Ids): (() => () => string) => {
  const made: string[] = [];
  return () => {
    let next = 0;
    return () => {
      if (made.length === next) made.push(ids.next());
      return made[next++]!;
    };
  };
};
