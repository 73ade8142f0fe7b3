import { type JudgedAttempt, judgeAttempt, type PostOutcome } from "#core/domain/webhooks/attempt.ts";
import { isOpen } from "#core/domain/webhooks/breaker.ts";
import { secretsAt, type WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import { nextDelivery } from "#core/domain/webhooks/schedule.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { LeasedEndpoint } from "#core/ports/webhooks.ts";
import { createDeliverySource } from "./delivery-source.ts";
import { createEndpointHealth } from "./endpoint-health.ts";
import { createProgressSaver } from "./progress-saver.ts";
import { createSendRate } from "./send-rate.ts";
import { createSendWindow, type Delivery } from "./send-window.ts";
import type { HeldLease, WebhookPorts } from "./sender-context.ts";
import { createUnsavedResults } from "./unsaved-results.ts";
import { createWakeUp } from "./wake-up.ts";

/** Between two looks at a delivery that is due and cannot be made yet. */
const LOOK_AGAIN_MS = 50;
/** Where storage does not answer. */
const STORAGE_RETRY_MS = 1_000;

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
  const { clock, chance, journal } = ports;
  const withText = endpoint.include.includes("text") && endpoint.url.startsWith("https:");
  const window = createSendWindow(endpoint.cursor);
  const source = createDeliverySource(leased, lease, window, ports);
  const health = createEndpointHealth(endpoint, ports);
  const rate = createSendRate();
  const unsaved = createUnsavedResults();
  const saver = createProgressSaver(endpoint, lease, { window, source, health, unsaved }, ports);
  const wakeUp = createWakeUp(ports.timer);
  let isStopping = false;
  let isLost = false;

  const mayStart = (): boolean => !isStopping && !isLost && health.disable === null && lease.isHeld();

  const launch = (): void => {
    while (mayStart() && !isOpen(health.breaker) && rate.free(clock.now()) > 0) {
      const delivery = window.take();
      if (delivery === null) return;
      if (endpoint.skipBefore !== null && !delivery.isRetry && delivery.event.at < endpoint.skipBefore)
        window.settle(delivery);
      else void attempt(delivery);
    }
  };

  const attempt = async (delivery: Delivery): Promise<void> => {
    rate.begin();
    const { event } = delivery;
    try {
      const body = await ports.render(event, withText);
      const at = clock.now();
      const secrets = secretsAt(endpoint.secrets ?? [], at);
      const outcome = await ports.sender.post({ url: endpoint.url, id: event.id, at, body, secrets });
      settle(delivery, at, outcome);
    } catch (error) {
      window.giveBack(delivery);
      if (!(error instanceof StorageUnavailable)) {
        journal.bugFound({ where: "a webhook", error });
        isLost = true;
      }
      rate.pause(clock.now() + STORAGE_RETRY_MS);
    }
    rate.end();
    launch();
    wakeUp.wake();
  };

  const settle = (delivery: Delivery, at: number, outcome: PostOutcome): void => {
    const judged = judgeAttempt(outcome, clock.now());
    ports.observe(judged.outcome);
    unsaved.keep({
      eventId: delivery.event.id,
      eventType: delivery.event.type,
      attempt: delivery.attempts + 1,
      at,
      outcome: judged.outcome,
      status: outcome.kind === "answered" ? outcome.status : null,
      tookMs: outcome.tookMs,
      answer: outcome.kind === "answered" ? outcome.answer : null,
    });
    if (judged.outcome === "delivered") succeeded(delivery);
    else hasFailed(delivery, judged);
    window.settle(delivery);
  };

  const succeeded = ({ event, isRetry }: Delivery): void => {
    if (isRetry) unsaved.end(event.id);
    health.succeeded();
    rate.succeeded();
  };

  const hasFailed = (delivery: Delivery, { outcome, retryAfterMs, slowDown }: JudgedAttempt): void => {
    const { event, isRetry } = delivery;
    const now = clock.now();
    rate.failed();
    health.failed(outcome, delivery.isProbe);
    if (slowDown) rate.slowDown(now, retryAfterMs);
    const attempts = delivery.attempts + 1;
    const next = nextDelivery({ attempts, now, random: chance.next(), retryAfterMs });
    if (next.kind === "retry") {
      unsaved.retry({ event, attempts, dueAt: next.at });
      if (!isRetry) source.added();
      return;
    }
    unsaved.end(event.id);
    journal.webhookGivenUp({ endpointId: endpoint.id, eventId: event.id, code: outcome });
  };

  const save = async (): Promise<void> => {
    if ((await saver.save()) === "over") isLost = true;
  };

  /** Nothing is sent but one attempt for each step of the schedule; what had been read waits in the log. */
  const probe = async (): Promise<number | null> => {
    if (rate.inFlight > 0) return null;
    if (window.size > 0) park();
    await save();
    if (isLost || !mayStart()) return null;
    const wait = health.breaker.probeAt! - clock.now();
    if (wait > 0) return wait;
    if ((await source.claim(1, true)) === 0) await source.read(1, true);
    const delivery = window.take();
    // Where there is nothing to try with, the next event shows it.
    if (delivery === null) return source.hasNews ? 0 : null;
    await attempt(delivery);
    return 0;
  };

  /** What was passed over is tried again like a failure; the rest is read again. */
  const park = (): void => {
    for (const { event, attempts, isRetry } of window.clear()) {
      unsaved.retry({ event, attempts, dueAt: clock.now() });
      if (!isRetry) source.added();
    }
    source.rewind();
  };

  /** One round. Answers for how long nothing has to be done; null: until something changes. */
  const step = async (): Promise<number | null> => {
    if (isOpen(health.breaker)) return probe();
    const now = clock.now();
    const waits: number[] = [];
    const retryIn = source.retryIn(now);
    if (retryIn !== null && retryIn <= 0 && rate.free(now) > 0) await source.claim(rate.free(now), false);
    const nextRetryIn = source.retryIn(now);
    if (nextRetryIn !== null) waits.push(nextRetryIn <= 0 ? LOOK_AGAIN_MS : nextRetryIn);
    const readIn = source.readIn();
    if (readIn === 0) await source.read();
    else if (readIn !== null) waits.push(readIn);
    launch();
    if (rate.pausedUntil > now) waits.push(rate.pausedUntil - now);
    const saveIn = saver.saveIn();
    if (saveIn !== null && saveIn <= 0) {
      await save();
      return 0;
    }
    if (saveIn !== null) waits.push(saveIn);
    if (readIn === 0 && source.mayRead) return 0;
    return waits.length === 0 ? null : Math.min(...waits);
  };

  const run = async (): Promise<void> => {
    while (!isStopping && !isLost) {
      try {
        const wait = health.disable === null ? await step() : await finish();
        if (wait !== 0 && !isStopping && !isLost) await wakeUp.wait(wait);
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        await wakeUp.wait(STORAGE_RETRY_MS);
      }
    }
    await settled();
    if (!isLost) await finish().catch(() => {});
  };

  /** Whatever is on its way comes to an end. */
  const settled = async (): Promise<void> => {
    while (rate.inFlight > 0) await wakeUp.wait(null);
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
      source.news();
      wakeUp.wake();
    },
    stop: () => {
      isStopping = true;
      wakeUp.wake();
      return running;
    },
    backlogMs: () => {
      const since = window.oldest()?.at ?? health.breaker.failingSince;
      return since === null ? 0 : Math.max(0, clock.now() - since);
    },
  };
};
