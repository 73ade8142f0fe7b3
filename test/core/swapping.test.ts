import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Conversation, Participants } from "#core/domain/conversation.ts";
import type { PairUse, PoolNumber } from "#core/domain/number-pool.ts";
import { isFree, isSuitable } from "#core/domain/number-pool.ts";
import type { NewParticipant, OpeningFacts } from "#core/domain/opening.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { decideSwap, type SwapRequest } from "#core/domain/swapping.ts";
import {
  geoMatchArbitrary,
  pairUseArbitrary,
  participantsArbitrary,
  personArbitrary,
  poolArbitrary,
} from "#test/support/arbitraries.ts";

const NOW = 6;

interface Case {
  readonly request: SwapRequest;
  readonly facts: OpeningFacts;
}

const caseArbitrary: fc.Arbitrary<Case> = fc
  .record({
    participants: participantsArbitrary,
    pool: poolArbitrary(),
    keepsNumber: fc.boolean(),
    joining: personArbitrary,
    leaves: fc.constantFrom(0 as const, 1 as const),
    geoMatch: geoMatchArbitrary,
    intro: fc.boolean(),
  })
  .chain(({ participants, pool, keepsNumber, joining, leaves, geoMatch, intro }) => {
    const textedByLeaving = participants[leaves === 0 ? 1 : 0].virtualNumber;
    const own: PoolNumber = { number: textedByLeaving, country: joining.country, liveRoutes: 2 };
    const numbers = keepsNumber ? [...pool, own] : pool;
    return fc.tuple(...numbers.map(({ number }) => fc.option(pairUseArbitrary(number)))).map((uses) => ({
      request: {
        conversation: conversationOf(participants, geoMatch),
        leaving: participants[leaves].id,
        joining,
        intro,
      },
      facts: factsOf(
        numbers,
        uses.filter((use) => use !== null),
      ),
    }));
  })
  .filter(({ request }) =>
    request.conversation.participants.every((p) => p.number !== request.joining.number),
  );

const conversationOf = (
  participants: Participants,
  geoMatch: Conversation["geoMatch"] = "country",
): Conversation => ({
  id: "c",
  version: 1,
  serviceId: DEFAULT_SERVICE_ID,
  reference: null,
  participants,
  former: [],
  geoMatch,
  sticky: true,
  openedAt: 0,
  expiresAt: null,
  idleTtlMs: null,
  lastMessageAt: null,
  closedAt: null,
  closeReason: null,
  metadata: {},
});

const factsOf = (numbers: readonly PoolNumber[], pairs: readonly PairUse[] = []): OpeningFacts => ({
  numbers,
  people: [
    { pairs, optedOut: false, virtual: false },
    { pairs: [], optedOut: false, virtual: false },
  ],
  blocked: false,
});

const decide = ({ request, facts }: Case) => {
  let last = 0;
  const nextId = () => {
    last += 1;
    return `new-${last}`;
  };
  return decideSwap(request, facts, { now: NOW, nextId, messageTtlMs: 100 });
};

const swapOf = (each: Case) => {
  const decision = decide(each);
  return decision.kind === "swap" ? decision.swapping : null;
};

const stayingOf = ({ conversation, leaving }: SwapRequest) =>
  conversation.participants.find(({ id }) => id !== leaving)!;

describe("swapping a participant", () => {
  test("leaves the other one's thread as it is: the number texted, and the thread that texts come in", () => {
    fc.assert(
      fc.property(caseArbitrary, (each) => {
        const swapping = swapOf(each);
        if (!swapping) return;
        const { conversation, leaving } = each.request;
        const left = conversation.participants.find(({ id }) => id === leaving)!;
        const staying = stayingOf(each.request);
        const route = swapping.routes.find(({ senderId }) => senderId === staying.id)!;
        expect(route).toMatchObject({ sender: staying.number, virtualNumber: left.virtualNumber });
        expect(swapping.joining.virtualNumber).toBe(left.virtualNumber);
        expect(route.recipientId).toBe(swapping.joining.id);
      }),
    );
  });

  test("gives the new one a pair that is free for them, and the old number whenever it is one", () => {
    fc.assert(
      fc.property(caseArbitrary, (each) => {
        const { request, facts } = each;
        const swapping = swapOf(each);
        if (!swapping) return;
        const texted = swapping.staying.virtualNumber;
        const mayText = (number: PoolNumber): boolean => {
          const use = facts.people[0].pairs.find(({ virtualNumber }) => virtualNumber === number.number);
          return (
            isSuitable(number, request.joining, request.conversation.geoMatch) && (!use || isFree(use, NOW))
          );
        };
        expect(facts.numbers.filter(mayText).map(({ number }) => number)).toContain(texted);
        const old = facts.numbers.find(({ number }) => number === stayingOf(request).virtualNumber);
        if (old && mayText(old)) expect(texted).toBe(old.number);
      }),
    );
  });

  test("keeps the two routes each other's way back", () => {
    fc.assert(
      fc.property(caseArbitrary, (each) => {
        const swapping = swapOf(each);
        if (!swapping) return;
        const [one, two] = swapping.routes;
        expect([two.sender, two.virtualNumber]).toEqual([one.recipient, one.source]);
        expect([one.sender, one.virtualNumber]).toEqual([two.recipient, two.source]);
      }),
    );
  });

  test("tells the new one alone, from the number that reaches the one who stays", () => {
    fc.assert(
      fc.property(caseArbitrary, (each) => {
        const swapping = swapOf(each);
        if (!swapping) return;
        expect(swapping.intros).toHaveLength(each.request.intro ? 1 : 0);
        for (const intro of swapping.intros) {
          expect(intro).toMatchObject({
            source: swapping.staying.virtualNumber,
            destination: each.request.joining.number,
            recipientId: swapping.joining.id,
          });
        }
      }),
    );
  });
});

describe("a swap is refused", () => {
  const [participants] = fc.sample(participantsArbitrary, { numRuns: 1, seed: 7 });
  const [rider, driver] = participants!;
  const [joining] = fc.sample(
    personArbitrary.filter(({ number }) => number !== rider.number),
    { numRuns: 1, seed: 7 },
  );
  const numbers = [{ number: rider.virtualNumber, country: joining!.country, liveRoutes: 1 }];
  const swap = (change: Partial<SwapRequest> & { joining?: NewParticipant }, facts = factsOf(numbers)) =>
    decide({
      request: {
        conversation: conversationOf(participants!, "any"),
        leaving: driver.id,
        joining: joining!,
        intro: true,
        ...change,
      },
      facts,
    });

  test("for somebody who takes no part in the conversation", () => {
    expect(swap({}).kind).toBe("swap");
    expect(swap({ leaving: "nobody" })).toEqual({ kind: "unknown-participant" });
  });

  test("when the new one is the one who stays, has opted out, or is one of our numbers", () => {
    expect(swap({ joining: { ...joining!, number: rider.number } })).toMatchObject({
      refusal: { kind: "same-number" },
    });
    const [person, other] = factsOf(numbers).people;
    const withPerson = (change: Partial<typeof person>): OpeningFacts => ({
      ...factsOf(numbers),
      people: [{ ...person, ...change }, other],
    });
    expect(swap({}, withPerson({ optedOut: true }))).toMatchObject({ refusal: { kind: "opted-out" } });
    expect(swap({}, withPerson({ virtual: true }))).toMatchObject({ refusal: { kind: "virtual-number" } });
  });

  test("when no number is free for the new one", () => {
    expect(swap({}, factsOf([]))).toMatchObject({ refusal: { kind: "pool-exhausted", person: 0 } });
  });
});
