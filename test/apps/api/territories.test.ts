import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, open, opened, rent, somebody } from "./participants.ts";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
let pool: readonly string[];

beforeAll(async () => {
  api = await startApi({ on: "postgres" });
  pool = [...(await rent(api, 2, "GB")), ...(await rent(api, 1, "US"))];
});
afterAll(() => api.stop());

const openedBetween = (number: string, other: string) =>
  opened(api, { participants: [{ number }, { number: other }], intro: false });

describe("a territory that shares a country's numbering plan", () => {
  test.each([
    ["JE", "+447797000001", "+44"],
    ["IM", "+447624000001", "+44"],
    ["GG", "+447781000001", "+44"],
    ["PR", "+17875550123", "+1"],
  ])("%s texts that country's numbers, and keeps its own name", async (country, number, callingCode) => {
    const { participants } = await openedBetween(number, somebody());
    const [person, other] = participants;
    expect(person.country).toBe(country);
    expect(other.virtualNumber.startsWith(callingCode)).toBe(true);
    expect(pool).toContain(other.virtualNumber);
  });

  test("is named itself when no number is free for it", async () => {
    const reply = await open(api, { participants: [{ number: "+590690000001" }, { number: somebody() }] });
    expectProblem(reply, 409, "pool-exhausted");
    expect(reply.body.detail).toContain(" GP ");
  });

  test.each([
    ["Canada", "+14165550123"],
    ["Jamaica", "+18765550123"],
  ])("%s is a country of its own, and gets no American number", async (_, number) => {
    const reply = await open(api, { participants: [{ number }, { number: somebody() }] });
    expectProblem(reply, 409, "pool-exhausted");
  });

  test("has numbers rented in the country, where a budget is set there alone", async () => {
    const renting = await startApi({ settings: { rentCountries: new Map([["GB", 2]]) } });
    const reply = await open(renting, {
      participants: [{ number: "+447797000001" }, { number: "+447624000001" }],
    });
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
    await renting.stop();
  });
});
