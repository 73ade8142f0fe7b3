import { describe, expect, test } from "vitest";
import type { LoggedEvent } from "#core/domain/event.ts";
import type { KeptAttempt } from "#core/domain/webhooks/attempt.ts";
import { CLOSED } from "#core/domain/webhooks/breaker.ts";
import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { Storage } from "#core/ports/storage.ts";
import { ATTEMPTS_KEPT, type Progress, type Retry } from "#core/ports/webhooks.ts";
import { freshId, NOON, SECOND } from "#test/support/traffic-builders.ts";
import { type CreateStorage, eventually, LEASE_MS, SHORT_LEASE_MS, storageOf } from "./storage-fixture.ts";

const anEndpoint = (change: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: freshId(),
  service: "default",
  url: "https://app.example/hook",
  events: ["message.*", "link.down"],
  include: ["text"],
  secrets: [
    { secret: "whsec_bmV3", until: null },
    { secret: "whsec_b2xk", until: NOON },
  ],
  state: "active",
  disabledReason: null,
  createdAt: NOON,
  version: 1,
  cursor: "1_a_b_0",
  skipBefore: null,
  breaker: CLOSED,
  lastDeliveredAt: null,
  ...change,
});

const anEvent = (n: number): LoggedEvent => ({
  id: `evt_1_a_b_${n}`,
  cursor: `1_a_b_${n}`,
  service: "default",
  serviceId: null,
  type: "link.down",
  subject: "smpp-1",
  data: { kind: "smpp" },
  at: NOON + n,
});

const aRetry = (n: number, dueAt: number, attempts = 1): Retry => ({ event: anEvent(n), attempts, dueAt });

const anAttempt = (n: number, change: Partial<KeptAttempt> = {}): KeptAttempt => ({
  eventId: `evt_1_a_b_${n}`,
  eventType: "link.down",
  attempt: 1,
  at: NOON + n,
  outcome: "refused",
  status: 500,
  tookMs: 12,
  answer: "Oops, ☠",
  ...change,
});

/** What `Webhooks` promises, whatever they are stored in. */
export const webhooksContract = (name: string, create: CreateStorage): void => {
  describe(`the webhooks of ${name}`, () => {
    const store = storageOf(create);

    const added = async (change: Partial<WebhookEndpoint> = {}): Promise<WebhookEndpoint> => {
      const endpoint = anEndpoint(change);
      expect(await store.storage.webhooks.add(endpoint)).toEqual(endpoint);
      return endpoint;
    };
    const progress = (
      process: string,
      endpoint: WebhookEndpoint,
      change: Partial<Progress> = {},
    ): Progress => ({
      process,
      endpointId: endpoint.id,
      version: endpoint.version,
      cursor: endpoint.cursor,
      breaker: CLOSED,
      lastDeliveredAt: null,
      failed: [],
      ended: [],
      attempts: [],
      disable: null,
      ...change,
    });
    const leasedBy = async (storage: Storage, process: string, leaseMs = LEASE_MS) =>
      (await storage.webhooks.lease(process, leaseMs)).map(({ endpoint }) => endpoint.id);
    const claim = (process: string, { id }: WebhookEndpoint, now: number, change = {}) =>
      store.storage.webhooks.claimRetries({
        process,
        endpointId: id,
        now,
        limit: 10,
        claimMs: LEASE_MS,
        anyTime: false,
        ...change,
      });

    test("keep an endpoint as it was given, and the first of two with one id", async () => {
      const { webhooks } = store.storage;
      const endpoint = await added();
      expect(await webhooks.get(endpoint.id)).toEqual(endpoint);
      expect(await webhooks.add({ ...endpoint, url: "https://other.example" })).toEqual(endpoint);
      const other = await added({ service: "other", skipBefore: NOON });
      expect(await webhooks.list("other")).toEqual([other]);
      expect(await webhooks.list(null)).toEqual([endpoint, other]);
      expect(await webhooks.get(freshId())).toBeNull();
    });

    test("change an endpoint only from the version that somebody has seen", async () => {
      const { webhooks } = store.storage;
      const endpoint = await added({ breaker: { failures: 7, failingSince: NOON, probeAt: NOON + SECOND } });
      const changed = await webhooks.change(endpoint.id, 1, {
        state: "paused",
        events: ["*"],
        breaker: CLOSED,
      });
      expect(changed).toEqual({ ...endpoint, state: "paused", events: ["*"], breaker: CLOSED, version: 2 });
      expect(await webhooks.change(endpoint.id, 1, { state: "active" })).toBe("version-mismatch");
      expect(await webhooks.get(endpoint.id)).toEqual(changed);
      expect(await webhooks.change(freshId(), 1, {})).toBeNull();
      expect(await webhooks.remove(endpoint.id)).toBe(true);
      expect(await webhooks.remove(endpoint.id)).toBe(false);
    });

    test("lease each active endpoint to one process, until it gives it up or is silent", async () => {
      const endpoint = await added();
      await added({ state: "paused" });
      const [a, b] = [freshId(), freshId()];
      expect(await leasedBy(store.storage, a)).toEqual([endpoint.id]);
      expect(await leasedBy(store.storage, a)).toEqual([endpoint.id]);
      expect(await leasedBy(store.storage, b)).toEqual([]);
      await store.storage.webhooks.release(a);
      expect(await leasedBy(store.storage, b)).toEqual([endpoint.id]);
    });

    test("lease what a silent process had to another one, and take nothing from it any more", async () => {
      const endpoint = await added();
      const [a, b] = [freshId(), freshId()];
      const { webhooks } = store.storage;
      expect(await leasedBy(store.storage, a, SHORT_LEASE_MS)).toEqual([endpoint.id]);
      await store.passLease?.(2 * SHORT_LEASE_MS);
      await eventually(async () => (await leasedBy(store.another(), b)).length > 0);
      expect(await webhooks.save(progress(a, endpoint, { cursor: "9", failed: [aRetry(1, NOON)] }))).toBe(
        "lost",
      );
      expect(await webhooks.get(endpoint.id)).toEqual(endpoint);
      expect((await claim(b, endpoint, NOON)).retries).toEqual([]);
      expect(await webhooks.save(progress(b, endpoint, { cursor: "8" }))).toBe("saved");
      expect(await webhooks.get(endpoint.id)).toEqual({ ...endpoint, cursor: "8" });
    });

    test("keep nothing of who has not seen the newest version", async () => {
      const endpoint = await added();
      const a = freshId();
      const { webhooks } = store.storage;
      await leasedBy(store.storage, a);
      await webhooks.change(endpoint.id, 1, { cursor: "first" });
      expect(await webhooks.save(progress(a, endpoint, { cursor: "9" }))).toBe("lost");
      expect((await webhooks.get(endpoint.id))?.cursor).toBe("first");
    });

    test("hand out what is due, the longest due first, to nobody twice", async () => {
      const endpoint = await added();
      const a = freshId();
      const { webhooks } = store.storage;
      await leasedBy(store.storage, a);
      const failed = [
        aRetry(1, NOON + 3),
        aRetry(2, NOON + 1),
        aRetry(3, NOON + 2),
        aRetry(4, NOON + SECOND),
      ];
      await webhooks.save(progress(a, endpoint, { failed }));
      const [leased] = await webhooks.lease(a, LEASE_MS);
      expect(leased).toMatchObject({ retries: 4, nextRetryAt: NOON + 1 });
      const due = await claim(a, endpoint, NOON + 10, { limit: 2 });
      expect(due.retries).toEqual([aRetry(2, NOON + 1), aRetry(3, NOON + 2)]);
      expect(due.nextAt).toBe(NOON + 3);
      const rest = await claim(a, endpoint, NOON + 10);
      expect(rest.retries).toEqual([aRetry(1, NOON + 3)]);
      expect(rest.nextAt).toBe(NOON + SECOND);
      expect((await claim(a, endpoint, NOON + 10)).retries).toEqual([]);
      expect((await claim(a, endpoint, NOON + 10, { anyTime: true })).retries).toEqual([
        aRetry(4, NOON + SECOND),
      ]);
      expect((await claim(freshId(), endpoint, NOON + 10, { anyTime: true })).retries).toEqual([]);
    });

    test("forget what has arrived, and put off what has failed again", async () => {
      const endpoint = await added();
      const a = freshId();
      const { webhooks } = store.storage;
      await leasedBy(store.storage, a);
      await webhooks.save(progress(a, endpoint, { failed: [aRetry(1, NOON), aRetry(2, NOON)] }));
      await claim(a, endpoint, NOON);
      await webhooks.save(
        progress(a, endpoint, { failed: [aRetry(1, NOON + SECOND, 2)], ended: [anEvent(2).id] }),
      );
      expect(await claim(a, endpoint, NOON)).toEqual({ retries: [], nextAt: NOON + SECOND });
      expect((await claim(a, endpoint, NOON + SECOND)).retries).toEqual([aRetry(1, NOON + SECOND, 2)]);
    });

    test("disable an endpoint, which is leased to nobody then", async () => {
      const endpoint = await added();
      const a = freshId();
      const { webhooks } = store.storage;
      await leasedBy(store.storage, a);
      const breaker = { failures: 9, failingSince: NOON, probeAt: NOON + SECOND };
      await webhooks.save(progress(a, endpoint, { disable: "failing", breaker, lastDeliveredAt: NOON - 1 }));
      expect(await webhooks.get(endpoint.id)).toEqual({
        ...endpoint,
        state: "disabled",
        disabledReason: "failing",
        breaker,
        lastDeliveredAt: NOON - 1,
      });
      expect(await leasedBy(store.storage, a)).toEqual([]);
    });

    test("keep the newest attempts, with what was answered", async () => {
      const endpoint = await added();
      const a = freshId();
      const { webhooks } = store.storage;
      await leasedBy(store.storage, a);
      const attempts = [anAttempt(1), anAttempt(2, { status: null, answer: null, outcome: "timeout" })];
      await webhooks.save(progress(a, endpoint, { attempts }));
      await webhooks.keepAttempt(
        endpoint.id,
        anAttempt(3, { status: 204, outcome: "delivered", answer: "" }),
      );
      expect(await webhooks.attempts(endpoint.id, 2)).toEqual([
        anAttempt(3, { status: 204, outcome: "delivered", answer: "" }),
        attempts[1],
      ]);
      const many = Array.from({ length: ATTEMPTS_KEPT + 5 }, (_, n) => anAttempt(n));
      await webhooks.save(progress(a, endpoint, { attempts: many }));
      expect(await webhooks.attempts(endpoint.id, 2 * ATTEMPTS_KEPT)).toHaveLength(ATTEMPTS_KEPT);
      await webhooks.keepAttempt(freshId(), anAttempt(1));
    });
  });
};
