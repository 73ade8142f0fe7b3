// One state machine, longer than other files: what is sent next depends on all of it.
import {
  type JudgedAttempt,
  judgeAttempt,
  type KeptAttempt,
  type PostOutcome,
} from "#core/domain/webhooks/attempt.ts";
import { afterFailure, CLOSED, isHopeless, isOpen } from "#core/domain/webhooks/breaker.ts";
import {
  type DisabledReason,
  secretsAt,
  typesWanted,
  type WebhookEndpoint,
} from "#core/domain/webhooks/endpoint.ts";
import { nextDelivery } from "#core/domain/webhooks/schedule.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { LeasedEndpoint, Retry } from "#core/ports/webhooks.ts";
import { createSendWindow, type Delivery } from "./send-window.ts";
import type { HeldLease, WebhookPorts } from "./sender-context.ts";

/** Attempts at a time, to one endpoint. */
export const CONCURRENCY_MAX = 32;
/** Events that have been read and are not behind the cursor. */
export const WINDOW_MAX = 500;
const PAGE = 200;
/** Deliveries of one endpoint that wait to be tried again: with more of them, new events wait in the log. */
export const RETRIES_MAX = 10_000;
/** Between two times of keeping how far it has come. */
const SAVE_MS = 200;
/** Between two reads that found nothing more. */
const READ_MS = 50;
/** Where storage does not answer. */
const STORAGE_RETRY_MS = 1_000;
/** Longer than an attempt takes. */
const CLAIM_MS = 60_000;
/** An endpoint that has too much to do is left alone for so long, unless it says how long. */
const SLOW_DOWN_MS = 1_000;
const SLOW_DOWN_MAX_MS = 60_000;
/** Successes that are kept each time, to be looked at. */
const SUCCESSES_KEPT = 1;
const FAILURES_KEPT = 50;
/** After so many successes one more attempt is made at a time. */
const SPEED_UP_AFTER = 8;

export interface EndpointSender {
  readonly endpoint: WebhookEndpoint;
  /** There may be something new. */
  wake(): void;
  /** Finishes what is on its way, and keeps how far it has come. */
  stop(): Promise<void>;
  /** How long the oldest event has been waiting for its first attempt, or since when nothing works, in milliseconds. */
  backlogMs(): number;
}

/** Sends to one endpoint, for as long as its lease lasts. `over` is called when it sends no more: others may take it. */
export const startEndpointSender = (
  leased: LeasedEndpoint,
  lease: HeldLease,
  ports: WebhookPorts,
  over: () => void,
): EndpointSender => {
  const { endpoint } = leased;
  const { webhooks, events, sender, clock, timer, chance, journal, render, observe } = ports;
  const types = typesWanted(endpoint.events);
  const withText = endpoint.include.includes("text") && endpoint.url.startsWith("https:");
  const window = createSendWindow(endpoint.cursor);
  let readFrom = endpoint.cursor;
  let breaker = endpoint.breaker;
  let lastDeliveredAt = endpoint.lastDeliveredAt;
  let nextRetryAt = leased.nextRetryAt;
  let retryCount = leased.retries;
  let saved = { cursor: endpoint.cursor, breaker };
  let savedAt = clock.elapsed();
  let failed = new Map<string, Retry>();
  let ended = new Set<string>();
  let attempts: KeptAttempt[] = [];
  let disable: DisabledReason | null = null;
  let limit = CONCURRENCY_MAX;
  let streak = 0;
  let slowUntil = 0;
  let inFlight = 0;
  let hasNews = true;
  let readAt = Number.NEGATIVE_INFINITY;
  let isStopping = false;
  let isLost = false;
  let isWoken = false;
  let resume = (): void => {};

  const wake = (): void => {
    isWoken = true;
    resume();
  };

  const mayStart = (): boolean => !isStopping && !isLost && disable === null && lease.isHeld();

  /** Until something changes, or `ms` have passed; null: for as long as it takes. */
  const change = async (ms: number | null): Promise<void> => {
    if (!isWoken) {
      let cancel = (): void => {};
      await new Promise<void>((resolve) => {
        resume = resolve;
        if (ms !== null) cancel = timer.after(Math.max(0, ms), resolve);
      });
      cancel();
    }
    isWoken = false;
  };

  const launch = (): void => {
    while (mayStart() && !isOpen(breaker) && inFlight < limit && clock.now() >= slowUntil) {
      const delivery = window.take();
      if (delivery === null) return;
      if (endpoint.skipBefore !== null && !delivery.isRetry && delivery.event.at < endpoint.skipBefore)
        window.settle(delivery);
      else void attempt(delivery);
    }
  };

  const attempt = async (delivery: Delivery): Promise<void> => {
    inFlight += 1;
    const { event } = delivery;
    try {
      const body = await render(event, withText);
      const at = clock.now();
      const outcome = await sender.post({
        url: endpoint.url,
        id: event.id,
        at,
        body,
        secrets: secretsAt(endpoint.secrets ?? [], at),
      });
      settle(delivery, at, outcome);
    } catch (error) {
      window.giveBack(delivery);
      if (!(error instanceof StorageUnavailable)) {
        journal.bugFound({ where: "a webhook", error });
        isLost = true;
      }
      slowUntil = clock.now() + STORAGE_RETRY_MS;
    }
    inFlight -= 1;
    launch();
    wake();
  };

  const settle = (delivery: Delivery, at: number, outcome: PostOutcome): void => {
    const judged = judgeAttempt(outcome, clock.now());
    observe(judged.outcome);
    keep(delivery, at, outcome, judged);
    if (judged.outcome === "delivered") succeeded(delivery);
    else hasFailed(delivery, judged);
    window.settle(delivery);
  };

  const succeeded = ({ event, isRetry }: Delivery): void => {
    lastDeliveredAt = clock.now();
    if (isRetry) ended.add(event.id);
    if (breaker.probeAt !== null)
      journal.webhookRecovered({
        endpointId: endpoint.id,
        failedMs: lastDeliveredAt - breaker.failingSince!,
      });
    breaker = CLOSED;
    streak += 1;
    if (streak % SPEED_UP_AFTER === 0) limit = Math.min(limit + 1, CONCURRENCY_MAX);
  };

  const hasFailed = (delivery: Delivery, { outcome, retryAfterMs, slowDown }: JudgedAttempt): void => {
    const { event, isProbe } = delivery;
    const now = clock.now();
    streak = 0;
    const before = breaker;
    breaker = afterFailure(breaker, now, chance.next(), isProbe);
    if (isOpen(breaker) && breaker !== before)
      journal.webhookFailing({
        endpointId: endpoint.id,
        code: outcome,
        failures: breaker.failures,
        againInMs: breaker.probeAt! - now,
      });
    if (slowDown) {
      limit = Math.max(1, Math.floor(limit / 2));
      slowUntil = Math.max(slowUntil, now + Math.min(retryAfterMs ?? SLOW_DOWN_MS, SLOW_DOWN_MAX_MS));
    }
    if (outcome === "gone") disable = "gone";
    else if (isHopeless(breaker, now)) disable = "failing";
    const attemptsMade = delivery.attempts + 1;
    const next = nextDelivery({ attempts: attemptsMade, now, random: chance.next(), retryAfterMs });
    if (next.kind === "retry") {
      failed.set(event.id, { event, attempts: attemptsMade, dueAt: next.at });
      if (!delivery.isRetry) retryCount += 1;
    } else {
      ended.add(event.id);
      journal.webhookGivenUp({ endpointId: endpoint.id, eventId: event.id, code: outcome });
    }
  };

  const keep = (
    { event, attempts: before }: Delivery,
    at: number,
    outcome: PostOutcome,
    judged: JudgedAttempt,
  ): void => {
    const isSuccess = judged.outcome === "delivered";
    const max = isSuccess ? SUCCESSES_KEPT : FAILURES_KEPT;
    if (attempts.filter((each) => (each.outcome === "delivered") === isSuccess).length >= max) return;
    attempts.push({
      eventId: event.id,
      eventType: event.type,
      attempt: before + 1,
      at,
      outcome: judged.outcome,
      status: outcome.kind === "answered" ? outcome.status : null,
      tookMs: outcome.tookMs,
      answer: outcome.kind === "answered" ? outcome.answer : null,
    });
  };

  const isUnsaved = (): boolean =>
    failed.size > 0 ||
    ended.size > 0 ||
    attempts.length > 0 ||
    disable !== null ||
    saved.cursor !== window.cursor ||
    saved.breaker !== breaker;

  /** What fails while this is being kept is kept the next time. */
  const save = async (): Promise<void> => {
    if (!isUnsaved()) return;
    const current = { cursor: window.cursor, breaker };
    const batch = { failed, ended, attempts };
    failed = new Map();
    ended = new Set();
    attempts = [];
    savedAt = clock.elapsed();
    try {
      const outcome = await webhooks.save({
        process: lease.process,
        endpointId: endpoint.id,
        version: endpoint.version,
        ...current,
        lastDeliveredAt,
        failed: [...batch.failed.values()],
        ended: [...batch.ended],
        attempts: batch.attempts,
        disable,
      });
      if (outcome === "lost") isLost = true;
    } catch (error) {
      failed = new Map([...batch.failed, ...failed]);
      ended = batch.ended.union(ended);
      attempts = [...batch.attempts, ...attempts].slice(-FAILURES_KEPT);
      throw error;
    }
    saved = current;
    retryCount -= batch.ended.size;
    for (const { dueAt } of batch.failed.values()) nextRetryAt = Math.min(nextRetryAt ?? dueAt, dueAt);
    if (disable !== null && !isLost) {
      journal.webhookDisabled({ endpointId: endpoint.id, reason: disable });
      isLost = true;
    }
  };

  const read = async (count: number, isProbe: boolean): Promise<void> => {
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
  };

  const claim = async (count: number, anyTime: boolean): Promise<readonly Delivery[]> => {
    const { retries, nextAt } = await webhooks.claimRetries({
      process: lease.process,
      endpointId: endpoint.id,
      now: clock.now(),
      limit: count,
      claimMs: CLAIM_MS,
      anyTime,
    });
    nextRetryAt = nextAt;
    return retries.map(({ event, attempts: made }) => ({
      event,
      attempts: made,
      isRetry: true,
      isProbe: anyTime,
    }));
  };

  /** Nothing is sent but one attempt for each step of the schedule; what had been read waits in the log. */
  const probe = async (): Promise<number | null> => {
    if (inFlight > 0) return null;
    if (window.size > 0) park();
    await save();
    if (isLost || !mayStart()) return null;
    const wait = breaker.probeAt! - clock.now();
    if (wait > 0) return wait;
    const claimed = await claim(1, true);
    if (claimed.length > 0) window.addRetries(claimed);
    else await read(1, true);
    const delivery = window.take();
    // Where there is nothing to try with, the next event shows it.
    if (delivery === null) return hasNews ? 0 : null;
    await attempt(delivery);
    return 0;
  };

  /** What was passed over is tried again like a failure; the rest is read again. */
  const park = (): void => {
    for (const { event, attempts: made, isRetry } of window.clear()) {
      failed.set(event.id, { event, attempts: made, dueAt: clock.now() });
      if (!isRetry) retryCount += 1;
    }
    readFrom = window.cursor;
    hasNews = true;
  };

  /** One round. Answers for how long nothing has to be done; null: until something changes. */
  const step = async (): Promise<number | null> => {
    if (isOpen(breaker)) return probe();
    const now = clock.now();
    const waits: number[] = [];
    if (nextRetryAt !== null && nextRetryAt <= now && inFlight < limit && now >= slowUntil)
      window.addRetries(await claim(limit - inFlight, false));
    if (nextRetryAt !== null) waits.push(nextRetryAt <= now ? READ_MS : nextRetryAt - now);
    const mayRead = hasNews && window.size <= WINDOW_MAX - PAGE && retryCount < RETRIES_MAX;
    const readIn = window.size === 0 ? readAt + READ_MS - clock.elapsed() : 0;
    if (mayRead && readIn <= 0) await read(PAGE, false);
    else if (mayRead) waits.push(readIn);
    launch();
    if (slowUntil > now) waits.push(slowUntil - now);
    const saveIn = savedAt + SAVE_MS - clock.elapsed();
    if (isUnsaved() && saveIn <= 0) {
      await save();
      return 0;
    }
    if (isUnsaved()) waits.push(saveIn);
    if (mayRead && readIn <= 0 && hasNews && window.size <= WINDOW_MAX - PAGE) return 0;
    return waits.length === 0 ? null : Math.min(...waits);
  };

  const run = async (): Promise<void> => {
    while (!isStopping && !isLost) {
      try {
        const wait = disable === null ? await step() : await finish();
        if (wait !== 0 && !isStopping && !isLost) await change(wait);
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        await change(STORAGE_RETRY_MS);
      }
    }
    await settled();
    if (!isLost) await finish().catch(() => {});
  };

  /** Whatever is on its way comes to an end. */
  const settled = async (): Promise<void> => {
    while (inFlight > 0) await change(null);
  };

  const finish = async (): Promise<null> => {
    await settled();
    park();
    await save();
    return null;
  };

  const running = run()
    .catch((error: unknown) => journal.bugFound({ where: "webhooks", error }))
    .then(over);

  return {
    endpoint,
    wake: () => {
      hasNews = true;
      wake();
    },
    stop: () => {
      isStopping = true;
      wake();
      return running;
    },
    backlogMs: () => {
      const since = window.oldest()?.at ?? breaker.failingSince;
      return since === null ? 0 : Math.max(0, clock.now() - since);
    },
  };
};
