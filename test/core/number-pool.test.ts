import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { type Choice, chooseNumber, isFree, isSuitable, type PairUse } from "#core/domain/number-pool.ts";
import { planCountriesOf } from "#core/domain/numbering/territories.ts";
import {
  geoMatchArbitrary,
  nearInstantArbitrary,
  pairUseArbitrary,
  personArbitrary,
  poolArbitrary,
} from "#test/support/arbitraries.ts";

const choiceArbitrary: fc.Arbitrary<Choice> = poolArbitrary().chain((numbers) =>
  fc.record({
    participant: personArbitrary,
    numbers: fc.constant(numbers),
    pairs: fc
      .tuple(...numbers.map(({ number }) => fc.option(pairUseArbitrary(number))))
      .map((uses) => uses.filter((use) => use !== null)),
    geoMatch: geoMatchArbitrary,
    sticky: fc.boolean(),
    now: nearInstantArbitrary,
  }),
);

const useOf = ({ pairs }: Choice, number: Msisdn): PairUse | undefined =>
  pairs.find(({ virtualNumber }) => virtualNumber === number);

/** The numbers that the participant may be given. */
const candidatesOf = (choice: Choice): readonly Msisdn[] =>
  choice.numbers
    .filter((entry) => isSuitable(entry, choice.participant, choice.geoMatch))
    .map(({ number }) => number)
    .filter((number) => {
      const use = useOf(choice, number);
      return use === undefined || isFree(use, choice.now);
    });

/** Those of the first of the participant's countries that has any: what people of a territory text first is their own. */
const nearestOf = (choice: Choice): readonly Msisdn[] => {
  const candidates = candidatesOf(choice);
  if (choice.geoMatch === "any") return candidates;
  const countryOf = new Map(choice.numbers.map(({ number, country }) => [number, country]));
  const ofCountry = (country: string) => candidates.filter((number) => countryOf.get(number) === country);
  return (
    planCountriesOf(choice.participant.country)
      .map(ofCountry)
      .find((own) => own.length > 0) ?? []
  );
};

describe("the number that somebody shall text", () => {
  test("is suitable and free, and there is one whenever a suitable one is free", () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const chosen = chooseNumber(choice);
        const candidates = candidatesOf(choice);
        if (candidates.length === 0) expect(chosen).toBeNull();
        else expect(candidates).toContain(chosen);
      }),
    );
  });

  test("is never a reserved one, which changes nothing else", () => {
    fc.assert(
      fc.property(choiceArbitrary, fc.func(fc.boolean()), (choice, isReserved) => {
        const numbers = choice.numbers.map((entry) => ({ ...entry, isReserved: isReserved(entry.number) }));
        const others = choice.numbers.filter(({ number }) => !isReserved(number));
        expect(chooseNumber({ ...choice, numbers })).toBe(chooseNumber({ ...choice, numbers: others }));
      }),
    );
  });

  test("is the one last used for the same counterpart, where that is wished", () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const chosen = chooseNumber({ ...choice, sticky: true });
        const known = candidatesOf(choice)
          .map((number) => useOf(choice, number))
          .filter((use) => use?.counterpart === "same");
        if (chosen === null || known.length === 0) return;
        expect(useOf(choice, chosen)?.openedAt).toBe(Math.max(...known.map((use) => use!.openedAt)));
      }),
    );
  });

  test("is one of the own country while any is free, and only then one of a country that shares its plan", () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const chosen = chooseNumber({ ...choice, sticky: false });
        if (chosen === null || choice.geoMatch === "any") return;
        expect(nearestOf(choice)).toContain(chosen);
      }),
    );
  });

  test("is a fresh one while there is any, else the one used longest ago", () => {
    fc.assert(
      fc.property(choiceArbitrary, (choice) => {
        const chosen = chooseNumber({ ...choice, sticky: false });
        if (chosen === null) return;
        const usedAt = (number: Msisdn): number => useOf(choice, number)?.openedAt ?? -1;
        expect(usedAt(chosen)).toBe(Math.min(...nearestOf(choice).map(usedAt)));
      }),
    );
  });

  test("does not depend on the order in which numbers and pairs are listed", () => {
    const shuffled = choiceArbitrary.chain((choice) =>
      fc
        .record({
          numbers: fc.shuffledSubarray([...choice.numbers], { minLength: choice.numbers.length }),
          pairs: fc.shuffledSubarray([...choice.pairs], { minLength: choice.pairs.length }),
        })
        .map((order) => ({ choice, other: { ...choice, ...order } })),
    );
    fc.assert(
      fc.property(shuffled, ({ choice, other }) => {
        expect(chooseNumber(other)).toBe(chooseNumber(choice));
      }),
    );
  });
});

describe("a pair that has had a meaning", () => {
  test("never gets another one while it is live", () => {
    fc.assert(
      fc.property(pairUseArbitrary("447700900001" as Msisdn), fc.integer(), (use, now) => {
        fc.pre(use.closedAt === null);
        expect(isFree(use, now)).toBe(false);
      }),
    );
  });

  test("is free for others from the end of its quarantine on, and for the same two people before", () => {
    const use = { virtualNumber: "447700900001" as Msisdn, openedAt: 1, closedAt: 5, quarantinedUntil: 9 };
    expect([8, 9].map((now) => isFree({ ...use, counterpart: "other" }, now))).toEqual([false, true]);
    expect(isFree({ ...use, counterpart: "same" }, 6)).toBe(true);
  });
});

describe("choosing", () => {
  const participant = { country: "GB", areaPrefix: "44770" };
  const entry = (number: string, liveRoutes = 0) => ({ number: number as Msisdn, country: "GB", liveRoutes });
  const choice = { participant, pairs: [], geoMatch: "country", sticky: true, now: 10 } as const;

  test("spreads load: the number with the fewest live routes, then the lowest", () => {
    const numbers = [entry("447700900003", 1), entry("447700900002"), entry("447700900001")];
    expect(chooseNumber({ ...choice, numbers })).toBe("447700900001");
    expect(chooseNumber({ ...choice, numbers: numbers.slice(0, 2) })).toBe("447700900002");
  });

  test("stays in the country, or in the area, that is asked for", () => {
    const numbers = [entry("442079460001"), { ...entry("12025550001"), country: "US" }];
    expect(chooseNumber({ ...choice, numbers })).toBe("442079460001");
    expect(chooseNumber({ ...choice, numbers, geoMatch: "area" })).toBeNull();
    expect(chooseNumber({ ...choice, numbers, geoMatch: "any" })).toBe("12025550001");
  });

  test.each(["JE", "GG", "IM"])("takes a British number for %s, where texting it is domestic", (country) => {
    const numbers = [entry("442079460001"), { ...entry("12025550001"), country: "US" }];
    const territory = { ...choice, participant: { country, areaPrefix: "44779" } };
    expect(chooseNumber({ ...territory, numbers })).toBe("442079460001");
    const own = { ...entry("447797000099", 5), country };
    expect(chooseNumber({ ...territory, numbers: [...numbers, own] })).toBe("447797000099");
  });

  test("takes no number of a territory, nor of another country with the calling code, for a country", () => {
    const numbers = [
      { ...entry("447797000099"), country: "JE" },
      { ...entry("18765550001"), country: "JM" },
    ];
    expect(chooseNumber({ ...choice, numbers })).toBeNull();
    expect(
      chooseNumber({ ...choice, numbers, participant: { country: "CA", areaPrefix: "1416" } }),
    ).toBeNull();
  });
});
