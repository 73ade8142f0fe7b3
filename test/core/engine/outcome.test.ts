import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { RETRY_ATTEMPTS_MAX } from "#core/domain/retry.ts";
import {
  type NextStep,
  nextStep,
  type OutcomeContext,
  type Progress,
  UNSENT_MAX,
} from "#core/engine/outbound/outcome.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";

const FAILURE = { code: "scripted", detail: "the script says so" };
const NOW = 1_000_000;

const progressArbitrary: fc.Arbitrary<Progress> = fc.record({
  attempts: fc.nat({ max: RETRY_ATTEMPTS_MAX + 1 }),
  answerLost: fc.boolean(),
  unsent: fc.nat({ max: UNSENT_MAX + 1 }),
  partsAccepted: fc.nat({ max: 3 }),
});
const idsArbitrary = fc.array(fc.option(fc.string()), { maxLength: 3 });
const outcomeArbitrary: fc.Arbitrary<SendOutcome> = fc.oneof(
  fc.record({
    kind: fc.constant("accepted" as const),
    carrierIds: fc.array(fc.string(), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant("throttled" as const),
    carrierIds: idsArbitrary,
    waitMs: fc.option(fc.nat()),
  }),
  fc.record({
    kind: fc.constantFrom("retry" as const, "refused" as const),
    carrierIds: idsArbitrary,
    failure: fc.constant(FAILURE),
  }),
  fc.record({ kind: fc.constant("unknown" as const), carrierIds: idsArbitrary }),
  fc.constant({ kind: "unsent" as const }),
  fc.constant({ kind: "more" as const, carrierIds: [] as const }),
);
const contextArbitrary: fc.Arbitrary<OutcomeContext> = fc.record({
  parts: fc.integer({ min: 1, max: 6 }),
  expiresAt: fc.integer({ min: NOW - 10_000, max: NOW + 4_000_000 }),
  now: fc.constant(NOW),
  onUnknown: fc.constantFrom("resend" as const, "hold" as const),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

const check = (
  isSo: (before: Progress, outcome: SendOutcome, context: OutcomeContext, next: NextStep) => void,
): void => {
  fc.assert(
    fc.property(progressArbitrary, outcomeArbitrary, contextArbitrary, (before, outcome, context) => {
      isSo(before, outcome, context, nextStep(before, outcome, context));
    }),
    { numRuns: 1_000 },
  );
};

/** What the message knows of itself afterwards; null: it is done with. */
const progressIn = (next: NextStep): Progress | null => ("progress" in next ? next.progress : null);

describe("after a link has answered, a message", () => {
  test("counts no attempt that never left or was only too fast", () => {
    check((before, outcome, _, next) => {
      if (outcome.kind !== "unsent" && outcome.kind !== "throttled") return;
      expect(progressIn(next)).toMatchObject({ attempts: before.attempts, answerLost: before.answerLost });
    });
  });

  test("counts one attempt when it was refused for now or its answer was lost", () => {
    check((before, outcome, _, next) => {
      if (outcome.kind !== "retry" && outcome.kind !== "unknown") return;
      if (next.kind !== "end") expect(progressIn(next)!.attempts).toBe(before.attempts + 1);
    });
  });

  test("is complete exactly when the carrier has every part and says so", () => {
    check((before, outcome, { parts }, next) => {
      const isWhole =
        outcome.kind === "accepted" && before.partsAccepted + outcome.carrierIds.length >= parts;
      expect(next.kind === "complete").toBe(isWhole);
    });
  });

  test("knows of every part that was accepted, so that none is sent twice over the same link", () => {
    check((before, outcome, _, next) => {
      const accepted = outcome.kind === "unsent" ? 0 : outcome.carrierIds.length;
      if ("progress" in next) expect(next.progress.partsAccepted).toBe(before.partsAccepted + accepted);
    });
  });

  test("is never tried again at or after the end of its time to live, unless it is held", () => {
    check((_, outcome, { expiresAt, onUnknown }, next) => {
      if (next.kind !== "requeue" || outcome.kind === "unsent") return;
      if (next.progress.answerLost && onUnknown === "hold") expect(next.at).toBe(expiresAt);
      else expect(next.at).toBeLessThan(expiresAt);
    });
  });

  test("ends failed when it was refused for good, with the carrier's reason", () => {
    check((_, outcome, __, next) => {
      if (outcome.kind === "refused")
        expect(next).toEqual({ kind: "end", state: "failed", failure: FAILURE });
    });
  });

  test("waits for the end of its time once an answer was lost, where it is to be held", () => {
    check((before, outcome, context, next) => {
      if (context.onUnknown !== "hold") return;
      const isLost = before.answerLost ? outcome.kind === "retry" : outcome.kind === "unknown";
      if (isLost) expect(next).toMatchObject({ kind: "requeue", at: context.expiresAt });
    });
  });

  test("remembers a lost answer until it is done with", () => {
    check((before, outcome, _, next) => {
      const wasLost = before.answerLost || outcome.kind === "unknown";
      if ("progress" in next) expect(next.progress.answerLost).toBe(wasLost);
    });
  });

  test("ends after a bounded number of attempts, whatever the carrier says", () => {
    fc.assert(
      fc.property(fc.constantFrom("retry", "unknown"), contextArbitrary, (kind, context) => {
        const outcome = { kind, carrierIds: [], failure: FAILURE } as SendOutcome;
        const endless = { ...context, onUnknown: "resend" as const, expiresAt: Number.MAX_SAFE_INTEGER };
        let progress: Progress = { attempts: 0, answerLost: false, unsent: 0, partsAccepted: 0 };
        for (let attempt = 0; attempt <= RETRY_ATTEMPTS_MAX; attempt += 1) {
          const next = nextStep(progress, outcome, endless);
          if (next.kind === "end") return;
          progress = progressIn(next)!;
        }
        expect.fail("It is tried for ever");
      }),
      { numRuns: 50 },
    );
  });

  test("is not offered for ever to a link that takes nothing", () => {
    const context = { parts: 1, expiresAt: NOW + 1, now: NOW, onUnknown: "resend", random: 0.5 } as const;
    let progress: Progress = { attempts: 0, answerLost: false, unsent: 0, partsAccepted: 0 };
    const kinds: string[] = [];
    for (let i = 0; i <= UNSENT_MAX; i += 1) {
      const next = nextStep(progress, { kind: "unsent" }, context);
      kinds.push(next.kind);
      progress = progressIn(next)!;
    }
    expect(kinds).toEqual([...Array(UNSENT_MAX).fill("first-again"), "requeue"]);
  });
});
