import { afterEach, describe, expect, test } from "vitest";
import { type NumberMarketOptions, vonageNumberMarket } from "#adapters/vonage-http/number-market.ts";
import { vonageSdk } from "#adapters/vonage-http/sdk.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { NumberQuery } from "#core/ports/number-market.ts";
import { until } from "./raw-http.ts";
import { answerJson, type Script, type ScriptedCarrier, startScriptedCarrier } from "./scripted-carrier.ts";

const NUMBER = "447700900000" as Msisdn;
const QUERY: NumberQuery = { country: "GB", features: ["SMS"], contains: null, limit: 10 };
const SUCCESS = { "error-code": "200", "error-code-label": "success" };
const FAILED = { "error-code": "420", "error-code-label": "method failed" };
const OFFER = {
  country: "GB",
  msisdn: NUMBER,
  type: "mobile-lvn",
  initialPrice: "1.25",
  cost: "1.25",
  features: ["VOICE", "SMS", "MMS"],
};

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const connectMarket = (restHost: string, timeoutMs = 5_000, options: Partial<NumberMarketOptions> = {}) =>
  vonageNumberMarket({
    sdk: vonageSdk({ apiKey: "abcd1234", apiSecret: "s3cr3tS3cr3t", restHost, timeoutMs }),
    inboundUrl: "https://sms.example/webhooks/vonage/inbound",
    systemType: "proxy",
    spacingMs: 0,
    ownedSpacingMs: 0,
    throttledPauseMs: 1,
    ...options,
  });

const start = async (script: Script, timeoutMs?: number, options?: Partial<NumberMarketOptions>) => {
  const carrier = await startScriptedCarrier(script);
  ends.push(carrier.close);
  return { carrier, market: connectMarket(carrier.url, timeoutMs, options) };
};

/** Answers by path; everything else is 404. */
const byPath =
  (scripts: Readonly<Record<string, Script>>): Script =>
  (request, response) =>
    (scripts[request.path] ?? answerJson({}, 404))(request, response);

const paths = (carrier: ScriptedCarrier) => carrier.seen.map(({ path }) => path);

describe("Looking for numbers", () => {
  test("asks for country, features and digits, and reads what is offered", async () => {
    const { carrier, market } = await start(answerJson({ count: 1, numbers: [OFFER] }));
    const found = await market.search({ ...QUERY, features: ["VOICE", "SMS"], contains: "77", limit: 5 });
    expect(found).toEqual({
      ok: true,
      value: [{ number: NUMBER, country: "GB", features: ["VOICE", "SMS", "MMS"], monthlyCost: "1.25" }],
    });
    const [request] = carrier.seen;
    expect(request).toMatchObject({ method: "GET", path: "/number/search" });
    expect(request!.query).toEqual({
      country: "GB",
      features: "SMS,VOICE",
      pattern: "77",
      search_pattern: "1",
      size: "5",
      index: "1",
    });
    const basic = Buffer.from("abcd1234:s3cr3tS3cr3t").toString("base64");
    expect(request!.headers.authorization).toBe(`Basic ${basic}`);
  });

  test.each([{}, { count: 0, numbers: [] }])("may find none: %j", async (body) => {
    const { carrier, market } = await start(answerJson(body));
    expect(await market.search(QUERY)).toEqual({ ok: true, value: [] });
    expect(carrier.seen).toHaveLength(1);
  });

  test("leaves out what it cannot read, what repeats and what lacks a feature, and looks at further pages", async () => {
    const offers = (from: number, features: unknown) =>
      Array.from({ length: 3 }, (_, at) => ({ ...OFFER, msisdn: `4477009000${from + at}`, features }));
    const pages = [
      [...offers(10, ["SMS"]), null, { msisdn: "none" }, { ...OFFER, msisdn: 447700900010, cost: 2 }],
      [...offers(20, ["VOICE"]), ...offers(30, "SMS")],
      [...offers(11, ["SMS"]), ...offers(40, ["SMS"])],
      [],
    ];
    const { carrier, market } = await start(({ query }, response) =>
      answerJson({ count: 60, numbers: pages[Number(query.index) - 1] ?? [] })({} as never, response),
    );
    const found = await market.search({ ...QUERY, limit: 9 });
    expect(found.ok && found.value.map(({ number }) => number)).toEqual([
      ...[10, 11, 12, 13, 40, 41, 42].map((last) => `4477009000${last}`),
    ]);
    expect(carrier.seen.map(({ query }) => query.index)).toEqual(["1", "2", "3", "4", "5"]);
  });
});

describe("Renting a number", () => {
  test("buys it", async () => {
    const { carrier, market } = await start(answerJson(SUCCESS));
    expect(await market.rent(NUMBER, "GB")).toEqual({ ok: true, value: undefined });
    expect(carrier.seen).toMatchObject([
      { method: "POST", path: "/number/buy", form: { country: "GB", msisdn: NUMBER } },
    ]);
  });

  test.each([
    ["that is ours already is fine", { count: 1, numbers: [OFFER] }, { ok: true }],
    ["that others have is refused as taken", {}, { ok: false, error: { kind: "taken" } }],
    [
      "of which only a similar one is ours is refused as taken",
      { count: 1, numbers: [{ ...OFFER, msisdn: `${NUMBER}1` }] },
      { ok: false, error: { kind: "taken" } },
    ],
  ])("%s", async (_, owned, outcome) => {
    const { carrier, market } = await start(
      byPath({ "/number/buy": answerJson(FAILED, 420), "/account/numbers": answerJson(owned) }),
    );
    expect(await market.rent(NUMBER, "GB")).toMatchObject(outcome);
    expect(carrier.seen[1]!.query).toMatchObject({ country: "GB", pattern: NUMBER });
  });

  test("that the carrier rents only by hand is refused for good", async () => {
    const text =
      "Numbers from this country can be requested from the Dashboard, subject to a valid local address";
    for (const body of [{ ...FAILED, "error-code-label": text }, text]) {
      const { market } = await start(
        byPath({ "/number/buy": answerJson(body, 420), "/account/numbers": answerJson({}) }),
      );
      const failure = { kind: "refused", code: "number-restricted" };
      expect(await market.rent(NUMBER, "GB")).toMatchObject({ ok: false, error: failure });
    }
  });

  test("believes the code inside an answer rather than HTTP's 200", async () => {
    const { market } = await start(
      byPath({ "/number/buy": answerJson(FAILED), "/account/numbers": answerJson({}) }),
    );
    expect(await market.rent(NUMBER, "GB")).toMatchObject({ ok: false, error: { kind: "taken" } });
  });
});

describe("Directing a number's texts to us", () => {
  test("sets webhook and system type", async () => {
    const { carrier, market } = await start(answerJson(SUCCESS));
    expect((await market.configure(NUMBER, "GB")).ok).toBe(true);
    expect(carrier.seen[0]).toMatchObject({
      path: "/number/update",
      form: {
        country: "GB",
        msisdn: NUMBER,
        moHttpUrl: "https://sms.example/webhooks/vonage/inbound",
        moSmppSysType: "proxy",
      },
    });
  });

  test("leaves alone what is not set", async () => {
    const { carrier, market } = await start(answerJson(SUCCESS), 5_000, { inboundUrl: null });
    await market.configure(NUMBER, "GB");
    expect(carrier.seen[0]!.form).toEqual({ country: "GB", msisdn: NUMBER, moSmppSysType: "proxy" });
    const none = connectMarket(carrier.url, 5_000, { inboundUrl: null, systemType: null });
    expect((await none.configure(NUMBER, "GB")).ok).toBe(true);
    expect(carrier.seen).toHaveLength(1);
  });

  test.each([
    ["ours, but our webhook did not answer", { count: 1, numbers: [OFFER] }, "unavailable"],
    ["not ours", {}, "refused"],
  ])("fails for a number that is %s", async (_, owned, kind) => {
    const { market } = await start(
      byPath({ "/number/update": answerJson(FAILED, 420), "/account/numbers": answerJson(owned) }),
    );
    expect(await market.configure(NUMBER, "GB")).toMatchObject({ ok: false, error: { kind } });
  });
});

describe("Giving a number back", () => {
  test("cancels it", async () => {
    const { carrier, market } = await start(answerJson(SUCCESS));
    expect((await market.release(NUMBER, "GB")).ok).toBe(true);
    expect(carrier.seen[0]).toMatchObject({
      path: "/number/cancel",
      form: { country: "GB", msisdn: NUMBER },
    });
  });

  test.each([
    ["is fine when it is not ours", {}, { ok: true }],
    [
      "is to be tried again when it is",
      { count: 1, numbers: [OFFER] },
      { ok: false, error: { kind: "unavailable" } },
    ],
  ])("%s", async (_, owned, outcome) => {
    const { market } = await start(
      byPath({ "/number/cancel": answerJson(FAILED, 420), "/account/numbers": answerJson(owned) }),
    );
    expect(await market.release(NUMBER, "GB")).toMatchObject(outcome);
  });
});

describe("A number service in trouble", () => {
  const everything = (market: ReturnType<typeof connectMarket>) =>
    Promise.all([
      market.search(QUERY),
      market.rent(NUMBER, "GB"),
      market.configure(NUMBER, "GB"),
      market.release(NUMBER, "GB"),
    ]);

  test.each<[string, Script, string]>([
    ["401", answerJson({ "error-code": "401" }, 401), "carrier-credentials"],
    ["500", answerJson("<html>", 500), "carrier-unreachable"],
    ["garbage", answerJson("<html>{"), "carrier-unreachable"],
    ["JSON of another kind", answerJson('["x"]'), "carrier-unreachable"],
    ["null", answerJson("null"), "carrier-unreachable"],
    ["plain text", (_, response) => response.end("hello"), "carrier-unreachable"],
    ["nothing in time", () => {}, "carrier-unreachable"],
    ["a cut connection", (_, response) => response.destroy(), "carrier-unreachable"],
    [
      "half an answer",
      (_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
        response.write("{", () => response.destroy());
      },
      "carrier-unreachable",
    ],
    ["429 for ever", answerJson({}, 429), "carrier-throttled"],
  ])("that answers %s is unavailable, and nothing of the call leaks", async (_, script, code) => {
    const { market } = await start(script, 300);
    for (const outcome of await everything(market)) {
      expect(outcome).toMatchObject({ ok: false, error: { kind: "unavailable", code } });
      expect(Object.keys(!outcome.ok && outcome.error)).toEqual(["kind", "code", "detail"]);
      expect(JSON.stringify(outcome)).not.toMatch(new RegExp(`${NUMBER}|s3cr3t|Basic`));
    }
  });

  test("that is not there is unavailable", async () => {
    const { carrier } = await start(answerJson(SUCCESS));
    await carrier.close();
    for (const outcome of await everything(connectMarket(carrier.url)))
      expect(outcome).toMatchObject({ ok: false, error: { kind: "unavailable" } });
  });

  test("is asked again after 429, when it says", async () => {
    let refusals = 2;
    const { carrier, market } = await start((request, response) => {
      refusals -= 1;
      const answer = refusals < 0 ? answerJson(SUCCESS) : answerJson({}, 429, { "retry-after": "0" });
      answer(request, response);
    });
    expect((await market.rent(NUMBER, "GB")).ok).toBe(true);
    expect(paths(carrier)).toEqual(["/number/buy", "/number/buy", "/number/buy"]);
  });

  test("with long refusals does not hold connections", async () => {
    const { carrier, market } = await start(answerJson("x".repeat(200_000), 503));
    for (let call = 0; call < 30; call += 1) await market.search(QUERY);
    await until(() => carrier.connections().open <= 2);
  });
});

test("Calls begin as far apart as the carrier wants them", async () => {
  const begun: number[] = [];
  const { market } = await start(
    (request, response) => {
      begun.push(performance.now());
      answerJson({})(request, response);
    },
    5_000,
    { spacingMs: 60 },
  );
  await Promise.all([1, 2, 3, 4].map(() => market.search(QUERY)));
  // Timers and sockets may each be a little early or late.
  expect(begun.at(-1)! - begun[0]!).toBeGreaterThan(3 * 60 - 40);
});
