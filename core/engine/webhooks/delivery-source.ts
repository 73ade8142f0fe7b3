import { typesWanted } from "#core/domain/webhooks/endpoint.ts";
import type { LeasedEndpoint } from "#core/ports/webhooks.ts";
import type { SendWindow } from "./send-window.ts";
import type { HeldLease, WebhookPorts } from "./sender-context.ts";

/** Events that have been read and are not behind the cursor. */
export const WINDOW_MAX = 500;
const PAGE = 200;
/** Deliveries of one endpoint that wait to be tried again: with more of them, new events wait in the log. */
export const RETRIES_MAX = 10_000;
/** Between two reads that found nothing more. */
const READ_MS = 50;
/** Longer than an attempt takes. */
const CLAIM_MS = 60_000;

/** Where deliveries come from: the log of events, and what failed before and is due again. */
export interface DeliverySource {
  /** Something may have come to the log. */
  news(): void;
  readonly hasNews: boolean;
  /** There is news, and room for it. */
  readonly mayRead: boolean;
  /** Reads the next page of the log into the window, by default a full one; a probe reads one event. */
  read(count?: number, isProbe?: boolean): Promise<void>;
  /** In how many milliseconds the log is read next; null: not before there is news, and room. */
  readIn(): number | null;
  /** Moves deliveries into the window that are due, or with `anyTime` any. Answers how many there were. */
  claim(count: number, anyTime: boolean): Promise<number>;
  /** In how many milliseconds a delivery is due again, 0 and less: now; null: none waits. */
  retryIn(now: number): number | null;
  /** The window was emptied: the log is read from its cursor. */
  rewind(): void;
  /** One more delivery waits to be tried again, but storage has not heard of it. */
  added(): void;
  /** Storage has heard: these are due again then, and so many are not tried again. */
  saved(dueAt: readonly number[], ended: number): void;
}

export const createDeliverySource = (
  leased: LeasedEndpoint,
  lease: HeldLease,
  window: SendWindow,
  { events, webhooks, clock, journal }: Pick<WebhookPorts, "events" | "webhooks" | "clock" | "journal">,
): DeliverySource => {
  const { endpoint } = leased;
  const types = typesWanted(endpoint.events);
  let readFrom = endpoint.cursor;
  let readAt = Number.NEGATIVE_INFINITY;
  let hasNews = true;
  let nextRetryAt = leased.nextRetryAt;
  let retryCount = leased.retries;
  const mayRead = (): boolean => hasNews && window.size <= WINDOW_MAX - PAGE && retryCount < RETRIES_MAX;
  return {
    news: () => {
      hasNews = true;
    },
    get hasNews() {
      return hasNews;
    },
    get mayRead() {
      return mayRead();
    },
    read: async (count = PAGE, isProbe = false) => {
      hasNews = false;
      readAt = clock.elapsed();
      const page = await events.read({ after: readFrom, types, limit: count, service: endpoint.service });
      if (page.kind === "page") {
        if (!page.isLast) hasNews = true;
        readFrom = page.next;
        window.addPage(page.items, page.next, isProbe);
        return;
      }
      // Nothing can be done for what has been dropped.
      journal.webhookEventsMissed({ endpointId: endpoint.id });
      readFrom = page.kind === "expired" ? page.oldest : "first";
      hasNews = true;
    },
    readIn: () => {
      if (!mayRead()) return null;
      return window.size === 0 ? Math.max(0, readAt + READ_MS - clock.elapsed()) : 0;
    },
    claim: async (count, anyTime) => {
      const { retries, nextAt } = await webhooks.claimRetries({
        process: lease.process,
        endpointId: endpoint.id,
        now: clock.now(),
        limit: count,
        claimMs: CLAIM_MS,
        anyTime,
      });
      nextRetryAt = nextAt;
      window.addRetries(
        retries.map(({ event, attempts }) => ({ event, attempts, isRetry: true, isProbe: anyTime })),
      );
      return retries.length;
    },
    retryIn: (now) => (nextRetryAt === null ? null : nextRetryAt - now),
    rewind: () => {
      readFrom = window.cursor;
      hasNews = true;
    },
    added: () => {
      retryCount += 1;
    },
    saved: (dueAt, ended) => {
      retryCount -= ended;
      for (const at of dueAt) nextRetryAt = Math.min(nextRetryAt ?? at, at);
    },
  };
};
