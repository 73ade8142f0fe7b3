import type { Clock } from "#core/ports/clock.ts";
import type { Conversations, Page } from "#core/ports/conversations.ts";
import type { Ids } from "#core/ports/ids.ts";
import { FAILURES_SINCE_MAX_MS } from "#core/ports/numbers.ts";
import type { RetryOutcome, RetryRefusal, retryMessage } from "./retry-message.ts";

const DAY_MS = 24 * 3_600_000;

export interface RetryFailedInput {
  /** Of any service: null. */
  readonly serviceId: string | null;
  readonly code: string;
  /** Those received since (milliseconds since 1970): a day ago unless said, and a week ago at most. */
  readonly since: number | null;
  /** Counts them, and sends nothing. */
  readonly isDryRun: boolean;
}

export interface RetriedFailures {
  readonly since: number;
  readonly found: number;
  readonly retried: number;
  /** Those that are not sent once more, by why. */
  readonly refused: ReadonlyMap<RetryRefusal["kind"], number>;
  /** Where the rest begins; null: there is none. */
  readonly next: string | null;
}

export interface RetryFailedPorts {
  readonly conversations: Pick<Conversations, "failed">;
  readonly clock: Clock;
  readonly retry: ReturnType<typeof retryMessage>;
}

/**
 * Sends once more a page of what failed for one reason and was not repeated yet, the oldest first. What came after the first page was asked for
 * is not among the next ones: what is repeated may fail as well, and nobody goes round in circles.
 */
export const retryFailed =
  ({ conversations, clock, retry }: RetryFailedPorts) =>
  async (
    { serviceId, code, since, isDryRun }: RetryFailedInput,
    page: Page,
    ids: Ids,
  ): Promise<RetriedFailures> => {
    const now = clock.now();
    const from = Math.max(since ?? now - DAY_MS, now - FAILURES_SINCE_MAX_MS);
    const place = placeOf(page.after);
    const until = place?.until ?? now;
    const query = { serviceId, code, since: from, until };
    const { items, next } = await conversations.failed(query, { ...page, after: place?.id ?? null });
    const outcomes: RetryOutcome[] = [];
    // One after the other: texts to one person keep their order.
    if (!isDryRun) for (const id of items) outcomes.push(await retry(id, ids));
    const refused = new Map<RetryRefusal["kind"], number>();
    for (const { kind } of outcomes) if (kind !== "retried") refused.set(kind, (refused.get(kind) ?? 0) + 1);
    const retried = outcomes.filter(({ kind }) => kind === "retried").length;
    return {
      ...{ since: from, found: items.length, retried, refused },
      next: next === null ? null : `${until}.${next}`,
    };
  };

/** Where a page begins, and what is too new for it; null: it is the first. */
const placeOf = (after: string | null): { readonly until: number; readonly id: string } | null => {
  const [, until, id] = /^([0-9]{1,15})\.([0-9a-f-]{36})$/.exec(after ?? "") ?? [];
  return until === undefined || id === undefined ? null : { until: Number(until), id };
};
