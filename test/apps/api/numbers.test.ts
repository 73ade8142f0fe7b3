import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Digits } from "#apps/simulator/phone-number.ts";
import { expectProblem, open, opened, rent, somebody } from "./participants.ts";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi({
    simulator: { rented: [{ country: "GB", msisdn: "447418999001" as Digits }] },
    on: "postgres",
    settings: { quarantineMs: 0, reassignAfterMs: 0 },
  });
});
afterAll(() => api.stop());

const all = async () => (await api.ask("GET", "/v1/numbers?limit=200")).body.items;
const one = async (number: string) =>
  (await all()).find((each: { number: string }) => each.number === number);

describe("our numbers", () => {
  test("are searched and rented at the carrier, and their texts directed to us", async () => {
    const found = await api.ask("GET", "/v1/numbers/available?country=GB&features=SMS&contains=77");
    expect(found.status).toBe(200);
    expect(found.body.items.length).toBeGreaterThan(0);
    for (const offer of found.body.items) {
      expect(offer).toEqual({
        number: expect.stringContaining("77"),
        country: "GB",
        features: expect.arrayContaining(["SMS"]),
        monthlyCost: expect.any(String),
      });
    }
    const [number] = await rent(api, 1);
    expect(await one(number!)).toEqual({
      number,
      service: "default",
      country: "GB",
      features: expect.arrayContaining(["SMS"]),
      state: "active",
      liveRoutes: 0,
      quarantinedRoutes: 0,
      addedAt: expect.stringMatching(/Z$/),
    });
    const owned = api.simulator.ownedNumbers().find(({ msisdn }) => `+${msisdn}` === number);
    expect(owned?.settings).toMatchObject({ moHttpUrl: `${api.url}/webhooks/vonage/inbound` });
  });

  test("are registered when they were rented elsewhere; twice changes nothing", async () => {
    const number = "+447418999001";
    const first = await api.ask("POST", "/v1/numbers", { body: { number } });
    expect(first).toMatchObject({
      status: 201,
      body: { number, country: "GB", features: ["SMS"], state: "active" },
    });
    const again = await api.ask("POST", "/v1/numbers", { body: { number, country: "US" } });
    expect(again.body).toEqual(first.body);
  });

  test("are not registered when the carrier account does not hold them, as all their texts would fail", async () => {
    const reply = await api.ask("POST", "/v1/numbers", { body: { number: "+447418999009" } });
    expectProblem(reply, 422, "invalid-request", ["number"]);
    expect(await one("+447418999009")).toBeUndefined();
    const offline = await startApi({ settings: { vonageApiKey: undefined, vonageApiSecret: undefined } });
    expect((await offline.ask("POST", "/v1/numbers", { body: { number: "+447418999009" } })).status).toBe(
      201,
    );
    await offline.stop();
  });

  test("are listed page by page", async () => {
    await rent(api, 3);
    const numbers: string[] = [];
    let cursor = "";
    do {
      const { body } = await api.ask("GET", `/v1/numbers?limit=2${cursor && `&cursor=${cursor}`}`);
      numbers.push(...body.items.map(({ number }: { number: string }) => number));
      cursor = body.next ?? "";
    } while (cursor !== "");
    expect(numbers).toEqual((await all()).map(({ number }: { number: string }) => number));
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test("that are drained get nothing new, and are given back once nothing is left on them", async () => {
    for (const { number } of await all()) await api.ask("DELETE", `/v1/numbers/${number}`);
    const [number] = await rent(api, 1);
    const { id } = await opened(api, { intro: false });
    expectProblem(await api.ask("DELETE", `/v1/numbers/${number}`), 409, "number-in-use");
    expect(await one(number!)).toMatchObject({ state: "draining", liveRoutes: 2 });
    expectProblem(await open(api), 409, "pool-exhausted");
    await api.ask("POST", `/v1/conversations/${id}/close`);
    expect((await api.ask("DELETE", `/v1/numbers/${number}`)).status).toBe(204);
    expect(await all()).toEqual([]);
    expect(api.simulator.ownedNumbers().some(({ msisdn }) => `+${msisdn}` === number)).toBe(false);
    expectProblem(await api.ask("DELETE", `/v1/numbers/${number}`), 404, "not-found");
    expectProblem(await api.ask("POST", `/v1/numbers/${number}/drain`), 404, "not-found");
  });

  test("that were used lately are kept until late texts go to nobody else, and it is said until when", async () => {
    const careful = await startApi({ settings: { quarantineMs: 0 } });
    const [number, unused] = await rent(careful, 2);
    for (const each of [number, unused]) await careful.ask("POST", `/v1/numbers/${each}/drain`);
    expect((await careful.ask("DELETE", `/v1/numbers/${unused}`)).status).toBe(204);
    const [other] = await rent(careful, 1);
    const { id, closedAt } = await opened(careful, { intro: false });
    const { body } = await careful.ask("POST", `/v1/conversations/${id}/close`);
    expect(closedAt).toBeNull();
    const refused = await careful.ask("DELETE", `/v1/numbers/${other}`);
    expectProblem(refused, 409, "number-in-use");
    const from = new Date(Date.parse(body.closedAt) + 45 * 86_400_000).toISOString();
    expect(refused.body.detail).toContain(from);
    await careful.stop();
  });

  test("are rented on the fly as far as the budget goes", async () => {
    const thrifty = await startApi({
      on: "postgres",
      settings: { rentCountries: new Map([["GB", 2]]) },
    });
    const ann = somebody();
    const openWith = () =>
      open(thrifty, { participants: [{ number: ann }, { number: somebody() }], intro: false });
    expect((await openWith()).status).toBe(201);
    expect((await openWith()).status).toBe(201);
    expectProblem(await openWith(), 409, "pool-exhausted");
    expect((await thrifty.ask("GET", "/v1/numbers")).body.items).toHaveLength(2);
    await thrifty.stop();
  });

  test("must not be a participant's own", async () => {
    await rent(api, 1);
    const { participants } = await opened(api, { intro: false });
    const reply = await api.ask("POST", "/v1/numbers", { body: { number: participants[0].number } });
    expectProblem(reply, 422, "invalid-request", ["number"]);
  });
});

describe("what cannot be", () => {
  test.each<[string, object, readonly string[]]>([
    ["no country", { count: 1 }, ["country"]],
    ["a country that is none", { country: "Britain", count: 1 }, ["country"]],
    ["no number at all", { country: "GB", count: 0 }, ["count"]],
    ["too many", { country: "GB", count: 101 }, ["count"]],
    ["half a number", { country: "GB", count: 1.5 }, ["count"]],
    ["features that are none", { country: "GB", count: 1, features: ["sms"] }, ["features.0"]],
  ])("renting %s is refused", async (_, body, paths) => {
    expectProblem(await api.ask("POST", "/v1/numbers/rent", { body }), 422, "invalid-request", paths);
  });

  test("a number in the path must be one", async () => {
    expectProblem(await api.ask("POST", "/v1/numbers/12/drain"), 422, "invalid-request", ["number"]);
  });

  test.each<[string, object]>([
    ["refuses our credentials", { status: 401 }],
    ["is asked too often", { status: 429 }],
    ["is broken", { status: 500 }],
  ])("a carrier that %s is a 503, and nothing is rented", async (_, http) => {
    const before = (await all()).length;
    api.simulator.setFaults({ http });
    const reply = await api.ask("POST", "/v1/numbers/rent", { body: { country: "GB", count: 1 } });
    api.simulator.clearFaults();
    expectProblem(reply, 503, "unavailable");
    expect(await all()).toHaveLength(before);
  });
});
