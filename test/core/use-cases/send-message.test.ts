import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { rulesOf } from "#core/ports/services.ts";
import { sendMessage } from "#core/use-cases/send-message.ts";
import {
  aBatch,
  aConversation,
  aNumber,
  aParticipant,
  freshNumber,
  NOON,
  openingOf,
} from "#test/support/traffic-builders.ts";

const createHarness = async () => {
  const clock = memoryClock(NOON);
  const storage = memoryStorage({ clock });
  const [v, w] = [freshNumber(), freshNumber()];
  for (const number of [v, w]) await storage.numbers.add(aNumber(number));
  const conversation = aConversation([aParticipant(v), aParticipant(w)]);
  await storage.conversations.open(openingOf(conversation));
  const send = sendMessage({
    conversations: storage.conversations,
    clock,
    rulesOf: rulesOf(storage.services, {
      messageTtlMs: 1_000,
      quietHours: { from: "20:00", to: "08:00", days: ["sun"] },
    }),
  });
  return { clock, storage, conversation, send, ids: memoryIds({ clock, process: 5 }) };
};

describe("a text from the platform", () => {
  test("comes to each from the number that stands for the other one", async () => {
    const { storage, conversation, send, ids } = await createHarness();
    const outcome = await send({ conversationId: conversation.id, to: "all", text: "Rate your ride" }, ids);
    expect(outcome).toMatchObject({ kind: "queued", messages: [{ state: "queued" }, { state: "queued" }] });
    await storage.dispatch.join({
      id: "d",
      kind: "gateway",
      leaseMs: 1_000,
      silentAfterMs: 0,
      recoverFrom: "",
    });
    await storage.dispatch.heartbeat({ dispatcher: "d", recoverFrom: "", mayExpire: true });
    const claims = await storage.dispatch.claim({
      dispatcher: "d",
      ownedRecipientIds: [],
      limit: 9,
      now: NOON,
    });
    const [a, b] = conversation.participants;
    expect(claims.map(({ message }) => [message.source, message.destination])).toEqual([
      [b.virtualNumber, a.number],
      [a.virtualNumber, b.number],
    ]);
  });

  test("that advertises waits until it is day where they are, its time counts from then, and it is shown as it came", async () => {
    const { clock, storage, send, ids } = await createHarness();
    // A Saturday evening in New York, whose clocks are changed in the night; the number alone might be of Hawaii.
    clock.set(Date.UTC(2026, 2, 8, 1, 30));
    const evening = clock.now();
    const numbers = [freshNumber(), freshNumber()] as const;
    for (const number of numbers) await storage.numbers.add(aNumber(number));
    const [rider, driver] = [
      aParticipant(numbers[0], { number: "12025550101" as Msisdn, timeZone: "America/New_York" }),
      aParticipant(numbers[1], { number: "12025550102" as Msisdn }),
    ];
    const { id: conversationId } = await (async () => {
      const conversation = aConversation([rider, driver]);
      await storage.conversations.open(openingOf(conversation));
      return conversation;
    })();
    const ad = (text: string) => send({ conversationId, to: rider.id, text, isPromotional: true }, ids);
    expect(await ad("First")).toMatchObject({
      kind: "queued",
      messages: [{ state: "queued", receivedAt: evening, queuedAt: Date.UTC(2026, 2, 9, 12) }],
    });
    clock.advance(5);
    await ad("Second");
    await send({ conversationId, to: rider.id, text: "Your driver is here" }, ids);
    const join = { kind: "gateway", leaseMs: 1_000, silentAfterMs: 0, recoverFrom: "" } as const;
    await storage.dispatch.join({ id: "d", ...join });
    await storage.dispatch.heartbeat({ dispatcher: "d", recoverFrom: "", mayExpire: true });
    const claim = async (now: number) => {
      const claims = await storage.dispatch.claim({ dispatcher: "d", ownedRecipientIds: [], limit: 9, now });
      const at = { state: "blocked", failure: null, at: now } as const;
      await storage.traffic.commit(
        aBatch("d", { outcomes: claims.map(({ message }) => ({ messageId: message.id, ...at })) }),
      );
      return claims.map(({ message }) => [message.text, message.expiresAt]);
    };
    expect(await claim(clock.now())).toEqual([["Your driver is here", clock.now() + 1_000]]);
    const morning = Date.UTC(2026, 2, 9, 12);
    expect(await claim(morning - 1)).toEqual([]);
    expect(await claim(morning)).toEqual([["First", morning + 1_000]]);
    expect(await claim(morning)).toEqual([["Second", morning + 1_000]]);
    expect(await send({ conversationId, to: driver.id, text: "Ad", isPromotional: true }, ids)).toMatchObject(
      {
        messages: [{ queuedAt: Date.UTC(2026, 2, 9, 18) }],
      },
    );
  });

  test("to one goes to nobody else, and repeated with the same ids goes once", async () => {
    const { clock, storage, conversation, send } = await createHarness();
    const [, b] = conversation.participants;
    const repeatable = () => memoryIds({ clock, process: 7 });
    const input = { conversationId: conversation.id, to: b.id, text: "Your driver waits" };
    const first = await send(input, repeatable());
    expect(await send(input, repeatable())).toEqual(first);
    const { items } = await storage.conversations.messages(conversation.id, { limit: 9, after: null });
    expect(items.map(({ recipientId }) => recipientId)).toEqual([b.id]);
  });

  test("is refused after close, to strangers, and to who wants none; then neither of the two gets it", async () => {
    const { storage, conversation, send, ids } = await createHarness();
    const [a, b] = conversation.participants;
    const input = { conversationId: conversation.id, to: "all", text: "hello" } as const;
    expect(await send({ ...input, conversationId: "none" }, ids)).toEqual({ kind: "not-found" });
    expect(await send({ ...input, to: "nobody" }, ids)).toEqual({ kind: "unknown-participant" });
    await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON);
    expect(await send(input, ids)).toEqual({ kind: "opted-out", participantId: b.id });
    expect((await send({ ...input, to: a.id }, ids)).kind).toBe("queued");
    const closing = { reason: "requested", at: NOON, quarantinedUntil: NOON, unlessTextedAfter: null };
    await storage.conversations.close({ id: conversation.id, ...closing });
    expect(await send({ ...input, to: a.id }, ids)).toEqual({ kind: "closed" });
    const { items } = await storage.conversations.messages(conversation.id, { limit: 9, after: null });
    expect(items).toHaveLength(1);
  });

  test("never tells one the other's number, however it is written", async () => {
    const { conversation, send, ids } = await createHarness();
    const [a, b] = conversation.participants;
    const spaced = [...b.number].join(" ");
    const text = `Call +${spaced} instead`;
    expect(await send({ conversationId: conversation.id, to: a.id, text }, ids)).toEqual({
      kind: "reveals-number",
    });
    expect((await send({ conversationId: conversation.id, to: b.id, text }, ids)).kind).toBe("queued");
  });
});
