import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BREAKER_FAILURES, FAILING_MAX_MS } from "#core/domain/webhooks/breaker.ts";
import { ATTEMPT_SCHEDULE_MS, ATTEMPTS_MAX } from "#core/domain/webhooks/schedule.ts";
import { WINDOW_MAX } from "#core/engine/webhooks/delivery-source.ts";
import { CONCURRENCY_MAX } from "#core/engine/webhooks/send-rate.ts";
import { LEASE_MS } from "#core/engine/webhooks/webhooks.ts";
import { anEndpoint, answered, endpointId, OK, sendingHarness } from "./harness.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Days of beats each second would take long to live through. */
const SELDOM = { beatMs: 10 * MINUTE, leaseMs: HOUR };

const urlOf = (n: number): string => anEndpoint(n).url;
const isSuccess = ({ outcome }: { readonly outcome: { readonly kind: string; readonly status?: number } }) =>
  outcome.kind === "answered" && outcome.status === 204;

const idsOf = (deliveries: readonly { readonly id: string }[]): readonly string[] =>
  deliveries.map(({ id }) => id);

describe("events to an endpoint that works", () => {
  test("arrive once each, of one conversation in order, and are then behind the cursor", async () => {
    const harness = sendingHarness();
    const { time, storage, received, tables } = harness;
    await storage.webhooks.add(anEndpoint(1));
    const { engine } = harness.startProcess("a");
    for (let n = 0; n < 1_000; n += 1) await harness.tell(n % 7);
    await time.pass(2_000);
    expect(new Set(idsOf(received)).size).toBe(1_000);
    expect(received).toHaveLength(1_000);
    const last = new Map<string, number>();
    for (const { body } of received) {
      const { version } = JSON.parse(body).data;
      const key = String(version % 7);
      expect(version).toBeGreaterThan(last.get(key) ?? 0);
      last.set(key, version);
    }
    const row = tables.webhookEndpoints.get(endpointId(1))!;
    expect(row.endpoint.cursor).toBe(tables.events.log.at(-1)!.cursor);
    expect(row.retries.size).toBe(0);
    await engine.stop();
    expect(time.pending()).toBe(0);
  });

  test("are those that it wants", async () => {
    const harness = sendingHarness();
    await harness.storage.webhooks.add(anEndpoint(1, { events: ["message.*"] }));
    await harness.storage.webhooks.add(anEndpoint(2, { service: "other" }));
    harness.startProcess("a");
    await harness.tell(1, 10);
    await harness.time.pass(2_000);
    expect(harness.received).toEqual([]);
  });

  test("are sent side by side, but no more of them than may be, and no more are read", async () => {
    const harness = sendingHarness();
    await harness.storage.webhooks.add(anEndpoint(1));
    let atOnce = 0;
    let most = 0;
    harness.receive(urlOf(1), async () => {
      atOnce += 1;
      most = Math.max(most, atOnce);
      await new Promise<void>((resolve) => harness.time.timer.after(50, resolve));
      atOnce -= 1;
      return OK;
    });
    const { engine } = harness.startProcess("a");
    for (let n = 0; n < 3 * WINDOW_MAX; n += 1) await harness.tell(n);
    await harness.time.pass(10_000);
    expect(most).toBe(CONCURRENCY_MAX);
    expect(harness.received).toHaveLength(3 * WINDOW_MAX);
    await engine.stop();
  });
});

describe("an event that fails", () => {
  test("is tried again exactly when the schedule says, and is given up and reported at its end", async () => {
    const harness = sendingHarness();
    await harness.storage.webhooks.add(anEndpoint(1));
    // Every other event arrives, so that nothing is held against the endpoint.
    let failing = "";
    harness.receive(urlOf(1), ({ id }) => {
      if (failing === "") failing = id;
      return id === failing ? answered(500) : OK;
    });
    harness.startProcess("a", SELDOM);
    await harness.tell(1);
    for (let hours = 0; hours < 80; hours += 1) {
      await harness.time.pass(HOUR);
      await harness.tell(2);
    }
    const attempts = harness.received.filter(({ id }) => id === failing);
    expect(attempts).toHaveLength(ATTEMPTS_MAX);
    const waits = attempts.map(({ after }, n) => after - (attempts[n - 1]?.after ?? after));
    waits.forEach((wait, n) => {
      expect(Math.abs(wait - ATTEMPT_SCHEDULE_MS[n]!)).toBeLessThan(1_500);
    });
    expect(harness.told.filter(({ event }) => event === "webhookGivenUp")).toEqual([
      { event: "webhookGivenUp", fact: { endpointId: endpointId(1), eventId: failing, code: "refused" } },
    ]);
    expect(harness.tables.webhookEndpoints.get(endpointId(1))!.retries.size).toBe(0);
  });

  test("keeps no other conversation waiting, nor the rest of its own", async () => {
    const harness = sendingHarness();
    await harness.storage.webhooks.add(anEndpoint(1));
    harness.receive(urlOf(1), ({ id }, n) => (n === 1 && id !== "" ? answered(500) : OK));
    harness.startProcess("a");
    await harness.tell(1, 3);
    await harness.tell(2, 3);
    await harness.time.pass(1_000);
    expect(harness.received.filter(isSuccess)).toHaveLength(5);
  });

  test("is tried no sooner than the receiver asks for", async () => {
    const harness = sendingHarness();
    await harness.storage.webhooks.add(anEndpoint(1));
    harness.receive(urlOf(1), (_, n) => (n === 1 ? answered(503, "120") : OK));
    harness.startProcess("a");
    await harness.tell(1);
    await harness.time.pass(119_000);
    expect(harness.received).toHaveLength(1);
    await harness.time.pass(3_000);
    expect(harness.received.map(({ id }) => id)).toEqual([harness.received[0]!.id, harness.received[0]!.id]);
  });
});

describe("an endpoint that is down", () => {
  const downFor = async (ms: number, down: (n: number) => ReturnType<typeof answered>) => {
    const harness = sendingHarness();
    const { time, received } = harness;
    await harness.storage.webhooks.add(anEndpoint(1));
    await harness.storage.webhooks.add(anEndpoint(2));
    const end = time.clock.now() + ms;
    harness.receive(urlOf(1), (_, n) => (time.clock.now() < end ? down(n) : OK));
    harness.startProcess("a");
    for (let minute = 0; minute < ms / MINUTE; minute += 1) {
      await harness.tell(minute, 5);
      await time.pass(MINUTE);
    }
    return { ...harness, ofOne: () => received.filter(({ url }) => url === urlOf(1)) };
  };

  test("for an hour is asked once for each step of the schedule, and then gets everything", async () => {
    const { time, received, ofOne, told, tables } = await downFor(HOUR, () => answered(500));
    const asked = ofOne().map(({ after }) => after);
    // Those that opened the breaker, one after 5 s, after 5 min more, and after 30 min more.
    expect(asked.length).toBe(BREAKER_FAILURES + 3);
    expect(tables.webhookEndpoints.get(endpointId(1))!.retries.size).toBeLessThanOrEqual(CONCURRENCY_MAX);
    expect(received.filter(({ url }) => url === urlOf(2))).toHaveLength(300);
    await time.pass(2 * HOUR);
    expect(new Set(idsOf(ofOne().filter(isSuccess))).size).toBe(300);
    expect(told.map(({ event }) => event)).toContain("webhookFailing");
    expect(told.map(({ event }) => event)).toContain("webhookRecovered");
  });

  test.each([
    ["redirects", answered(302)],
    ["hangs", { kind: "no-answer", code: "timeout", tookMs: 15_000 } as const],
    ["refuses connections", { kind: "no-answer", code: "unreachable", tookMs: 1 } as const],
    ["has too much to do", answered(429)],
  ])("and %s is no success", async (_, outcome) => {
    const { time, ofOne } = await downFor(10 * MINUTE, () => outcome as ReturnType<typeof answered>);
    expect(ofOne().filter(isSuccess)).toEqual([]);
    await time.pass(HOUR);
    expect(new Set(idsOf(ofOne().filter(isSuccess))).size).toBe(50);
  });

  test("for days is disabled, which is told", async () => {
    const harness = sendingHarness();
    await harness.storage.webhooks.add(anEndpoint(1));
    harness.receive(urlOf(1), () => answered(500));
    harness.startProcess("a", SELDOM);
    await harness.tell(1, 20);
    await harness.time.pass(FAILING_MAX_MS - HOUR);
    expect(harness.tables.webhookEndpoints.get(endpointId(1))!.endpoint.state).toBe("active");
    await harness.time.pass(25 * HOUR);
    expect(harness.tables.webhookEndpoints.get(endpointId(1))!.endpoint).toMatchObject({
      state: "disabled",
      disabledReason: "failing",
    });
    expect(harness.told.filter(({ event }) => event === "webhookDisabled")).toHaveLength(1);
    const before = harness.received.length;
    await harness.tell(1, 20);
    await harness.time.pass(48 * HOUR);
    expect(harness.received.length).toBe(before);
  });

  test("that says it is gone gets nothing more", async () => {
    const harness = sendingHarness();
    await harness.storage.webhooks.add(anEndpoint(1));
    harness.receive(urlOf(1), () => answered(410));
    harness.startProcess("a");
    await harness.tell(1);
    await harness.time.pass(MINUTE);
    await harness.tell(1, 5);
    await harness.time.pass(HOUR);
    expect(harness.received).toHaveLength(1);
    const { endpoint } = harness.tables.webhookEndpoints.get(endpointId(1))!;
    expect(endpoint).toMatchObject({ state: "disabled", disabledReason: "gone" });
  });
});

describe("a process that sends", () => {
  test("shares no endpoint with another one, and is taken over when it is killed, at any moment", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 400 }),
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 3 }),
        async (killAfterMs, answerMs, failEvery) => {
          const harness = sendingHarness();
          const { time, received } = harness;
          await harness.storage.webhooks.add(anEndpoint(1));
          const refused = new Set<string>();
          harness.receive(urlOf(1), async ({ id }, n) => {
            await new Promise<void>((resolve) => time.timer.after(answerMs, resolve));
            if (failEvery === 0 || n % (failEvery + 1) > 0 || refused.has(id)) return OK;
            refused.add(id);
            return answered(500);
          });
          const first = harness.startProcess("a");
          for (let n = 0; n < 200; n += 1) await harness.tell(n % 20);
          await time.pass(killAfterMs);
          first.kill();
          const before = received.length;
          const second = harness.startProcess("b");
          await time.pass(LEASE_MS - killAfterMs - 1_500);
          expect(received.length - before).toBeLessThanOrEqual(CONCURRENCY_MAX);
          await time.pass(2 * MINUTE);
          const arrived = received.filter(isSuccess);
          expect(new Set(idsOf(arrived)).size).toBe(200);
          expect(arrived.length - 200).toBeLessThanOrEqual(WINDOW_MAX);
          await second.engine.stop();
        },
      ),
      { numRuns: 25 },
    );
  });

  test("sends everything once when it ends in peace and another one goes on", async () => {
    const harness = sendingHarness();
    const { time, received } = harness;
    await harness.storage.webhooks.add(anEndpoint(1));
    harness.receive(urlOf(1), async () => {
      await new Promise<void>((resolve) => time.timer.after(7, resolve));
      return OK;
    });
    for (let n = 0; n < 300; n += 1) await harness.tell(n % 20);
    for (let n = 0; n < 5; n += 1) {
      const { engine } = harness.startProcess(`p${n}`);
      await time.pass(23);
      await time.until(engine.stop());
    }
    const { engine } = harness.startProcess("last");
    await time.pass(5_000);
    await time.until(engine.stop());
    expect(idsOf(received)).toHaveLength(300);
    expect(new Set(idsOf(received)).size).toBe(300);
  });

  test("waits while storage is away, and forgets nothing", async () => {
    const harness = sendingHarness();
    const { time, received } = harness;
    await harness.storage.webhooks.add(anEndpoint(1));
    harness.receive(urlOf(1), (_, n) => (n % 3 === 0 ? answered(500) : OK));
    harness.startProcess("a");
    await harness.tell(1, 50);
    await time.pass(20);
    harness.setStorageAway(true);
    await harness.tell(2, 50);
    await time.pass(10 * MINUTE);
    harness.setStorageAway(false);
    await time.pass(3 * HOUR);
    expect(new Set(idsOf(received.filter(isSuccess))).size).toBe(100);
  });

  test("begins anew from what is stored when somebody changes the endpoint", async () => {
    const harness = sendingHarness();
    const { time, storage, received } = harness;
    await storage.webhooks.add(anEndpoint(1));
    harness.startProcess("a");
    await harness.tell(1, 10);
    await time.pass(2_000);
    await storage.webhooks.change(endpointId(1), 1, { state: "paused" });
    await time.pass(2_000);
    await harness.tell(1, 10);
    await time.pass(MINUTE);
    expect(received).toHaveLength(10);
    await storage.webhooks.change(endpointId(1), 2, { state: "active" });
    await time.pass(5_000);
    expect(received).toHaveLength(20);
    await storage.webhooks.change(endpointId(1), 3, { cursor: "first" });
    await time.pass(5_000);
    expect(received).toHaveLength(40);
  });
});
