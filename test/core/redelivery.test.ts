import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AcceptanceReport,
  dedupStatusOf,
  type KeyReport,
  REPEATS_MS,
  SILENT_MS,
  silenceOf,
} from "#core/domain/redelivery.ts";

const NOW = 1_000_000;
const instant = fc.integer({ min: NOW - 100_000, max: NOW });
const report: fc.Arbitrary<AcceptanceReport> = fc.record({
  process: fc.constantFrom("p", "q", "r"),
  settledBefore: instant,
  ageMs: fc.nat(20_000),
});
const reports = fc.array(report, { maxLength: 4 });

const alive = (settledBefore: number, ageMs = 0): AcceptanceReport => ({
  process: "p",
  settledBefore,
  ageMs,
});
const dead = (settledBefore: number, ageMs: number): AcceptanceReport => ({
  process: "p",
  settledBefore,
  ageMs,
});

const nothing: KeyReport = { isUnconfirmed: false, resolved: null };
const recognised = (process: string, at: number): KeyReport => ({
  isUnconfirmed: false,
  resolved: { process, at },
});

describe("what was accepted under a text's key", () => {
  test("is nothing when nothing was, whatever the processes say", () => {
    fc.assert(
      fc.property(fc.boolean(), reports, (isUnconfirmed, all) => {
        expect(dedupStatusOf(null, { isUnconfirmed, resolved: null }, all, NOW)).toBe("free");
      }),
    );
  });

  test("is settled once every process has settled it, and none names it as unconfirmed", () => {
    fc.assert(
      fc.property(instant, reports, (acceptedAt, all) => {
        const later = all.map((each) => ({ ...each, settledBefore: acceptedAt + 1 }));
        expect(dedupStatusOf(acceptedAt, nothing, later, NOW)).toBe("settled");
      }),
    );
  });

  test("is unconfirmed as soon as one process names it, also anew after its redelivery was recognised", () => {
    fc.assert(
      fc.property(instant, reports, (acceptedAt, all) => {
        expect(dedupStatusOf(acceptedAt, { ...recognised("p", NOW), isUnconfirmed: true }, all, NOW)).toBe(
          "unconfirmed",
        );
      }),
    );
  });

  test("is settled when it was accepted longer ago than carriers deliver again, whatever anybody names", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 * REPEATS_MS }),
        fc.boolean(),
        reports,
        (beyondMs, isUnconfirmed, all) => {
          expect(
            dedupStatusOf(NOW - REPEATS_MS - beyondMs, { isUnconfirmed, resolved: null }, all, NOW),
          ).toBe("settled");
        },
      ),
    );
  });

  test("is never open for ever: once all are silent it is known", () => {
    fc.assert(
      fc.property(instant, reports, (acceptedAt, all) => {
        const silent = all.map((each) => ({ ...each, ageMs: each.ageMs + SILENT_MS }));
        expect(dedupStatusOf(acceptedAt, nothing, silent, NOW)).not.toBe("open");
      }),
    );
  });

  test("by a process that was killed just after is unconfirmed; by one that goes on, open", () => {
    const acceptedAt = NOW - 3_500;
    expect(dedupStatusOf(acceptedAt, nothing, [dead(acceptedAt - 50, 3_400)], NOW)).toBe("unconfirmed");
    expect(dedupStatusOf(acceptedAt, nothing, [alive(acceptedAt - 50, 90)], NOW)).toBe("open");
    expect(dedupStatusOf(acceptedAt, nothing, [alive(NOW - 20, 20)], NOW)).toBe("settled");
  });

  test("long after a process has fallen silent was not accepted by it", () => {
    expect(dedupStatusOf(NOW - 10_000, nothing, [dead(NOW - 60_000, 60_000)], NOW)).toBe("settled");
  });

  test("is settled once its redelivery has been recognised, however many other processes were killed just after it", () => {
    fc.assert(
      fc.property(instant, reports, (acceptedAt, all) => {
        expect(dedupStatusOf(acceptedAt, recognised("another", NOW), all, NOW)).toBe("settled");
      }),
    );
  });

  test("is as open as the answer to its redelivery: unconfirmed when whoever recognised it was killed just after", () => {
    const acceptedAt = NOW - 60_000;
    const by = recognised("p", NOW - 3_500);
    expect(dedupStatusOf(acceptedAt, by, [alive(NOW - 3_600, 20)], NOW)).toBe("open");
    expect(dedupStatusOf(acceptedAt, by, [alive(NOW - 20, 20)], NOW)).toBe("settled");
    expect(dedupStatusOf(acceptedAt, by, [dead(NOW - 3_550, 3_400)], NOW)).toBe("unconfirmed");
  });
});

describe("after storage was away", () => {
  const gap = fc.record({ ms: fc.integer({ min: SILENT_MS, max: 120_000 }), endedMsAgo: fc.nat(60_000) });

  test("who reported until then is not dead before there was time to report", () => {
    const justBefore = fc.integer({ min: 1 - SILENT_MS, max: SILENT_MS - 1 });
    fc.assert(
      fc.property(gap, justBefore, (outage, beforeMs) => {
        const ageMs = outage.endedMsAgo + outage.ms + beforeMs;
        expect(silenceOf(ageMs, outage)).toBe(Math.max(0, outage.endedMsAgo + beforeMs));
      }),
    );
  });

  test("who was silent before is as dead, and who has reported since as alive, as ever", () => {
    fc.assert(
      fc.property(gap, fc.integer({ min: SILENT_MS, max: 10 ** 9 }), (outage, beforeMs) => {
        const ageMs = outage.endedMsAgo + outage.ms + beforeMs;
        expect(silenceOf(ageMs, outage)).toBe(ageMs);
      }),
    );
    fc.assert(
      fc.property(gap, fc.nat(60_000), (outage, ageMs) => {
        fc.pre(ageMs <= outage.endedMsAgo);
        expect(silenceOf(ageMs, outage)).toBe(ageMs);
      }),
    );
    expect(silenceOf(4_000, null)).toBe(4_000);
  });
});
