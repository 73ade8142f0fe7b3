import { randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { systemTimer } from "#adapters/node/timer.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { PostOutcome } from "#core/domain/webhooks/attempt.ts";
import { startWebhooks, type WebhookEngine } from "#core/engine/webhooks/webhooks.ts";
import { journalTo } from "#core/ports/journal.ts";
import type { Storage } from "#core/ports/storage.ts";
import { anEndpoint, answered, OK } from "#test/core/webhooks/harness.ts";
import { createPostgresHarness } from "./storage-harness.ts";

const EVENTS = 600;
const SHORT = { leaseMs: 1_500, beatMs: 100 };

const someEvents = (from: number, count: number): readonly NewEvent[] =>
  Array.from({ length: count }, (_, i) => ({
    type: "conversation.opened",
    subject: `0190bbbb-0000-7000-8000-${String(i % 20).padStart(12, "0")}`,
    data: { version: from + i },
    serviceId: null,
    at: Date.now(),
  }));

const start = (storage: Storage, post: (id: string) => Promise<PostOutcome>): WebhookEngine =>
  startWebhooks(
    {
      webhooks: storage.webhooks,
      events: storage.events,
      sender: { post: ({ id }) => post(id) },
      clock: systemClock,
      timer: systemTimer,
      chance: { next: () => 0 },
      journal: journalTo(() => {}),
      render: async ({ data }) => JSON.stringify(data),
      observe: () => {},
    },
    randomUUID(),
    SHORT,
  );

test("a process that is gone is taken over, and every event arrives, also those that failed at first", async () => {
  const harness = await createPostgresHarness();
  try {
    await harness.storage.webhooks.add(anEndpoint(1));
    await harness.storage.events.tell(someEvents(0, EVENTS / 2));
    await harness.storage.events.tell(someEvents(EVENTS / 2, EVENTS / 2));
    const arrived = new Map<string, number>();
    const failed = new Set<string>();
    let attempts = 0;
    let isGone = false;
    const take = async (id: string): Promise<PostOutcome> => {
      attempts += 1;
      if (attempts % 7 === 0 && !failed.has(id)) {
        failed.add(id);
        return answered(500);
      }
      arrived.set(id, (arrived.get(id) ?? 0) + 1);
      return OK;
    };
    // From some attempt on it hears nothing any more, and says nothing.
    const { webhooks, ...rest } = harness.another();
    const mortal = new Proxy(webhooks, {
      get: (target, name) => (isGone ? () => new Promise(() => {}) : target[name as keyof typeof target]),
    });
    start({ ...rest, webhooks: mortal }, (id) => {
      if (arrived.size > 150) isGone = true;
      return isGone ? new Promise(() => {}) : take(id);
    });
    await expect.poll(() => isGone, { timeout: 20_000 }).toBe(true);
    const second = start(harness.storage, take);
    await expect.poll(() => arrived.size, { timeout: 25_000 }).toBe(EVENTS);
    await second.stop();
    const [endpoint] = await harness.storage.webhooks.list(null);
    expect(endpoint!.breaker.failures).toBe(0);
    const again = await harness.storage.events.read({ after: endpoint!.cursor, types: null, limit: 10 });
    expect(again).toMatchObject({ kind: "page", items: [] });
    const [leased] = await harness.storage.webhooks.lease(randomUUID(), 1_000);
    expect(leased).toMatchObject({ retries: 0, nextRetryAt: null });
  } finally {
    await harness.close();
  }
}, 60_000);
