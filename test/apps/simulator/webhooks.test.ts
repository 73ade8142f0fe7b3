import { AlgorithmTypes } from "@vonage/auth";
import { Vonage } from "@vonage/server-sdk";
import { afterEach, describe, expect, it } from "vitest";
import { noLimits, type SimulatorOptions } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { type CaughtWebhook, type WebhookSink, webhookSink } from "#test/support/simulator-webhook-sink.ts";

const HANDSET = "447700900001";
const NUMBER = "447418300000";
const SECRET = "my_secret_key_for_testing";

let simulator: Simulator | undefined;
let sink: WebhookSink | undefined;

const start = async (
  options: SimulatorOptions,
  answer?: (webhook: CaughtWebhook) => number,
): Promise<{ simulator: Simulator; sink: WebhookSink }> => {
  sink = await webhookSink(answer);
  simulator = await startSimulator({
    limits: noLimits,
    rented: [{ country: "GB", msisdn: NUMBER, moHttpUrl: `${sink.url}/inbound` }],
    ...options,
    webhooks: {
      statusUrl: `${sink.url}/status`,
      retry: { firstMs: 20, factor: 2, maxMs: 100, attempts: 20, horizonMs: 60_000 },
      ...options.webhooks,
    },
  });
  return { simulator, sink };
};

afterEach(async () => {
  await simulator?.stop();
  await sink?.stop();
});

const inboundOf = (sink: WebhookSink, count: number) =>
  eventually(
    () => (sink.on("/inbound").length >= count ? sink.on("/inbound") : undefined),
    `${count} webhooks`,
  );

const sendFrom = (simulator: Simulator, params: Record<string, string>) => {
  const { apiKey, apiSecret } = simulator.account;
  return fetch(`${simulator.httpUrl}/sms/json`, {
    method: "POST",
    body: new URLSearchParams({
      api_key: apiKey,
      api_secret: apiSecret,
      from: NUMBER,
      to: HANDSET,
      ...params,
    }),
  }).then((answer) => answer.json() as Promise<{ messages: Record<string, string>[] }>);
};

describe("what a handset texts", () => {
  it.each([
    ["get", "GET", undefined],
    ["form", "POST", "application/x-www-form-urlencoded; charset=UTF-8"],
    ["json", "POST", "application/json"],
  ] as const)(
    "arrives in the format %s, signed so that Vonage's SDK agrees",
    async (format, method, type) => {
      const { simulator, sink } = await start({
        account: { signatureSecret: SECRET, signatureMethod: "sha256" },
        webhooks: { format },
      });
      simulator.text(HANDSET, NUMBER, "stop & = €?");
      const [webhook] = await inboundOf(sink, 1);
      expect(webhook).toMatchObject({ method, type });
      expect(webhook!.params).toMatchObject({
        msisdn: HANDSET,
        to: NUMBER,
        text: "stop & = €?",
        type: "text",
        keyword: "STOP",
        "api-key": simulator.account.apiKey,
      });
      expect(webhook!.params.messageId).toMatch(/^[0-9A-F]{16}$/);
      expect(webhook!.params["message-timestamp"]).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
      expect(webhook!.params).not.toHaveProperty("concat");
      const { sms } = new Vonage({ apiKey: "x", apiSecret: "y" });
      const { sig = "" } = webhook!.params;
      expect(sms.verifySignature(sig, { ...webhook!.params }, SECRET, AlgorithmTypes.sha256hmac)).toBe(true);
    },
  );

  it("arrives unsigned when the account has no signature secret", async () => {
    const { simulator, sink } = await start({});
    simulator.text(HANDSET, NUMBER, "hello");
    const [webhook] = await inboundOf(sink, 1);
    expect(webhook!.params).not.toHaveProperty("sig");
    expect(webhook!.params).not.toHaveProperty("nonce");
  });

  it("arrives in parts when it is long, each with an id of its own", async () => {
    const { simulator, sink } = await start({});
    const text = "Ünïcode 😀 ".repeat(30);
    simulator.text(HANDSET, NUMBER, text);
    const [first] = await inboundOf(sink, 1);
    const total = Number(first!.params["concat-total"]);
    const parts = (await inboundOf(sink, total)).map(({ params }) => params);
    expect(new Set(parts.map((params) => params.messageId)).size).toBe(total);
    expect(new Set(parts.map((params) => params["concat-ref"])).size).toBe(1);
    expect(parts.every((params) => params.concat === "true" && params.type === "unicode")).toBe(true);
    const inOrder = parts.toSorted((a, b) => Number(a["concat-part"]) - Number(b["concat-part"]));
    expect(inOrder.map((params) => params.text).join("")).toBe(text);
  });

  it("arrives in parts out of order, twice, or without saying that they are parts", async () => {
    const { simulator, sink } = await start({});
    const text = "a long text of many parts ".repeat(60);
    simulator.setFaults({ webhook: { reorder: true, duplicatePercent: 100 } });
    simulator.text(HANDSET, NUMBER, text);
    const total = Math.ceil(text.length / 153);
    const webhooks = await inboundOf(sink, total * 2);
    const order = webhooks.map(({ params }) => Number(params["concat-part"]));
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
    expect(new Set(webhooks.map(({ params }) => params.messageId)).size).toBe(total);

    simulator.setFaults({ webhook: { stripConcat: true } });
    simulator.text(HANDSET, NUMBER, text);
    const all = await inboundOf(sink, total * 3);
    expect(all.slice(total * 2).some(({ params }) => "concat" in params)).toBe(false);
  });

  it("goes to the account's address when the number has none, and nowhere when nobody has", async () => {
    const { simulator, sink } = await start({ rented: [{ country: "GB", msisdn: NUMBER }] });
    simulator.text(HANDSET, NUMBER, "lost");
    await eventually(() => simulator.stats().http.lost === 1, "the loss");
    simulator.setWebhookUrls({ inboundUrl: `${sink.url}/inbound` });
    simulator.text(HANDSET, NUMBER, "found");
    expect((await inboundOf(sink, 1))[0]!.params.text).toBe("found");
  });

  it("comes again after 503, 429 or no answer, and not after 404", async () => {
    let tries = 0;
    const { simulator, sink } = await start({ webhooks: { responseTimeoutMs: 100 } }, ({ params }) => {
      if (params.text === "final") return 404;
      tries += 1;
      return [503, 429, 0, 204][tries - 1] ?? 200;
    });
    simulator.text(HANDSET, NUMBER, "hello");
    const webhooks = await inboundOf(sink, 4);
    expect(new Set(webhooks.map(({ params }) => params.messageId)).size).toBe(1);
    await eventually(() => simulator.stats().http.acks === 1, "the acknowledgement");
    expect(simulator.stats().http).toMatchObject({ delivers: 4, retries: 3, acks: 1, lost: 0 });

    simulator.text(HANDSET, NUMBER, "final");
    await eventually(() => simulator.stats().http.lost === 1, "the loss");
    expect(sink.on("/inbound").filter(({ params }) => params.text === "final")).toHaveLength(1);
  });

  it("keeps the order of one person's texts also when one is refused, and lets others go on", async () => {
    let refusals = 3;
    const { simulator, sink } = await start({}, ({ params }) => {
      if (params.text !== "first" || refusals === 0) return 200;
      refusals -= 1;
      return 503;
    });
    for (const text of ["first", "second", "third"]) simulator.text(HANDSET, NUMBER, text);
    simulator.text("447700900009", NUMBER, "of another");
    const webhooks = await inboundOf(sink, 7);
    const own = webhooks.filter(({ params }) => params.msisdn === HANDSET).map(({ params }) => params.text);
    expect(own).toEqual(["first", "first", "first", "first", "second", "third"]);
    expect(webhooks.findIndex(({ params }) => params.text === "of another")).toBeLessThan(3);
  });

  it("keeps the order of one person's texts", async () => {
    const { simulator, sink } = await start({});
    const words = Array.from({ length: 200 }, (_, index) => `text ${index}`);
    for (const text of words) simulator.text(HANDSET, NUMBER, text);
    const webhooks = await inboundOf(sink, words.length);
    expect(webhooks.map(({ params }) => params.text)).toEqual(words);
  });
});

describe("a delivery receipt", () => {
  it("goes to the message's own callback before the account's address", async () => {
    const { simulator, sink } = await start({});
    await sendFrom(simulator, { text: "one", callback: `${sink.url}/mine` });
    await eventually(() => sink.on("/mine").length === 1, "the receipt");
    expect(sink.on("/status")).toHaveLength(0);
  });

  it("is not made when it is not asked for", async () => {
    const { simulator, sink } = await start({});
    await sendFrom(simulator, { text: "quiet", "status-report-req": "false" });
    await sendFrom(simulator, { text: "loud" });
    await eventually(() => sink.on("/status").length === 1, "the receipt");
    expect(simulator.stats().http.receipts).toBe(1);
  });

  it("comes before the answer, twice, says failed, or comes not at all, as the faults want it", async () => {
    const { simulator, sink } = await start({});
    simulator.setFaults({ receipts: { firstPercent: 100 } });
    const { messages } = await sendFrom(simulator, { text: "first" });
    const answeredAt = performance.now();
    const [receipt] = sink.on("/status");
    expect(receipt!.at).toBeLessThan(answeredAt);
    expect(receipt!.params).toMatchObject({ messageId: messages[0]!["message-id"], status: "delivered" });

    simulator.setFaults({ receipts: { duplicatePercent: 100, failPercent: 100 } });
    await sendFrom(simulator, { text: "failed twice" });
    await eventually(() => sink.on("/status").length === 3, "two receipts");
    expect(sink.on("/status").at(-1)!.params).toMatchObject({ status: "failed", "err-code": "1" });

    simulator.setFaults({ receipts: { none: true } });
    await sendFrom(simulator, { text: "none" });
    simulator.setFaults({ receipts: { delayMs: 1 } });
    const last = await sendFrom(simulator, { text: "last" });
    await eventually(() => sink.on("/status").length >= 4, "the last receipt");
    expect(sink.on("/status").at(-1)!.params.messageId).toBe(last.messages[0]!["message-id"]);
    expect(sink.on("/status")).toHaveLength(4);
  });

  it("has one of its own for every part", async () => {
    const { simulator, sink } = await start({ messageIds: "uuid" });
    const { messages } = await sendFrom(simulator, { text: "a".repeat(400) });
    expect(messages).toHaveLength(3);
    await eventually(() => sink.on("/status").length === 3, "three receipts");
    const ids = sink.on("/status").map(({ params }) => params.messageId);
    expect(new Set(ids)).toEqual(new Set(messages.map((message) => message["message-id"])));
    expect(ids[0]).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-a[\da-f]{3}-[\da-f]{12}$/);
  });
});
