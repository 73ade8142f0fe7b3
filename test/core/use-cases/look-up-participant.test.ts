import fc from "fast-check";
import { expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { NumberInsight } from "#core/ports/number-insight.ts";
import { lookUpParticipant } from "#core/use-cases/look-up-participant.ts";

/** Handsets with all the forms in which users and carriers write their numbers. */
const HANDSETS = [
  ["447700900001", "4407700900001"],
  ["525500000001", "5215500000001", "520445500000001"],
  ["2290197000001", "22997000001"],
  ["390600000001"],
] as const;

test("somebody's number is the handset's, in whatever form the user gives it and the carrier's lookup writes it", async () => {
  const spellings = fc
    .constantFrom(...HANDSETS)
    .chain((forms) => fc.tuple(fc.constant(forms[0]), fc.constantFrom(...forms), fc.constantFrom(...forms)));
  await fc.assert(
    fc.asyncProperty(spellings, async ([handset, given, answered]) => {
      const asked: string[] = [];
      const insight: NumberInsight = {
        lookup: async (number) => {
          asked.push(number);
          return {
            kind: "valid",
            number: answered as string as Msisdn,
            country: "GB",
            callingCode: answered.slice(0, 2),
          };
        },
      };
      const found = await lookUpParticipant(insight)({
        number: given as string as Msisdn,
        ...{ name: null, intro: null, country: null },
      });
      expect(asked).toEqual([handset]);
      expect(found).toMatchObject({ ok: true, value: { number: handset } });
    }),
  );
});
