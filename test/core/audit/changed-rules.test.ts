import fc from "fast-check";
import { expect, test } from "vitest";
import { changedRules } from "#core/domain/audit/changed-rules.ts";
import type { ServiceRules } from "#core/domain/service-rules.ts";

const hook = fc.record({
  url: fc.constantFrom("https://a.example", "https://b.example"),
  secret: fc.constantFrom("whsec_one", "whsec_two"),
  timeoutMs: fc.constantFrom(100, 200),
});
const rules: fc.Arbitrary<ServiceRules> = fc.record(
  {
    quarantineMs: fc.constantFrom(1, 2),
    notDelivered: fc.boolean(),
    texts: fc.constantFrom({ en: { stop: "Bye" } }, { en: { stop: "Gone" } }),
    outOfSession: fc.option(hook),
  },
  { requiredKeys: [] },
);

test("the log says of each rule whether it came, went or changed, and of nothing that stayed", () => {
  fc.assert(
    fc.property(rules, rules, (before, after) => {
      const changes = changedRules(before, after);
      for (const name of ["quarantineMs", "notDelivered", "texts", "outOfSession"] as const) {
        const [had, has] = [before[name] ?? null, after[name] ?? null];
        const isSame = JSON.stringify(had) === JSON.stringify(has);
        const expected = had === null ? "added" : has === null ? "removed" : "changed";
        const known = name.replace(/Ms$/, "");
        if (isSame) expect(changes).not.toHaveProperty(known);
        else if (changes[known] !== "secret") expect(changes[known]).toBe(expected);
      }
      expect(changedRules(before, before)).toEqual({});
      expect(JSON.stringify(changes)).not.toMatch(/whsec|example|Bye|Gone/);
    }),
  );
});

test("another secret of the same hook is told from another address", () => {
  fc.assert(
    fc.property(hook, hook, (had, has) => {
      const { outOfSession } = changedRules({ outOfSession: had }, { outOfSession: has });
      const isMoved = had.url !== has.url || had.timeoutMs !== has.timeoutMs;
      expect(outOfSession).toBe(isMoved ? "changed" : had.secret === has.secret ? undefined : "secret");
    }),
  );
});
