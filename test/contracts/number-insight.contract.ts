import { describe, expect, test } from "vitest";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Insight, NumberInsight } from "#core/ports/number-insight.ts";

export interface NumberInsightHarness {
  readonly insight: NumberInsight;
  readonly known: Extract<Insight, { kind: "valid" }>;
  /** Looks like a number and is none. */
  readonly unknown: Msisdn;
  close(): Promise<void>;
}

/** What every `NumberInsight` promises. */
export const numberInsightContract = (name: string, create: () => Promise<NumberInsightHarness>): void => {
  describe(`the number insight of ${name}`, () => {
    test("tells where a number belongs, with or without a hint, also with a wrong one", async () => {
      const { insight, known, close } = await create();
      for (const hint of [null, known.country, "FR"]) {
        expect(await insight.lookup(known.number, hint)).toEqual(known);
      }
      await close();
    });

    test("tells what is no number, without repeating it", async () => {
      const { insight, unknown, close } = await create();
      const found = await insight.lookup(unknown, null);
      expect(found.kind).toBe("invalid");
      expect(JSON.stringify(found)).not.toContain(unknown);
      await close();
    });
  });
};
