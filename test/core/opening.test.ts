import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { isFree, isSuitable } from "#core/domain/number-pool.ts";
import {
  decideOpening,
  type NewParticipant,
  type OpeningFacts,
  type OpeningRequest,
} from "#core/domain/opening.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import {
  geoMatchArbitrary,
  nearInstantArbitrary,
  pairUseArbitrary,
  peopleArbitrary,
  poolArbitrary,
} from "#test/support/arbitraries.ts";

const requestArbitrary: fc.Arbitrary<OpeningRequest> = fc.record({
  serviceId: fc.uuid(),
  people: peopleArbitrary,
  reference: fc.option(fc.string()),
  expiresAt: fc.option(nearInstantArbitrary),
  idleTtlMs: fc.option(nearInstantArbitrary),
  geoMatch: geoMatchArbitrary,
  sticky: fc.boolean(),
  intros: fc.boolean(),
  metadata: fc.constant({}),
});

/** Facts under which nothing but the pool can stand in the way. */
const factsArbitrary: fc.Arbitrary<OpeningFacts> = poolArbitrary().chain((numbers) => {
  const person = fc
    .tuple(...numbers.map(({ number }) => fc.option(pairUseArbitrary(number))))
    .map((uses) => ({ pairs: uses.filter((use) => use !== null), optedOut: false, virtual: false }));
  return fc.record({
    numbers: fc.constant(numbers),
    people: fc.tuple(person, person),
    blocked: fc.constant(false),
  });
});

const counting = (): (() => string) => {
  let last = 0;
  return () => {
    last += 1;
    return String(last);
  };
};

const decide = (request: OpeningRequest, facts: OpeningFacts, now = 6) =>
  decideOpening(request, facts, { now, nextId: counting(), messageTtlMs: 100 });

const hasFreeNumber = (request: OpeningRequest, facts: OpeningFacts, i: 0 | 1, now = 6): boolean =>
  facts.numbers.some((entry) => {
    const use = facts.people[i].pairs.find(({ virtualNumber }) => virtualNumber === entry.number);
    return isSuitable(entry, request.people[i], request.geoMatch) && (!use || isFree(use, now));
  });

describe("opening a conversation", () => {
  test("fails for lack of numbers exactly when somebody has no free suitable one", () => {
    fc.assert(
      fc.property(requestArbitrary, factsArbitrary, (request, facts) => {
        const decision = decide(request, facts);
        const lacking = ([0, 1] as const).find((i) => !hasFreeNumber(request, facts, i));
        if (lacking === undefined) {
          expect(decision.kind).toBe("open");
        } else {
          const { country } = request.people[lacking];
          expect(decision).toEqual({
            kind: "refuse",
            refusal: { kind: "pool-exhausted", person: lacking, country },
          });
        }
      }),
    );
  });

  test("gives each of the two a pair that is free for them", () => {
    fc.assert(
      fc.property(requestArbitrary, factsArbitrary, (request, facts) => {
        const decision = decide(request, facts);
        if (decision.kind !== "open") return;
        for (const [i, route] of decision.opening.routes.entries()) {
          const own = facts.people[i as 0 | 1].pairs.find((use) => use.virtualNumber === route.virtualNumber);
          expect(own === undefined || isFree(own, 6)).toBe(true);
        }
      }),
    );
  });

  test("introduces each of the two by the number whose reply reaches the other one", () => {
    fc.assert(
      fc.property(requestArbitrary, factsArbitrary, (request, facts) => {
        const decision = decide(request, facts);
        if (decision.kind !== "open") return;
        const { intros, routes } = decision.opening;
        expect(intros).toHaveLength(request.intros ? 2 : 0);
        for (const [i, intro] of intros.entries()) {
          const route = routes[i as 0 | 1];
          expect(intro).toMatchObject({ source: route.virtualNumber, destination: route.sender });
          expect(intro.recipientId).toBe(route.senderId);
        }
      }),
    );
  });

  test("gives everything that it makes an id of its own", () => {
    fc.assert(
      fc.property(requestArbitrary, factsArbitrary, (request, facts) => {
        const decision = decide(request, facts);
        if (decision.kind !== "open") return;
        const { conversation, intros } = decision.opening;
        const ids = [conversation, ...conversation.participants, ...intros].map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
    );
  });
});

describe("a conversation is refused", () => {
  const ann: NewParticipant = {
    number: "447700900111" as Msisdn,
    name: "Ann",
    intro: null,
    country: "GB",
    areaPrefix: "44770",
  };
  const bo: NewParticipant = { ...ann, number: "447700900222" as Msisdn, name: "Bo" };
  const request: OpeningRequest = {
    serviceId: DEFAULT_SERVICE_ID,
    people: [ann, bo],
    reference: null,
    expiresAt: null,
    idleTtlMs: null,
    geoMatch: "country",
    sticky: true,
    intros: true,
    metadata: {},
  };
  const person = { pairs: [], optedOut: false, virtual: false };
  const facts: OpeningFacts = {
    numbers: [{ number: "447700900001" as Msisdn, country: "GB", liveRoutes: 0 }],
    people: [person, person],
    blocked: false,
  };
  const refusalOf = (change: Partial<OpeningRequest>, known: Partial<OpeningFacts> = {}) => {
    const decision = decide({ ...request, ...change }, { ...facts, ...known });
    return decision.kind === "refuse" ? decision.refusal : null;
  };

  test("to one person with himself, to a number of ours, to who opted out, and to who blocked the other", () => {
    expect(refusalOf({})).toBeNull();
    expect(refusalOf({ people: [ann, ann] })).toEqual({ kind: "same-number" });
    expect(refusalOf({}, { people: [person, { ...person, virtual: true }] })).toEqual({
      kind: "virtual-number",
      person: 1,
    });
    expect(refusalOf({}, { people: [{ ...person, optedOut: true }, person] })).toEqual({
      kind: "opted-out",
      person: 0,
    });
    expect(refusalOf({}, { blocked: true })).toEqual({ kind: "blocked" });
  });

  test("when a name or an intro would show the other one's real number, however it is written", () => {
    expect(refusalOf({ people: [{ ...ann, name: "Ann (07700 900-111)" }, bo] })).toEqual({
      kind: "reveals-number",
      person: 0,
      field: "name",
    });
    expect(refusalOf({ people: [ann, { ...bo, intro: "Call +44 7700 900111" }] })).toEqual({
      kind: "reveals-number",
      person: 1,
      field: "intro",
    });
    expect(refusalOf({ people: [ann, { ...bo, intro: "You are 07700 900222" }] })).toBeNull();
  });

  test("never for want of a second number: one number suits two people", () => {
    const decision = decide(request, facts);
    if (decision.kind !== "open") throw new Error("not opened");
    const [a, b] = decision.opening.conversation.participants;
    expect([a.virtualNumber, b.virtualNumber]).toEqual(["447700900001", "447700900001"]);
  });
});
