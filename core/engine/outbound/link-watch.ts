import type { LinkHealth } from "#core/ports/carrier-link.ts";
import type { Journal } from "#core/ports/journal.ts";

/** What a link shows at an instant; the counts only grow. */
export interface LinkSample {
  /** Milliseconds, of a clock that never goes back. */
  readonly at: number;
  readonly health: Pick<LinkHealth, "state" | "reason">;
  /** Answers that said "too fast". */
  readonly throttled: number;
  /** Messages whose answer was lost. */
  readonly unknown: number;
  /** Deliveries that the carrier shall bring again, as too many waited. */
  readonly putOff: number;
}

export type LinkJournal = Pick<
  Journal,
  "linkDeaf" | "linkHears" | "throttled" | "throttlingOver" | "answersLost" | "deliveriesPutOff"
>;

export interface LinkWatch {
  look(sample: LinkSample): void;
}

/** A carrier that has said "too fast" for so long no more has ceased to. */
export const THROTTLING_OVER_MS = 10_000;

interface Throttling {
  readonly since: number;
  readonly lastAt: number;
  readonly answers: number;
}

/** Tells an operator what becomes of a link beside its ups and downs: from one sample to the next, and nothing twice. */
export const createLinkWatch = (link: string, journal: LinkJournal): LinkWatch => {
  let before: LinkSample | null = null;
  let deafSince: number | null = null;
  let throttling: Throttling | null = null;

  const hear = ({ at, health }: LinkSample): void => {
    const isDeaf = health.state === "degraded";
    if (isDeaf && deafSince === null) {
      deafSince = at;
      const { code = "degraded", detail = "It does not work as it should" } = health.reason ?? {};
      journal.linkDeaf({ link, code, detail });
    }
    // One that is down is told of as that.
    if (isDeaf || deafSince === null) return;
    if (health.state === "up") journal.linkHears({ link, deafMs: at - deafSince });
    deafSince = null;
  };

  const slowDown = (at: number, answers: number): void => {
    if (answers > 0) {
      if (throttling === null) journal.throttled({ link });
      const { since, answers: earlier } = throttling ?? { since: at, answers: 0 };
      throttling = { since, lastAt: at, answers: earlier + answers };
    } else if (throttling !== null && at - throttling.lastAt >= THROTTLING_OVER_MS) {
      const { since, lastAt, answers: all } = throttling;
      journal.throttlingOver({ link, lastedMs: lastAt - since, answers: all });
      throttling = null;
    }
  };

  return {
    look: (sample) => {
      const { throttled, unknown, putOff } = before ?? { throttled: 0, unknown: 0, putOff: 0 };
      hear(sample);
      slowDown(sample.at, sample.throttled - throttled);
      if (sample.unknown > unknown) journal.answersLost({ link, messages: sample.unknown - unknown });
      if (sample.putOff > putOff) journal.deliveriesPutOff({ link, deliveries: sample.putOff - putOff });
      before = sample;
    },
  };
};
