import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "#test/support/simulator-eventually.ts";
import { expectProblem, opened, rent, somebody } from "./participants.ts";
import { type RunningApi, startApi } from "./running-api.ts";

const INBOUND = "/webhooks/vonage/inbound";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi({ on: "postgres" });
  await rent(api, 2);
});
afterAll(() => api.stop());

interface Conversation {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly handset: string;
}

const conversation = async (): Promise<Conversation> => {
  const { id, participants } = await opened(api, { intro: false });
  const [ann, ben] = participants;
  return { id, from: ann.number.slice(1), to: ben.virtualNumber.slice(1), handset: ben.number };
};

let messages = 0;

const webhook = ({ from, to }: Pick<Conversation, "from" | "to">, text: string, change: object = {}) => {
  messages += 1;
  return {
    msisdn: from,
    to,
    messageId: `0A${String(messages).padStart(14, "0")}`,
    text,
    type: "text",
    keyword: "HELLO",
    "message-timestamp": "2026-01-15 12:00:00",
    ...change,
  };
};

const deliver = (body: object) => api.ask("POST", INBOUND, { key: null, body });
const texts = (handset: string) => api.simulator.inbox(handset).map(({ text }) => text);
const recorded = async (id: string) => (await api.ask("GET", `/v1/conversations/${id}/messages`)).body.items;

describe("a webhook", () => {
  test("that comes a hundred times is relayed once", async () => {
    const own = await conversation();
    const body = webhook(own, "Once");
    await Promise.all(Array.from({ length: 50 }, () => deliver(body)));
    for (let i = 0; i < 50; i += 1) expect((await deliver(body)).status).toBe(200);
    // What was written later leaves later: after the last one there is nothing of the first to come.
    await deliver(webhook(own, "The end"));
    await eventually(() => texts(own.handset).includes("The end"), "the last text arrives");
    expect(texts(own.handset)).toEqual(["Once", "The end"]);
    expect(await recorded(own.id)).toHaveLength(2);
  });

  test("without words ends at once, in the log of its conversation, and nothing is sent", async () => {
    const own = await conversation();
    for (const text of ["", "\u0000\u0007", undefined])
      expect((await deliver({ ...webhook(own, ""), text })).status).toBe(200);
    const picture = {
      ...{ channel: "mms", message_type: "image", message_uuid: "aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab" },
      ...{ from: own.from, to: own.to, timestamp: "2026-01-15T12:00:00Z" },
      image: { url: "https://example.com/1.jpg" },
    };
    expect((await deliver(picture)).status).toBe(200);
    await deliver(webhook(own, "The end"));
    await eventually(() => texts(own.handset).includes("The end"), "the last text arrives");
    expect(texts(own.handset)).toEqual(["The end"]);
    const failures = (await recorded(own.id)).map(
      (message: { failure: { code: string } | null }) => message.failure?.code ?? null,
    );
    expect(failures).toEqual(["nothing-to-read", "nothing-to-read", "nothing-to-read", "media", null]);
  });

  test("with the same words as another one is another message", async () => {
    const own = await conversation();
    await deliver(webhook(own, "Hello?"));
    await deliver(webhook(own, "Hello?"));
    await eventually(() => texts(own.handset).length === 2, "both arrive");
    expect(texts(own.handset)).toEqual(["Hello?", "Hello?"]);
  });

  test("in parts is relayed as one text, in whatever order the parts come", async () => {
    const own = await conversation();
    const part = (index: number, text: string) =>
      webhook(own, text, {
        concat: "true",
        "concat-ref": "7",
        "concat-total": "3",
        "concat-part": String(index),
      });
    for (const body of [part(3, "three"), part(1, "one "), part(2, "two ")]) await deliver(body);
    await eventually(() => texts(own.handset).length > 0, "the whole text arrives");
    expect(texts(own.handset)).toEqual(["one two three"]);
  });

  test("as query or form says the same as JSON", async () => {
    const own = await conversation();
    const query = new URLSearchParams({ ...webhook(own, "By query") } as Record<string, string>);
    expect((await api.ask("GET", `${INBOUND}?${query}`, { key: null })).status).toBe(200);
    const form = new URLSearchParams({ ...webhook(own, "By form") } as Record<string, string>);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await api.ask("POST", INBOUND, { key: null, raw: String(form), headers })).status).toBe(200);
    await eventually(() => texts(own.handset).length === 2, "both arrive");
    expect(texts(own.handset)).toEqual(["By query", "By form"]);
  });

  test("for a number that is not ours, or from a stranger, is taken and goes nowhere", async () => {
    const own = await conversation();
    for (const pair of [
      { from: own.from, to: "447700900999" },
      { from: somebody().slice(1), to: own.to },
      { from: "VODAFONE", to: own.to },
      { from: own.to, to: own.to },
    ])
      expect((await deliver(webhook(pair, "To nobody"))).status).toBe(200);
    await deliver(webhook(own, "To somebody"));
    await eventually(() => texts(own.handset).length > 0, "what is ours arrives");
    expect(texts(own.handset)).toEqual(["To somebody"]);
  });

  test.each<[string, string]>([
    ["cut", '{"msisdn": "447700900'],
    ["empty", ""],
    ["of nothing we know", "{}"],
    ["without a number", '{"text": "x", "messageId": "1"}'],
  ])("that is %s is refused", async (_, raw) => {
    const { status } = await api.ask("POST", INBOUND, { key: null, raw });
    expect([400, 422]).toContain(status);
  });

  test("that is empty and asks whether we are there gets its 200", async () => {
    expect((await api.ask("GET", INBOUND, { key: null })).status).toBe(200);
    expect((await api.ask("GET", "/webhooks/vonage/status", { key: null })).status).toBe(200);
  });
});

test("a receipt with other numbers than its message's is acknowledged, changes nothing, and is told of", async () => {
  api.simulator.setFaults({ receipts: { none: true } });
  const own = await conversation();
  await deliver(webhook(own, "Did it arrive?"));
  const sent = async () => (await recorded(own.id))[0] ?? { state: null };
  await eventually(async () => (await sent()).state === "sent", "the carrier takes it");
  const [message] = await recorded(own.id);
  const handset = own.handset.slice(1);
  const ours = api.simulator.inbox(own.handset)[0]!.from;
  const receipt = { messageId: message.carrierMessageIds[0], status: "delivered", "err-code": "0" };
  const status = (pair: object) =>
    api.ask("POST", "/webhooks/vonage/status", { key: null, body: { ...receipt, ...pair } });
  for (const pair of [
    { msisdn: somebody().slice(1), to: ours },
    { msisdn: handset, to: "447700900999" },
    { msisdn: own.from, to: own.to },
  ]) {
    expect((await status(pair)).status).toBe(200);
    expect(await sent()).toMatchObject({ state: "sent" });
  }
  expect(api.log.filter((line) => line.includes("other numbers"))).not.toEqual([]);
  expect((await status({ msisdn: handset, to: ours })).status).toBe(200);
  await eventually(async () => (await sent()).state === "delivered", "its own receipt counts");
  api.simulator.clearFaults();
});

test("with a signature secret, signed webhooks pass, and others change nothing", async () => {
  const account = { signatureSecret: "secret-of-the-signature", signatureMethod: "sha256" } as const;
  const signed = await startApi({
    on: "postgres",
    simulator: { account },
    settings: {
      vonageSignatureSecret: account.signatureSecret,
      vonageSignatureMethod: account.signatureMethod,
    },
  });
  await rent(signed, 2);
  const { participants } = await opened(signed, { intro: false });
  const [ann, ben] = participants;
  const pair = { from: ann.number.slice(1), to: ben.virtualNumber.slice(1) };
  for (const change of [{}, { sig: "0".repeat(64) }, { sig: "" }, { sig: ["a", "b"] }])
    expectProblem(
      await signed.ask("POST", INBOUND, { key: null, body: webhook(pair, "Forged", change) }),
      401,
      "unauthorized",
    );
  signed.simulator.text(ann.number, ben.virtualNumber, "Genuine");
  await eventually(() => signed.simulator.inbox(ben.number).length > 0, "the genuine one arrives");
  expect(signed.simulator.inbox(ben.number).map(({ text }) => text)).toEqual(["Genuine"]);
  await signed.stop();
});
