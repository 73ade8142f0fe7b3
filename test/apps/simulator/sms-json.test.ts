import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { signature } from "#apps/simulator/webhooks/signature.ts";

const HANDSET = "447700900001";
const NUMBER = "447418300000";
const SECRET = "my_secret_key_for_testing";

interface Answer {
  readonly "message-count": string;
  readonly messages: readonly Record<string, string>[];
}

describe("POST /sms/json", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({
      rented: [{ country: "GB", msisdn: NUMBER }],
      account: { signatureSecret: SECRET, allowedDestinations: [HANDSET, NUMBER], balance: 0.5 },
    });
  });
  afterEach(() => simulator.stop());

  const post = async (
    body: string | URLSearchParams,
    headers: Record<string, string> = {},
    query = "",
  ): Promise<Answer> => {
    const answer = await fetch(`${simulator.httpUrl}/sms/json${query}`, { method: "POST", body, headers });
    expect(answer.status).toBe(200);
    return (await answer.json()) as Answer;
  };
  const basic = () => {
    const { apiKey, apiSecret } = simulator.account;
    return { authorization: `Basic ${Buffer.from(`${apiKey}:${apiSecret}`).toString("base64")}` };
  };
  const sms = { from: NUMBER, to: HANDSET, text: "hello" };
  const statusOf = (answer: Answer) => answer.messages[0]!.status;
  const form = (params: Record<string, string>) => post(new URLSearchParams(params), basic());

  it("takes form, JSON and a secret in the query", async () => {
    const { apiKey, apiSecret } = simulator.account;
    expect(statusOf(await form(sms))).toBe("0");
    const json = JSON.stringify({ ...sms, "status-report-req": true, ttl: 900_000 });
    expect(statusOf(await post(json, { ...basic(), "content-type": "application/json" }))).toBe("0");
    const query = `?api_key=${apiKey}&api_secret=${apiSecret}`;
    expect(statusOf(await post(new URLSearchParams(sms), {}, query))).toBe("0");
    expect(simulator.inbox(HANDSET).map(({ text }) => text)).toEqual(["hello", "hello", "hello"]);
  });

  it("answers in strings only", async () => {
    const answer = await form(sms);
    expect(answer["message-count"]).toBe("1");
    for (const value of Object.values(answer.messages[0]!)) expect(typeof value).toBe("string");
  });

  it("takes a signed request, and refuses a wrong signature or one beside a secret", async () => {
    const { apiKey, apiSecret } = simulator.account;
    const params = { ...sms, api_key: apiKey, timestamp: "1490638615" };
    const sig = signature(params, SECRET, "md5hash");
    expect(statusOf(await post(new URLSearchParams({ ...params, sig })))).toBe("0");
    expect(statusOf(await post(new URLSearchParams({ ...params, sig, text: "other" })))).toBe("14");
    expect(statusOf(await post(new URLSearchParams({ ...params, sig, api_secret: apiSecret })))).toBe("32");
    expect(statusOf(await post(new URLSearchParams({ ...params, sig }), basic()))).toBe("32");
  });

  it.each([
    ["2", { from: "" }],
    ["2", { text: "" }],
    ["3", { to: "+447700900001" }],
    ["3", { to: "12345" }],
    ["3", { type: "wap" }],
    ["3", { ttl: "1" }],
    ["3", { "client-ref": "x".repeat(101) }],
    ["12", { text: "x".repeat(3_201) }],
    ["15", { from: "447418399999" }],
    ["15", { from: "Somebody" }],
    ["23", { callback: "nowhere" }],
    ["29", { to: "447700900002" }],
  ])("answers status %s to %j, and no handset shows anything", async (status, change) => {
    const answer = await form({ ...sms, ...change });
    expect(statusOf(answer)).toBe(status);
    expect(answer.messages[0]!["error-text"]).not.toBe("");
    expect(simulator.inbox(HANDSET)).toHaveLength(0);
    expect(simulator.stats().http).toMatchObject({ submits: 1, accepted: 0, refused: 1 });
  });

  it("answers status 2 without and 4 with wrong credentials", async () => {
    expect(statusOf(await post(new URLSearchParams(sms)))).toBe("2");
    expect(statusOf(await post(new URLSearchParams({ ...sms, api_key: "a", api_secret: "b" })))).toBe("4");
  });

  it("answers status 9 when the money is gone", async () => {
    const statuses: unknown[] = [];
    for (let part = 0; part < 16; part += 1) statuses.push(statusOf(await form(sms)));
    expect(statuses.filter((status) => status === "0")).toHaveLength(15);
    expect(statuses.at(-1)).toBe("9");
  });

  it("throttles above 30 a second and says for how long", async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => form({ ...sms, to: "447700900009" })));
    const throttled = answers.filter((answer) => statusOf(answer) === "1");
    expect(throttled.length).toBeGreaterThanOrEqual(10);
    expect(throttled[0]!.messages[0]!["error-text"]).toMatch(/please wait \[ \d+ \] and retry/);
    expect(simulator.stats().http.peakPerSecond).toBe(40);
  });

  it("counts a text to a rented number, which nobody gets", async () => {
    expect(statusOf(await form({ ...sms, to: NUMBER }))).toBe("0");
    expect(simulator.stats()).toMatchObject({ toVirtual: 1, http: { toVirtual: 1 } });
    expect(simulator.inbox(NUMBER)).toHaveLength(0);
  });
});
