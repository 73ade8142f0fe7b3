import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Service } from "#core/domain/service.ts";
import {
  BUILT_IN_RULES,
  overlaid,
  type Rules,
  rulesByService,
  type ServiceRules,
} from "#core/domain/service-rules.ts";

const texts = fc.dictionary(
  fc.constantFrom("en", "de", "fr"),
  fc.dictionary(fc.constantFrom("stop", "help"), fc.string({ maxLength: 5 })),
);
const layer: fc.Arbitrary<ServiceRules> = fc.record(
  {
    ttlMs: fc.option(fc.nat()),
    idleTtlMs: fc.option(fc.nat()),
    quarantineMs: fc.nat(),
    messageTtlMs: fc.nat(),
    geoMatch: fc.constantFrom("area", "country", "any"),
    sticky: fc.boolean(),
    language: fc.option(fc.constantFrom("en", "de")),
    texts,
  },
  { requiredKeys: [] },
);
const serviceOf = (rules: ServiceRules, change: Partial<Service> = {}): Service => ({
  ...{ id: "s", slug: "s", name: "Rides", rules, version: 1, createdAt: 0 },
  ...change,
});

describe("the layers of rules", () => {
  test("are each heard where no layer above says otherwise, also that there is none", () => {
    fc.assert(
      fc.property(fc.array(layer, { maxLength: 4 }), (layers) => {
        const rules = layers.reduce<Rules>(overlaid, BUILT_IN_RULES);
        for (const name of Object.keys(BUILT_IN_RULES) as (keyof ServiceRules)[]) {
          if ((name as string) === "texts" || (name as string) === "name") continue;
          const last = layers.findLast((each) => each[name] !== undefined);
          expect(rules[name]).toEqual(last ? last[name] : BUILT_IN_RULES[name]);
        }
      }),
    );
  });

  test("put wordings together one by one", () => {
    fc.assert(
      fc.property(texts, texts, (lower, upper) => {
        const merged = overlaid({ ...BUILT_IN_RULES, texts: lower }, { texts: upper }).texts;
        for (const language of ["en", "de", "fr"] as const) {
          for (const kind of ["stop", "help"] as const) {
            const expected = upper[language]?.[kind] ?? lower[language]?.[kind];
            expect(merged[language]?.[kind]).toBe(expected);
          }
        }
      }),
    );
  });

  test("are left as they are by a layer that says nothing", () => {
    fc.assert(
      fc.property(layer, (rules) => {
        const some = overlaid(BUILT_IN_RULES, rules);
        expect(overlaid(some, {})).toEqual(some);
        expect(overlaid(some, { ttlMs: undefined, sticky: undefined })).toEqual(some);
      }),
    );
  });
});

describe("the rules of a service", () => {
  test("are put together once for each version of it", () => {
    const rulesOf = rulesByService({ quarantineMs: 5 });
    const service = serviceOf({ sticky: false });
    const rules = rulesOf(service);
    expect(rules).toEqual({ ...BUILT_IN_RULES, quarantineMs: 5, sticky: false, name: "Rides" });
    expect(rulesOf(service)).toBe(rules);
    expect(rulesOf(serviceOf({ sticky: true }, { version: 2 })).sticky).toBe(true);
    expect(rulesOf(null)).toEqual({ ...BUILT_IN_RULES, quarantineMs: 5 });
  });

  test("keep no message for longer than the installation does", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (harness, own) => {
        const rules = rulesByService({ messageTtlMs: harness })(serviceOf({ messageTtlMs: own }));
        expect(rules.messageTtlMs).toBe(Math.min(harness, own));
      }),
    );
  });
});
