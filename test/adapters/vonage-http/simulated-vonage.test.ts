import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Koa from "koa";
import { afterEach, describe, expect, test } from "vitest";
import { httpLink } from "#adapters/vonage-http/carrier-link.ts";
import { vonageIdentityInsights } from "#adapters/vonage-http/identity-insights.ts";
import { vonageNumberInsight } from "#adapters/vonage-http/number-insight.ts";
import { vonageNumberMarket } from "#adapters/vonage-http/number-market.ts";
import type { ReceivedMessage } from "#adapters/vonage-http/payload.ts";
import { vonageSdk } from "#adapters/vonage-http/sdk.ts";
import { SIGNATURE_METHODS } from "#adapters/vonage-http/signature.ts";
import { webhookHandler } from "#adapters/vonage-http/webhooks.ts";
import type { SimulatorOptions } from "#apps/simulator/options.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { startSimulator } from "#apps/simulator/simulator.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { Attempt } from "#core/ports/carrier-link.ts";
import { sentOver } from "#test/support/sent-over.ts";
import { close, listen, until } from "./raw-http.ts";

const HANDSET = "447700900123" as Msisdn;
const WHOLE: Attempt = { partsAccepted: 0, partsMax: 1, reference: 0 };
const SECRET = "a signature secret of the account";
const clock = { now: () => Date.now() };

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** A simulated Vonage, our webhooks, and everything that we ask of the one and are brought by the other. */
const start = async (options: SimulatorOptions = {}) => {
  const simulator = await startSimulator({ limits: noLimits, ...options });
  const { account, httpUrl } = simulator;
  const messages: ReceivedMessage[] = [];
  const receipts: Receipt[] = [];
  const { signatureSecret: secret, signatureMethod: method } = account;
  const webhooks = webhookHandler({
    signing: secret ? { secret, method } : null,
    accept: async (message) => {
      messages.push(message);
      return "accepted";
    },
    receipt: async (receipt) => {
      receipts.push(receipt);
      return "accepted";
    },
    clock,
  });
  const server = createServer(new Koa().use(webhooks).callback());
  const here = `http://127.0.0.1:${await listen(server)}/webhooks/vonage`;
  const { apiKey, apiSecret } = account;
  const sdk = vonageSdk({ apiKey, apiSecret, restHost: httpUrl, apiHost: httpUrl });
  const market = vonageNumberMarket({
    sdk,
    inboundUrl: `${here}/inbound`,
    systemType: null,
    spacingMs: 0,
    ownedSpacingMs: 0,
  });
  const link = httpLink({
    name: "http-1",
    restHost: httpUrl,
    apiKey,
    apiSecret,
    callbackUrl: `${here}/status`,
    clock,
    backOffMs: 5,
    timeoutMs: 1_000,
  });
  ends.push(link.stop, simulator.stop, () => close(server));
  const rent = async (): Promise<Msisdn> => {
    const found = await market.search({ country: "GB", features: ["SMS"], contains: null, limit: 1 });
    const number = found.ok && found.value[0]?.number;
    if (!number) throw new Error("The simulated carrier has no number");
    expect(await market.rent(number, "GB")).toEqual({ ok: true, value: undefined });
    expect(await market.configure(number, "GB")).toEqual({ ok: true, value: undefined });
    return number;
  };
  return { simulator, market, link, sdk, messages, receipts, rent };
};

const message = (source: Msisdn, text: string): OutboundMessage => ({
  id: randomUUID(),
  conversationId: randomUUID(),
  senderId: null,
  recipientId: randomUUID(),
  priority: "relay",
  source,
  destination: HANDSET,
  text,
  receivedAt: clock.now(),
  expiresAt: clock.now() + 3_600_000,
});

describe("With the simulated Vonage", () => {
  const formats = ["get", "form", "json"] as const;
  const ways = formats.flatMap((format) =>
    [null, ...SIGNATURE_METHODS].map((method) => ({ format, method })),
  );

  test.each(ways)("a text and a receipt come by $format, signed by $method", async ({ format, method }) => {
    const { simulator, link, messages, receipts, rent } = await start({
      webhooks: { format },
      account: method ? { signatureSecret: SECRET, signatureMethod: method } : {},
    });
    const number = await rent();
    simulator.text(HANDSET, number, "Hi & bye = ü €");
    await until(() => messages.length === 1);
    expect(messages[0]).toMatchObject({ from: HANDSET, to: number, text: "Hi & bye = ü €", part: null });
    const sent = await sentOver(link, message(number, "Fine & dandy + ü"), WHOLE);
    expect(simulator.inbox(HANDSET)).toMatchObject([{ from: number, text: "Fine & dandy + ü" }]);
    await until(() => receipts.length === 1);
    expect(receipts[0]).toMatchObject({
      state: "delivered",
      carrierIds: sent.kind === "accepted" ? sent.carrierIds : [],
    });
  });

  test("long texts come in parts, and go out whole with an id and a receipt for each part", async () => {
    const { simulator, link, messages, receipts, rent } = await start();
    const number = await rent();
    const long = "A long text with things to say 👍. ".repeat(20);
    simulator.text(HANDSET, number, long);
    await until(() => messages.length > 0 && messages.length === messages[0]!.part?.total);
    const sorted = [...messages].sort((a, b) => a.part!.index - b.part!.index);
    expect(sorted.map(({ text }) => text).join("")).toBe(long);
    expect(new Set(messages.map(({ key }) => key)).size).toBe(messages.length);
    expect(new Set(messages.map(({ part }) => part!.reference)).size).toBe(1);
    const sent = await sentOver(link, message(number, long), WHOLE);
    if (sent.kind !== "accepted") throw new Error(sent.kind);
    expect(sent.carrierIds.length).toBeGreaterThan(1);
    expect(simulator.inbox(HANDSET).map(({ text }) => text)).toEqual([long]);
    await until(() => receipts.length === sent.carrierIds.length);
    expect(receipts.flatMap(({ carrierIds }) => carrierIds).sort()).toEqual([...sent.carrierIds].sort());
  });

  test("a carrier in trouble is told apart", async () => {
    const { simulator, link, rent } = await start();
    const number = await rent();
    const outcomes = async (faults: unknown) => {
      simulator.setFaults(faults);
      return (await sentOver(link, message(number, "Hello"), WHOLE)).kind;
    };
    expect(await outcomes({})).toBe("accepted");
    expect(await outcomes({ throttleFor: "10s" })).toBe("throttled");
    expect(await outcomes({ http: { status: 401 } })).toBe("retry");
    expect(await outcomes({ http: { status: 420 } })).toBe("retry");
    expect(await outcomes({ http: { status: 429 } })).toBe("throttled");
    expect(await outcomes({ http: { status: 500 } })).toBe("retry");
    expect(await outcomes({ http: { garbagePercent: 100 } })).toBe("unknown");
    expect(await outcomes({ http: { dropPercent: 100 } })).toBe("unknown");
    expect(await outcomes({ http: { mutePercent: 100 } })).toBe("unknown");
    expect(await outcomes({})).toBe("accepted");
    expect((await sentOver(link, message("447700900999" as Msisdn, "Hello"), WHOLE)).kind).toBe("refused");
  });

  test("renting, directing and giving back may be repeated, and a number that others have is taken", async () => {
    const { simulator, market, rent } = await start();
    const number = await rent();
    expect(simulator.ownedNumbers().map(({ msisdn }) => msisdn)).toEqual([number]);
    expect((await market.rent(number, "GB")).ok).toBe(true);
    expect((await market.configure(number, "GB")).ok).toBe(true);
    const other = "447700900999" as Msisdn;
    expect(await market.rent(other, "GB")).toMatchObject({ error: { kind: "taken" } });
    expect(await market.configure(other, "GB")).toMatchObject({ error: { kind: "refused" } });
    for (let times = 0; times < 2; times += 1) expect((await market.release(number, "GB")).ok).toBe(true);
    expect(simulator.ownedNumbers()).toEqual([]);
    const none = await market.search({ country: "ZZ", features: [], contains: null, limit: 10 });
    expect(none).toEqual({ ok: true, value: [] });
  });

  test("the paces of the number service are kept", async () => {
    const simulator = await startSimulator();
    ends.push(simulator.stop);
    const { apiKey, apiSecret } = simulator.account;
    const sdk = vonageSdk({ apiKey, apiSecret, restHost: simulator.httpUrl });
    const market = vonageNumberMarket({ sdk, inboundUrl: null, systemType: "proxy" });
    const found = await market.search({ country: "GB", features: ["SMS"], contains: null, limit: 4 });
    if (!found.ok) throw new Error(found.error.code);
    const outcomes = await Promise.all(found.value.map(({ number }) => market.rent(number, "GB")));
    expect(outcomes.every(({ ok }) => ok)).toBe(true);
    expect(simulator.ownedNumbers()).toHaveLength(4);
  });

  test("a number is looked up, by either service", async () => {
    const { simulator, sdk } = await start();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const identity = vonageIdentityInsights({
      applicationId: randomUUID(),
      privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      host: simulator.httpUrl,
      clock,
    });
    for (const service of [vonageNumberInsight({ sdk }), identity]) {
      const valid = { kind: "valid", number: HANDSET, country: "GB", callingCode: "44" };
      expect(await service.lookup(HANDSET, "GB")).toEqual(valid);
      expect((await service.lookup("999123456789" as Msisdn, null)).kind).toBe("invalid");
    }
    simulator.setFaults({ http: { status: 500 } });
    for (const service of [vonageNumberInsight({ sdk }), identity])
      expect((await service.lookup(HANDSET, null)).kind).toBe("unavailable");
  });
});
