import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AcceptanceReport, dedupStatusOf, REPEATS_MS, SILENT_MS } from "#core/domain/redelivery.ts";

const NOW = 1_000_000;
const instant = fc.integer({ min: NOW - 100_000, max: NOW });
const report: fc.Arbitrary<AcceptanceReport> = fc.record({
  settledBefore: instant,
  ageMs: fc.nat(20_000),
});
const reports = fc.array(report, { maxLength: 4 });

const alive = (settledBefore: number, ageMs = 0): AcceptanceReport => ({ settledBefore, ageMs });
const dead = (settledBefore: number, ageMs: number): AcceptanceReport => ({ settledBefore, ageMs });

describe("what was taken under a text's key", () => {
  test("is nothing when nothing was, whatever the processes say", () => {
    fc.assert(
      fc.property(fc.boolean(), reports, (isDoubted, all) => {
        expect(dedupStatusOf(null, isDoubted, all, NOW)).toBe("free");
      }),
    );
  });

  test("is settled once every process has settled it, and none has it in doubt", () => {
    fc.assert(
      fc.property(instant, reports, (acceptedAt, all) => {
        const later = all.map((each) => ({ ...each, settledBefore: acceptedAt + 1 }));
        expect(dedupStatusOf(acceptedAt, false, later, NOW)).toBe("settled");
      }),
    );
  });

  test("is in doubt as soon as one process says so, however many others are clean", () => {
    fc.assert(
      fc.property(instant, reports, (acceptedAt, all) => {
        expect(dedupStatusOf(acceptedAt, true, all, NOW)).toBe("unconfirmed");
      }),
    );
  });

  test("is settled when it was taken longer ago than carriers repeat, whatever anybody has in doubt", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 * REPEATS_MS }),
        fc.boolean(),
        reports,
        (beyondMs, isDoubted, all) => {
          expect(dedupStatusOf(NOW - REPEATS_MS - beyondMs, isDoubted, all, NOW)).toBe("settled");
        },
      ),
    );
  });

  test("is never open for ever: once all are silent it is known", () => {
    fc.assert(
      fc.property(instant, reports, (acceptedAt, all) => {
        const silent = all.map((each) => ({ ...each, ageMs: each.ageMs + SILENT_MS }));
        expect(dedupStatusOf(acceptedAt, false, silent, NOW)).not.toBe("open");
      }),
    );
  });

  test("by a process that was killed just after is in doubt; by one that goes on, open", () => {
    const acceptedAt = NOW - 3_500;
    expect(dedupStatusOf(acceptedAt, false, [dead(acceptedAt - 50, 3_400)], NOW)).toBe("unconfirmed");
    expect(dedupStatusOf(acceptedAt, false, [alive(acceptedAt - 50, 90)], NOW)).toBe("open");
    expect(dedupStatusOf(acceptedAt, false, [alive(NOW - 20, 20)], NOW)).toBe("settled");
  });

  test("long after a process has fallen silent was not taken by it", () => {
    expect(dedupStatusOf(NOW - 10_000, false, [dead(NOW - 60_000, 60_000)], NOW)).toBe("settled");
  });
});
