import { describe, expect, test } from "vitest";
import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryIds } from "#adapters/memory/ids.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import { rulesOf } from "#core/ports/services.ts";
import { sendMessage } from "#core/use-cases/send-message.ts";
import {
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
    rulesOf: rulesOf(storage.services, { messageTtlMs: 1_000 }),
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
