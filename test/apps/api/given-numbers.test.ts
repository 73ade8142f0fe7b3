import { afterAll, beforeAll, expect, test } from "vitest";
import { expectProblem, open, rent, somebody } from "./participants.ts";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
let numbers: readonly string[];
beforeAll(async () => {
  api = await startApi();
  numbers = await rent(api, 3);
});
afterAll(() => api.stop());

test("a conversation opens with the numbers that are given for its participants", async () => {
  const reply = await open(api, {
    participants: [
      { number: somebody(), virtualNumber: numbers[2] },
      { number: somebody(), virtualNumber: numbers[1] },
    ],
  });
  expect(reply.status).toBe(201);
  const given = reply.body.participants.map(({ virtualNumber }: { virtualNumber: string }) => virtualNumber);
  expect(given).toEqual([numbers[2], numbers[1]]);
});

test("a number that means somebody to the other participant already is not given again", async () => {
  const ann = { number: somebody() };
  const first = [ann, { number: somebody(), virtualNumber: numbers[0] }];
  expect((await open(api, { participants: first })).status).toBe(201);
  const second = await open(api, { participants: [ann, { number: somebody(), virtualNumber: numbers[0] }] });
  expectProblem(second, 409, "number-in-use");
  const found = await api.ask("POST", "/v1/conversations/search", { body: { participant: ann.number } });
  expect(found.body.items).toHaveLength(1);
  const other = await open(api, { participants: [ann, { number: somebody(), virtualNumber: numbers[1] }] });
  expect(other.status).toBe(201);
});

test("a number that is not ours, or is being drained, stands for nobody", async () => {
  const [drained] = await rent(api, 1);
  await api.ask("POST", `/v1/numbers/${encodeURIComponent(drained!)}/drain`, { body: {} });
  for (const virtualNumber of [somebody(), drained]) {
    const participants = [{ number: somebody() }, { number: somebody(), virtualNumber }];
    expectProblem(await open(api, { participants }), 422, "invalid-request", [
      "participants.1.virtualNumber",
    ]);
  }
});

test("a reserved number stands for whom it is given to, and is chosen for nobody", async () => {
  const number = "+447418999001";
  const market = { vonageApiKey: undefined, vonageApiSecret: undefined };
  const alone = await startApi({ settings: market });
  await alone.ask("POST", "/v1/numbers", { body: { number: "+447418999002", country: "GB" } });
  const added = await alone.ask("POST", "/v1/numbers", {
    body: { number, country: "GB", state: "reserved" },
  });
  expect(added).toMatchObject({ status: 201, body: { state: "reserved" } });
  const participants = [{ number: somebody() }, { number: somebody(), virtualNumber: number }];
  expect((await open(alone, { participants })).status).toBe(201);
  for (let openings = 0; openings < 8; openings++) {
    const { body } = await open(alone);
    for (const { virtualNumber } of body.participants) expect(virtualNumber).not.toBe(number);
  }
  const mine = await alone.ask("GET", "/v1/pool?service=default");
  expect(mine.body.items).toContainEqual(expect.objectContaining({ service: "default", country: "GB" }));
  const reserved = mine.body.items.map((pool: { numbers: { reserved: number } }) => pool.numbers.reserved);
  expect(reserved).toEqual([1]);
  expectProblem(await alone.ask("GET", "/v1/pool?service=nobody"), 404, "not-found");
  await alone.stop();
});
