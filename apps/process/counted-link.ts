import type { CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";

/** What went over a link since the process started. */
export interface LinkCounts {
  /** Segments that the carrier has taken. */
  readonly sent: number;
  /** How often the carrier told us to slow down. */
  readonly throttled: number;
  /** Calls of the link, by what it answered. */
  readonly answers: Readonly<Record<SendOutcome["kind"], number>>;
}

export interface CountedLink extends CarrierLink {
  counts(): LinkCounts;
}

/** A link that keeps count of what it does. */
export const countedLink = (link: CarrierLink): CountedLink => {
  let sent = 0;
  const answers = { accepted: 0, more: 0, throttled: 0, retry: 0, refused: 0, unknown: 0, unsent: 0 };
  const count = (outcome: SendOutcome): void => {
    if (outcome.kind !== "unsent") sent += outcome.carrierIds.length;
    answers[outcome.kind] += 1;
  };
  return {
    ...link,
    send: (message, attempt, done) =>
      link.send(message, attempt, (outcome) => {
        count(outcome);
        done(outcome);
      }),
    counts: () => ({ sent, throttled: answers.throttled, answers }),
  };
};
