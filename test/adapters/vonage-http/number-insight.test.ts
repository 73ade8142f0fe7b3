import { generateKeyPairSync, verify } from "node:crypto";
import { afterEach, describe, expect, test } from "vitest";
import { vonageIdentityInsights } from "#adapters/vonage-http/identity-insights.ts";
import { vonageNumberInsight } from "#adapters/vonage-http/number-insight.ts";
import { vonageSdk } from "#adapters/vonage-http/sdk.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { answerJson, type Script, startScriptedCarrier } from "./scripted-carrier.ts";

const NUMBER = "447700900000" as Msisdn;
const VALID = { kind: "valid", number: NUMBER, country: "GB", callingCode: "44" };
const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const start = async (script: Script, now = Date.now) => {
  const carrier = await startScriptedCarrier(script);
  ends.push(carrier.close);
  const sdk = vonageSdk({ apiKey: "abcd1234", apiSecret: "s3cr3t", apiHost: carrier.url, timeoutMs: 300 });
  const identity = vonageIdentityInsights({
    applicationId: "11111111-2222-4333-8444-555555555555",
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    host: `${carrier.url}/`,
    clock: { now },
    timeoutMs: 300,
  });
  return { carrier, basic: vonageNumberInsight({ sdk }), identity };
};

const basicFound = {
  status: 0,
  status_message: "Success",
  request_id: "7f4a8a16-aa89-4078-b0ae-7743da34aca5",
  international_format_number: NUMBER,
  national_format_number: "07700 900000",
  country_code: "GB",
  country_code_iso3: "GBR",
  country_name: "United Kingdom",
  country_prefix: "44",
};

const identityFound = (format: object) => ({ request_id: "uuid", insights: { format } });
const FORMAT = {
  country_code: "GB",
  country_name: "United Kingdom",
  country_prefix: "44",
  number_international: `+${NUMBER}`,
  number_national: "07700 900000",
  is_format_valid: true,
  status: { code: "OK", message: "Success" },
};

describe("Number Insight Basic", () => {
  test("finds a number", async () => {
    const { carrier, basic } = await start(answerJson(basicFound));
    expect(await basic.lookup(NUMBER, "GB")).toEqual(VALID);
    expect(carrier.seen[0]).toMatchObject({
      method: "GET",
      path: "/ni/basic/json",
      query: { number: NUMBER },
    });
  });

  test.each([
    [3, "invalid"],
    [1, "unavailable"],
    [4, "unavailable"],
    [5, "unavailable"],
    [9, "unavailable"],
    [999, "unavailable"],
    ["3", "invalid"],
  ])("says by status %j, with HTTP 200, that the number is %s", async (status, kind) => {
    const status_message = `Invalid request :: Not valid number format detected [ ${NUMBER} ]`;
    const { basic } = await start(answerJson({ status, status_message }));
    const found = await basic.lookup(NUMBER, null);
    expect(found.kind).toBe(kind);
    expect(JSON.stringify(found)).not.toContain(NUMBER);
  });
});

describe("Identity Insights", () => {
  test("finds a number, asked with the application's token", async () => {
    const { carrier, identity } = await start(answerJson(identityFound(FORMAT)));
    expect(await identity.lookup(NUMBER, null)).toEqual(VALID);
    const [request] = carrier.seen;
    expect(request).toMatchObject({ method: "POST", path: "/identity-insights/v1/requests" });
    expect(JSON.parse(request!.body)).toEqual({ phone_number: NUMBER, insights: { format: {} } });
    const [, head, claims, signature] = /^Bearer (.+)\.(.+)\.(.+)$/.exec(request!.headers.authorization!)!;
    const signed = Buffer.from(`${head}.${claims}`);
    expect(verify("RSA-SHA256", signed, publicKey, Buffer.from(signature!, "base64url"))).toBe(true);
    const decode = (part: string) => JSON.parse(Buffer.from(part, "base64url").toString());
    expect(decode(head!)).toEqual({ alg: "RS256", typ: "JWT" });
    const { application_id, iat, exp, jti } = decode(claims!);
    expect(application_id).toBe("11111111-2222-4333-8444-555555555555");
    expect(exp - iat).toBe(900);
    expect(jti).toMatch(/^[0-9a-f-]{36}$/);
  });

  test("uses a token again, but never one that is about to run out", async () => {
    let now = 1_000_000_000_000;
    const { carrier, identity } = await start(answerJson(identityFound(FORMAT)), () => now);
    for (const later of [0, 599_000, 2_000, -3_600_000]) {
      now += later;
      await identity.lookup(NUMBER, null);
    }
    const tokens = carrier.seen.map(({ headers }) => headers.authorization);
    expect(tokens[1]).toBe(tokens[0]);
    expect(new Set(tokens).size).toBe(3);
  });

  test.each([
    [{ status: { code: "INVALID_NUMBER_FORMAT" } }, "invalid"],
    [{ ...FORMAT, is_format_valid: false }, "invalid"],
    [{ status: { code: "SUPPLIER_ERROR" } }, "unavailable"],
    [{ status: { code: "NO_COVERAGE" } }, "unavailable"],
    [{ ...FORMAT, country_code: "United Kingdom" }, "unavailable"],
    [{ ...FORMAT, number_international: "+1" }, "unavailable"],
    [{}, "unavailable"],
  ])("says by %j that the number is %s", async (format, kind) => {
    const { identity } = await start(answerJson(identityFound(format)));
    expect((await identity.lookup(NUMBER, null)).kind).toBe(kind);
  });
});

describe("A lookup service in trouble", () => {
  test.each<[string, Script]>([
    ["401", answerJson({ title: "Unauthorized" }, 401)],
    ["422", answerJson({ title: "Unprocessable" }, 422)],
    ["429", answerJson({}, 429)],
    ["500", answerJson("<html>", 500)],
    ["garbage", answerJson("<html>{")],
    ["null", answerJson("null")],
    ["an empty object", answerJson({})],
    ["nothing in time", () => {}],
    ["a cut connection", (_, response) => response.destroy()],
    [
      "half an answer",
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
        response.write("{", () => response.destroy());
      },
    ],
  ])("that answers %s is unavailable, and tells nothing", async (_, script) => {
    const { basic, identity } = await start(script);
    for (const insight of [basic, identity]) {
      const found = await insight.lookup(NUMBER, null);
      expect(found.kind).toBe("unavailable");
      expect(JSON.stringify(found)).not.toMatch(new RegExp(`${NUMBER}|s3cr3t|Bearer|Basic [A-Za-z]{8}`));
    }
  });

  test("is not followed elsewhere with our token", async () => {
    const { carrier, identity } = await start((request, response) =>
      answerJson(identityFound(FORMAT), 307, { location: "/elsewhere" })(request, response),
    );
    expect((await identity.lookup(NUMBER, null)).kind).toBe("unavailable");
    expect(carrier.seen).toHaveLength(1);
  });

  test("that is not there is unavailable", async () => {
    const { carrier, basic, identity } = await start(answerJson({}));
    await carrier.close();
    for (const insight of [basic, identity])
      expect((await insight.lookup(NUMBER, null)).kind).toBe("unavailable");
  });
});
