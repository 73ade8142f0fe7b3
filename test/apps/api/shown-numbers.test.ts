import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, open, opened, rent, somebody } from "./participants.ts";
import { type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi({ on: "postgres", settings: { vonageApiHost: "http://127.0.0.1:9" } });
  await rent(api, 40);
});
afterAll(() => api.stop());

const joined = (number: string, name: string, intro: string | null = null) => ({
  participants: [
    { number, country: "GB", name },
    { number: somebody(), intro },
  ],
  intro: false,
});

const tell = async (number: string, text: string) => {
  const { id, participants } = await opened(api, joined(number, "Kim"));
  const [, ben] = participants;
  return api.ask("POST", `/v1/conversations/${id}/messages`, { body: { to: ben.id, text } });
};

describe.each([
  ["Denmark", "+4520000001", "20 00 00 01"],
  ["Norway", "+4740000001", "400 00 001"],
  ["Singapore", "+6580000001", "8000-0001"],
  ["Hong Kong", "+85250000001", "5000 0001"],
  ["Iceland", "+3546000001", "600-0001"],
  ["Britain", "+447700900091", "07700 900 091"],
])("the number of somebody in %s, as it is written there,", (_, number, written) => {
  test("is refused in a name", async () => {
    const reply = await open(api, joined(number, `Kim (${written})`));
    expectProblem(reply, 422, "invalid-request", ["participants.0.name"]);
  });

  test("is refused in the other one's intro", async () => {
    const intro = `Call Kim on ${written.replace(/\D/g, "")}`;
    expectProblem(await open(api, joined(number, "Kim", intro)), 422, "invalid-request", [
      "participants.1.intro",
    ]);
  });

  test("is refused in a text of the platform", async () => {
    const reply = await tell(number, `Kim: ${written.replace(/\D/g, "-")}`);
    expectProblem(reply, 422, "invalid-request", ["text"]);
  });

  test("is not seen in order numbers, prices and times", async () => {
    expect((await tell(number, "Order 2000, £20.00 at 00:01, gate 4, ref. 600")).status).toBe(202);
  });
});
