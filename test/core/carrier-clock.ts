import fc from "fast-check";

/** A message as the carrier sees it. */
export interface Arrival {
  /** Which departure it was. */
  readonly nth: number;
  /** The limit in force when it left. */
  readonly limit: number;
  readonly at: number;
}

/** Arrives at any instant between leaving and answer: 0 is at once, 1 just before the answer. */
export const arrivalArbitrary = fc.oneof(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));

/** Real time passes in fractions, as often short as long. */
export const pauseArbitrary = fc.oneof(
  fc.double({ min: 0, max: 20, noNaN: true }),
  fc.double({ min: 0, max: 400, noNaN: true }),
  fc.double({ min: 900, max: 2_500, noNaN: true }),
);

/** The half-open seconds, one from each arrival, in which more arrive than the limit of the last that left allows. */
export const crowdedSeconds = (arrivals: readonly Arrival[]): readonly (readonly Arrival[])[] => {
  const inOrder = arrivals.toSorted((a, b) => a.at - b.at);
  return inOrder
    .map(({ at }, i) => inOrder.slice(i).filter((other) => other.at < at + 1_000))
    .filter(
      (second) => second.length > second.reduce((last, each) => (each.nth > last.nth ? each : last)).limit,
    );
};
