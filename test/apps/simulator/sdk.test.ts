import { generateKeyPairSync } from "node:crypto";
import { AlgorithmTypes } from "@vonage/auth";
import { tokenGenerate } from "@vonage/jwt";
import { Vonage } from "@vonage/server-sdk";
import { TypeEnum } from "@vonage/sms";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { type WebhookSink, webhookSink } from "#test/support/simulator-webhook-sink.ts";

const HANDSET = "447700900001";
const SECRET = "my_secret_key_for_testing";

describe("Vonage's own SDK, unmodified", () => {
  let simulator: Simulator;
  let sink: WebhookSink;
  let vonage: Vonage;

  beforeAll(async () => {
    sink = await webhookSink();
    simulator = await startSimulator({
      limits: noLimits,
      account: { signatureSecret: SECRET },
      webhooks: { statusUrl: `${sink.url}/status` },
    });
    const { apiKey, apiSecret } = simulator.account;
    const hosts = { restHost: simulator.httpUrl, apiHost: simulator.httpUrl };
    vonage = new Vonage({ apiKey, apiSecret }, hosts);
  });
  beforeEach(() => simulator.clearFaults());
  afterAll(async () => {
    await simulator.stop();
    await sink.stop();
  });

  const rent = async (country = "GB"): Promise<string> => {
    const { numbers = [] } = await vonage.numbers.getAvailableNumbers({ country });
    const { msisdn } = numbers[0]!;
    await vonage.numbers.buyNumber({ country, msisdn: msisdn! });
    return msisdn!;
  };

  it("searches, buys, sets up, lists and gives back a number", async () => {
    const found = await vonage.numbers.getAvailableNumbers({
      country: "US",
      pattern: "1415",
      searchPattern: 0,
      size: 5,
    } as never);
    expect(found.count).toBeGreaterThan(10);
    expect(found.numbers).toHaveLength(5);
    const msisdn = found.numbers![0]!.msisdn!;
    expect(msisdn).toMatch(/^1415/);

    const bought = await vonage.numbers.buyNumber({ country: "US", msisdn });
    expect(bought.errorCode).toBe("200");
    const updated = await vonage.numbers.updateNumber({
      country: "US",
      msisdn,
      moHttpUrl: `${sink.url}/probed?a=1&b=2`,
    });
    expect(updated.errorCode).toBe("200");
    expect(sink.caught.some(({ method, path }) => method === "GET" && path === "/probed")).toBe(true);

    const owned = await vonage.numbers.getOwnedNumbers({ pattern: msisdn, searchPattern: 0 } as never);
    expect(owned.numbers).toMatchObject([{ msisdn, moHttpUrl: `${sink.url}/probed?a=1&b=2` }]);

    await vonage.numbers.cancelNumber({ country: "US", msisdn });
    const after = await vonage.numbers.getOwnedNumbers({ pattern: msisdn, searchPattern: 0 } as never);
    expect(after.numbers).toBeUndefined();
  });

  it("is refused a number that is sold already, with status 420", async () => {
    const msisdn = await rent();
    await expect(vonage.numbers.buyNumber({ country: "GB", msisdn })).rejects.toThrow(/420/);
  });

  it("is refused a webhook address that does not answer 200", async () => {
    const msisdn = await rent();
    const update = { country: "GB", msisdn, moHttpUrl: "http://127.0.0.1:1/inbound" };
    await expect(vonage.numbers.updateNumber(update)).rejects.toThrow(/420/);
  });

  it("sends a text that a handset shows, and verifies the receipt", async () => {
    const from = await rent();
    const answer = await vonage.sms.send({ from, to: HANDSET, text: "Hello £ {€}", clientRef: "r-1" });
    expect(answer.messages[0]).toMatchObject({ to: HANDSET, status: "0", network: "23410" });
    expect(answer["message-count"]).toBe("1");
    const { text, parts, link } = simulator.inbox(HANDSET).at(-1)!;
    expect({ text, parts, link }).toEqual({ text: "Hello £ {€}", parts: 1, link: "http" });

    const id = answer.messages[0]!.messageId;
    const receipt = await eventually(
      () => sink.on("/status").find(({ params }) => params.messageId === id),
      "the receipt",
    );
    const { sig, ...rest } = receipt.params;
    expect(rest).toMatchObject({ msisdn: HANDSET, to: from, status: "delivered", "client-ref": "r-1" });
    expect(vonage.sms.verifySignature(sig!, receipt.params, SECRET, AlgorithmTypes.md5hash)).toBe(true);
  });

  it("sends a long text in parts, one id each, that a handset shows in one piece", async () => {
    const from = await rent();
    const text = "Привет 😀 ".repeat(30).trim();
    const { messages } = await vonage.sms.send({ from, to: HANDSET, text, type: TypeEnum.UNICODE });
    expect(new Set(messages.map(({ messageId }) => messageId)).size).toBe(messages.length);
    const shown = simulator.inbox(HANDSET).at(-1)!;
    expect(shown.text).toBe(text);
    expect(shown.parts).toBe(messages.length);
    expect(shown.parts).toBeGreaterThan(3);
  });

  it("sees what the default alphabet has not arrive as question marks unless it says unicode", async () => {
    const from = await rent();
    await vonage.sms.send({ from, to: HANDSET, text: "ça 😀" });
    expect(simulator.inbox(HANDSET).at(-1)!.text).toBe("?a ?");
  });

  it("hears why a text was not sent", async () => {
    const failure = await vonage.sms
      .send({ from: "447700900999", to: HANDSET, text: "x" })
      .catch((error: { getFailedMessages(): { status: string }[] }) => error.getFailedMessages()[0]);
    expect(failure).toMatchObject({ status: "15" });
  });

  it("looks a number up", async () => {
    const facts = await vonage.numberInsights.basicLookup("447700900000");
    expect(facts).toMatchObject({
      status: 0,
      national_format_number: "07700 900000",
      country_code: "GB",
      country_code_iso3: "GBR",
      country_name: "United Kingdom",
      country_prefix: "44",
    });
    await expect(vonage.numberInsights.basicLookup("12")).resolves.toMatchObject({ status: 3 });
  });

  it("reads the balance, which sending lowers", async () => {
    const from = await rent();
    const before = (await vonage.accounts.getBalance()).value;
    await vonage.sms.send({ from, to: HANDSET, text: "costs" });
    expect((await vonage.accounts.getBalance()).value).toBeCloseTo(before - 0.0333, 4);
  });

  it("is refused with a wrong secret", async () => {
    const hosts = { restHost: simulator.httpUrl, apiHost: simulator.httpUrl };
    const stranger = new Vonage({ apiKey: simulator.account.apiKey, apiSecret: "wrong" }, hosts);
    await expect(stranger.numbers.getOwnedNumbers()).rejects.toThrow(/401/);
    const failure = await stranger.sms
      .send({ from: "447700900999", to: HANDSET, text: "x" })
      .catch((error: { getFailedMessages(): { status: string }[] }) => error.getFailedMessages()[0]);
    expect(failure).toMatchObject({ status: "4" });
  });

  it("makes application tokens that Identity Insights takes, and no other", async () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const token = tokenGenerate("aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab", pem);
    const ask = (authorization: string) =>
      fetch(`${simulator.httpUrl}/identity-insights/v1/requests`, {
        method: "POST",
        headers: { authorization, "content-type": "application/json" },
        body: JSON.stringify({ phone_number: "14155550101", insights: { format: {}, current_carrier: {} } }),
      });
    const answer = await ask(`Bearer ${token}`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({
      insights: {
        format: { country_code: "US", number_international: "+14155550101", is_format_valid: true },
        current_carrier: { network_type: "MOBILE", status: { code: "OK" } },
      },
    });
    expect((await ask("Bearer nonsense")).status).toBe(401);
  });
});
