import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { recordedJournal } from "#adapters/memory/journal.ts";
import { createLinkWatch, type LinkSample, THROTTLING_OVER_MS } from "#core/engine/outbound/link-watch.ts";

const SECOND = 1_000;

const REASON = { code: "inbound-deaf", name: "inbound-deaf", detail: "Nothing comes in" };

interface Change {
  readonly state: LinkSample["health"]["state"];
  readonly throttled: number;
  readonly unknown: number;
  readonly putOff: number;
}

/** A second each, with what was added in it. */
const watched = (changes: readonly Partial<Change>[]) => {
  const journal = recordedJournal();
  const watch = createLinkWatch("smpp-1", journal);
  const totals = { throttled: 0, unknown: 0, putOff: 0 };
  changes.forEach(({ state = "up", throttled = 0, unknown = 0, putOff = 0 }, second) => {
    totals.throttled += throttled;
    totals.unknown += unknown;
    totals.putOff += putOff;
    const health = { state, reason: state === "degraded" ? REASON : null };
    watch.look({ at: second * SECOND, health, ...totals });
  });
  return journal;
};

const few = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(5));
const changesArbitrary = fc.array(
  fc.record({
    state: fc.constantFrom("up", "up", "degraded", "down", "connecting", "paused"),
    throttled: few,
    unknown: few,
    putOff: few,
  }),
  { maxLength: 60 },
);

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

describe("what an operator is told of a link", () => {
  test("counts everything once, and ends what it began", () => {
    fc.assert(
      fc.property(changesArbitrary, (changes) => {
        const quiet = Array.from({ length: THROTTLING_OVER_MS / SECOND + 1 }, () => ({}));
        const journal = watched([...changes, ...quiet]);
        const all = (what: "throttled" | "unknown" | "putOff"): number =>
          sumOf(changes.map((each) => each[what]));
        expect(sumOf(journal.told("answersLost").map(({ messages }) => messages))).toBe(all("unknown"));
        expect(sumOf(journal.told("deliveriesPutOff").map(({ deliveries }) => deliveries))).toBe(
          all("putOff"),
        );
        expect(sumOf(journal.told("throttlingOver").map(({ answers }) => answers))).toBe(all("throttled"));
        const order = journal.entries().map(({ event }) => event);
        const throttling = order.filter((event) => event === "throttled" || event === "throttlingOver");
        throttling.forEach((event, at) => {
          expect(event).toBe(at % 2 === 0 ? "throttled" : "throttlingOver");
        });
        expect(throttling.length % 2).toBe(0);
        const deaf = changes.filter(
          ({ state }, at) => state === "degraded" && changes[at - 1]?.state !== "degraded",
        );
        expect(journal.told("linkDeaf")).toHaveLength(deaf.length);
      }),
    );
  });

  test("says why it is deaf, and for how long it was", () => {
    const journal = watched([
      {},
      { state: "degraded" },
      { state: "degraded" },
      {},
      { state: "degraded" },
      { state: "down" },
      {},
    ]);
    expect(journal.entries()).toEqual([
      { event: "linkDeaf", fact: { link: "smpp-1", code: "inbound-deaf", detail: "Nothing comes in" } },
      { event: "linkHears", fact: { link: "smpp-1", deafMs: 2 * SECOND } },
      { event: "linkDeaf", fact: { link: "smpp-1", code: "inbound-deaf", detail: "Nothing comes in" } },
    ]);
  });

  test("joins what is throttled with short pauses to one time of throttling", () => {
    const pause = Array.from({ length: 5 }, () => ({}));
    const quiet = Array.from({ length: 10 }, () => ({}));
    const journal = watched([{ throttled: 2 }, ...pause, { throttled: 1 }, ...quiet]);
    expect(journal.entries()).toEqual([
      { event: "throttled", fact: { link: "smpp-1" } },
      { event: "throttlingOver", fact: { link: "smpp-1", lastedMs: 6 * SECOND, answers: 3 } },
    ]);
  });
});
