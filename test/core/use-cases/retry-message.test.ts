import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { FinalState } from "#core/domain/message-state.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { rulesOf } from "#core/ports/services.ts";
import { retryFailed } from "#core/use-cases/retry-failed.ts";
import { retryMessage } from "#core/use-cases/retry-message.ts";
import {
  aBatch,
  aConversation,
  aNoticeTo,
  aNumber,
  aParticipant,
  FAR_OFF,
  freshId,
  freshNumber,
  NOON,
  openingOf,
  swapOf,
} from "#test/support/traffic-builders.ts";

const createHarness = async () => {
  const clock = memoryClock(NOON);
  const storage = memoryStorage({ clock });
  const { conversations } = storage;
  const [v, w] = [freshNumber(), freshNumber()];
  for (const number of [v, w]) await storage.numbers.add(aNumber(number));
  const conversation = aConversation([aParticipant(v), aParticipant(w)]);
  await conversations.open(openingOf(conversation));
  const [a, b] = conversation.participants;
  const [route] = await storage.traffic.routes([{ sender: a.number, virtualNumber: b.virtualNumber }]);
  if (route === null || route === undefined || route === "unreadable") throw new Error("There is a route");
  const dispatcher = freshId();
  await storage.dispatch.join({
    ...{ id: dispatcher, kind: "gateway", leaseMs: 1_000, silentAfterMs: 0, recoverFrom: "" },
  });
  const ids = memoryIds({ clock, process: 5 });
  const ports = { conversations, clock, rulesOf: rulesOf(storage.services, { messageTtlMs: 1_000 }) };
  const retry = retryMessage(ports);
  const end = (messageId: string, state: FinalState) =>
    storage.traffic.commit(
      aBatch(dispatcher, {
        outcomes: [{ messageId, state, failure: { code: "receipt-1", detail: "so" }, at: clock.now() }],
      }),
    );
  /** A text of the app's to the first participant; null: still on its way. */
  const text = async (state: FinalState | null) => {
    const message = aNoticeTo(route, { id: ids.next(), receivedAt: clock.now() });
    await conversations.addMessages(conversation.id, [message]);
    if (state) await end(message.id, state);
    return message.id;
  };
  const bulk = retryFailed({ conversations, clock, retry });
  return { storage, clock, conversation, ids, text, end, bulk, retry: (id: string) => retry(id, ids) };
};

describe("sending once more what failed", () => {
  test("makes a new message to the same person, and answers with it however often it is asked for", async () => {
    const { text, retry, storage } = await createHarness();
    const id = await text("failed");
    const first = await retry(id);
    if (first.kind !== "retried") throw new Error(first.kind);
    expect(first).toMatchObject({ isNew: true, message: { state: "queued", retryOf: id, attempts: 0 } });
    expect(await retry(id)).toEqual({ ...first, isNew: false });
    expect(await storage.conversations.message(id)).toMatchObject({
      ...{ state: "failed", retriedAs: first.message.id },
    });
  });

  test("is refused for what has not failed, and for what there is not", async () => {
    const { text, retry } = await createHarness();
    for (const state of [null, "delivered", "blocked"] as const)
      expect(await retry(await text(state))).toEqual({ kind: "not-failed", state: state ?? "queued" });
    expect(await retry(freshId())).toEqual({ kind: "not-found" });
    expect(await retry(await text("expired"))).toMatchObject({ kind: "retried" });
  });

  test("is refused once its recipient has left", async () => {
    const { text, retry, storage, conversation } = await createHarness();
    const id = await text("failed");
    const [a] = conversation.participants;
    await storage.conversations.swap(swapOf(conversation, a.id, aParticipant(a.virtualNumber)));
    expect(await retry(id)).toEqual({ kind: "participant-left" });
  });

  test("in bulk goes on from page to page, and never finds what itself has made", async () => {
    const { storage, clock, conversation, text, bulk, ids, end } = await createHarness();
    for (let each = 0; each < 5; each += 1) await text("failed");
    clock.advance(1);
    const input = { serviceId: null, code: "receipt-1", since: null, isDryRun: false };
    const pages: number[] = [];
    for (let after: string | null = null, isFirst = true; isFirst || after !== null; isFirst = false) {
      const { retried, next } = await bulk(input, { limit: 2, after }, ids);
      pages.push(retried);
      after = next;
      const { items } = await storage.conversations.messages(conversation.id, { limit: 200, after: null });
      for (const { id, state } of items) if (state === "queued") await end(id, "failed");
      clock.advance(1);
    }
    expect(pages).toEqual([2, 2, 1]);
  });

  test("never goes past an opt-out or the end of a conversation, repeats nothing twice, and counts all of a page", async () => {
    type Step = "fail" | "expire" | "deliver" | "queue" | "stop" | "start" | "close" | "retry" | "dry-run";
    const steps = fc.array(
      fc.constantFrom<Step>(
        "fail",
        "fail",
        "expire",
        "deliver",
        "queue",
        "stop",
        "start",
        "retry",
        "dry-run",
        "close",
      ),
      { maxLength: 20, size: "max" },
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.integer({ min: 1, max: 3 }), async (planned, limit) => {
        const { storage, clock, conversation, text, bulk, ids } = await createHarness();
        const { conversations, optOuts } = storage;
        const [recipient] = conversation.participants;
        const input = { serviceId: null, code: "receipt-1", since: null };
        let [isStopped, isClosed] = [false, false];
        const failed = new Set<string>();
        const retried = new Set<string>();
        for (const step of planned) {
          clock.advance(1);
          const now = clock.now();
          const isOpen = !isStopped && !isClosed;
          if (step === "stop") await optOuts.put(DEFAULT_SERVICE_ID, recipient.number, now);
          if (step === "start") await optOuts.remove(DEFAULT_SERVICE_ID, recipient.number, now);
          if (step === "stop" || step === "start") isStopped = step === "stop";
          if (step === "close") {
            await conversations.close({
              ...{ id: conversation.id, reason: "requested", at: now, quarantinedUntil: FAR_OFF },
              unlessTextedAfter: null,
            });
            isClosed = true;
          }
          if ((step === "fail" || step === "expire") && isOpen)
            failed.add(await text(step === "fail" ? "failed" : "expired"));
          if (step === "deliver" && isOpen) await text("delivered");
          if (step === "queue" && isOpen) await text(null);
          if (step === "retry" || step === "dry-run") {
            const waiting = [...failed].filter((id) => !retried.has(id)).sort();
            const isDryRun = step === "dry-run";
            const done = await bulk({ ...input, isDryRun }, { limit, after: null }, ids);
            const found = waiting.slice(0, limit);
            const isSent = isOpen && !isDryRun;
            expect(done.found).toBe(found.length);
            expect(done.retried).toBe(isSent ? found.length : 0);
            expect([...done.refused.values()].reduce((sum, count) => sum + count, 0)).toBe(
              isOpen || isDryRun ? 0 : found.length,
            );
            expect(done.next !== null).toBe(waiting.length > limit);
            if (isSent) for (const id of found) retried.add(id);
          }
        }
        const { items } = await conversations.messages(conversation.id, { limit: 200, after: null });
        const repeated = items.flatMap(({ retryOf }) => retryOf ?? []);
        expect(repeated.toSorted()).toEqual([...retried].toSorted());
      }),
      { numRuns: 100 },
    );
  });
});
