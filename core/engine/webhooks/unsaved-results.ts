import type { KeptAttempt } from "#core/domain/webhooks/attempt.ts";
import type { Retry } from "#core/ports/webhooks.ts";

/** Successes that are kept each time, to be looked at. */
const SUCCESSES_KEPT = 1;
const FAILURES_KEPT = 50;

/** What has become of deliveries. */
export interface Results {
  /** Tried again later, by the id of the event. */
  readonly failed: ReadonlyMap<string, Retry>;
  /** Ids of events that had failed before and are not tried again: they arrived, or were given up. */
  readonly ended: ReadonlySet<string>;
  readonly attempts: readonly KeptAttempt[];
}

/** Results that storage has not heard of yet. */
export interface UnsavedResults {
  readonly isEmpty: boolean;
  retry(delivery: Retry): void;
  end(eventId: string): void;
  /** Keeps an attempt to be looked at, unless enough of its kind are kept. */
  keep(attempt: KeptAttempt): void;
  /** Everything so far, to be saved. */
  take(): Results;
  /** It could not be saved: it is the first of what is unsaved again. */
  putFirst(results: Results): void;
}

export const createUnsavedResults = (): UnsavedResults => {
  let failed = new Map<string, Retry>();
  let ended = new Set<string>();
  let attempts: KeptAttempt[] = [];
  return {
    get isEmpty() {
      return failed.size === 0 && ended.size === 0 && attempts.length === 0;
    },
    retry: (delivery) => {
      failed.set(delivery.event.id, delivery);
    },
    end: (eventId) => {
      ended.add(eventId);
    },
    keep: (attempt) => {
      const isSuccess = attempt.outcome === "delivered";
      const alike = attempts.filter(({ outcome }) => (outcome === "delivered") === isSuccess);
      if (alike.length < (isSuccess ? SUCCESSES_KEPT : FAILURES_KEPT)) attempts.push(attempt);
    },
    take: () => {
      const results = { failed, ended, attempts };
      failed = new Map();
      ended = new Set();
      attempts = [];
      return results;
    },
    putFirst: (results) => {
      failed = new Map([...results.failed, ...failed]);
      ended = new Set([...results.ended, ...ended]);
      attempts = [...results.attempts, ...attempts].slice(-FAILURES_KEPT);
    },
  };
};
