import { DEFAULT_SERVICE_ID } from "#core/domain/service.ts";
import type { Storage } from "#core/ports/storage.ts";
import {
  acceptanceOf,
  aNoticeTo,
  anInbound,
  anInboundOn,
  aReceipt,
  DAY,
  NOON,
  relayOf,
  relayWrite,
  requeuedOf,
  waitWrite,
} from "#test/support/traffic-builders.ts";
import { commit, type Fixture, joinDispatch, openFixture } from "./storage-fixture.ts";

/** Texts of every kind, on a conversation whose every word is personal. */
export const live = async (storage: Storage): Promise<Fixture & { readonly words: readonly string[] }> => {
  const fixture = await openFixture(storage, {
    a: { name: "Zuleika Dobson" },
    b: { name: "Hieronymus Bosch" },
    conversation: { reference: "order of Zuleika", metadata: { address: "221B Baker Street" } },
  });
  const { ab, ba, conversation, a, b } = fixture;
  const writer = await joinDispatch(storage);
  const stranger = "447911123456";
  const held = relayWrite(ab, { own: true, inbound: anInboundOn(ab, { text: "the parrot is resting" }) });
  const queued = relayWrite(ba, { inbound: anInboundOn(ba, { text: "the parrot is no more" }) });
  const part = anInbound(a.number, ab.virtualNumber, {
    key: `part of ${a.number}`,
    text: "first half of a parrot \ud83d",
    part: { reference: "udh8:7", total: 2, index: 1 },
  });
  const lost = anInbound(stranger, ab.virtualNumber, { text: "is this the parrot shop" });
  await commit(storage, writer, {
    inbound: [
      held,
      queued,
      waitWrite(part),
      {
        inbound: lost,
        serviceId: DEFAULT_SERVICE_ID,
        routeVersion: null,
        decision: { kind: "refuse", refusal: { kind: "unroutable", reason: "stranger" }, route: null },
        joins: [],
      },
    ],
  });
  await storage.conversations.addMessages(conversation.id, [
    aNoticeTo(ab, { text: "a word from the parrot" }),
  ]);
  await commit(storage, writer, {
    accepted: [acceptanceOf(held.inbound.id, { carrierId: "abc" })],
    receipts: [aReceipt("abc"), aReceipt("parked")],
    requeued: [requeuedOf(relayOf(ba, queued.inbound))],
  });
  await storage.optOuts.put(DEFAULT_SERVICE_ID, b.number, NOON);
  const request = {
    scope: `PUT ${a.number}`,
    key: `for ${b.number}`,
    fingerprint: `${a.number}`,
    at: NOON,
  };
  await storage.idempotency.begin({ ...request, seed: held.inbound.id });
  await storage.idempotency.finish(request, { status: 200, body: `{"number":"${b.number}"}` });
  await storage.conversations.close({
    id: conversation.id,
    reason: "Zuleika has left",
    at: NOON + DAY,
    quarantinedUntil: NOON + 2 * DAY,
    unlessTextedAfter: null,
  });
  const words = ["Zuleika", "Hieronymus", "Baker", "parrot", a.number, b.number, stranger, "44770"];
  return { ...fixture, words };
};

export const waited = (from: string, to: string) =>
  anInbound(from, to, { part: { reference: "udh8:7", total: 2, index: 1 } });
