import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { systemTimer } from "#adapters/node/timer.ts";
import type { NewEvent } from "#core/domain/event.ts";
import type { PostOutcome } from "#core/domain/webhooks/attempt.ts";
import { startWebhooks, type WebhookEngine } from "#core/engine/webhooks/webhooks.ts";
import { journalTo } from "#core/ports/journal.ts";
import type { Storage } from "#core/ports/storage.ts";
import { startChild } from "#test/apps/sandbox/running-child.ts";
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

test("what a process was sending when it was killed is sent by the next, under the same ids", async () => {
  const harness = await createPostgresHarness();
  const arrived = new Map<string, number>();
  let kill = (): void => {};
  const sink = createServer((request, response) => {
    const id = String(request.headers["webhook-id"]);
    arrived.set(id, (arrived.get(id) ?? 0) + 1);
    // Whoever sends this one never hears that it has come.
    if (arrived.size === EVENTS / 4) kill();
    request.resume().on("end", () => response.writeHead(204).end());
  });
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
  const startProcess = () =>
    startChild("test/adapters/postgres/webhook-process.ts", {
      DATABASE_URL: harness.url,
      ENCRYPTION_KEY: Buffer.from(harness.key).toString("base64"),
    });
  try {
    const { port } = sink.address() as AddressInfo;
    await harness.storage.webhooks.add(anEndpoint(1, { url: `http://127.0.0.1:${port}/hook` }));
    await harness.storage.events.tell(someEvents(0, EVENTS));
    const first = startProcess();
    kill = () => first.process.kill("SIGKILL");
    expect(await first.ended()).toBe("SIGKILL");
    expect(arrived.size).toBeLessThan(EVENTS);
    kill = () => {};
    const second = startProcess();
    await expect.poll(() => arrived.size, { timeout: 30_000 }).toBe(EVENTS);
    await second.end("SIGKILL");
    const { page, items } = await logged(harness.storage);
    expect(page).toBe("page");
    expect(new Set(arrived.keys())).toEqual(new Set(items));
    expect(Math.max(...arrived.values())).toBeGreaterThan(1);
  } finally {
    sink.closeAllConnections();
    sink.close();
    await harness.close();
  }
}, 90_000);

const logged = async ({ events }: Storage) => {
  const page = await events.read({ after: "first", types: null, limit: 1_000 });
  return { page: page.kind, items: page.kind === "page" ? page.items.map(({ id }) => id) : [] };
};
