import { expect } from "vitest";
import type { Reply, RunningApi } from "./running-api.ts";

let count = 0;

/** A real number that no test has used, with a plus: from the range that Ofcom keeps for fiction. */
export const somebody = (): string => {
  count += 1;
  return `+447700${String(900_000 + count)}`;
};

/** Rents numbers through the API and answers them. */
export const rent = async (api: RunningApi, count: number, country = "GB"): Promise<readonly string[]> => {
  const reply = await api.ask("POST", "/v1/numbers/rent", { body: { country, count } });
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body.items.map(({ number }: { number: string }) => number);
};

/** Opens a conversation between two new participants, or those given. */
export const open = async (api: RunningApi, change: object = {}): Promise<Reply> =>
  api.ask("POST", "/v1/conversations", {
    body: {
      participants: [
        { number: somebody(), name: "Ann" },
        { number: somebody(), name: "Ben" },
      ],
      ...change,
    },
  });

/** The same, which must work. */
export const opened = async (api: RunningApi, change: object = {}) => {
  const reply = await open(api, change);
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return reply.body;
};

/** What a problem is: its type and status, and nothing that looks like a phone number. */
export const expectProblem = (
  reply: Reply,
  status: number,
  name: string,
  paths?: readonly string[],
): void => {
  expect({ status: reply.status, type: reply.body?.type }, JSON.stringify(reply.body)).toEqual({
    status,
    type: `urn:sms-proxy:${name}`,
  });
  expect(reply.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  expect(reply.body).toMatchObject({ status, title: expect.any(String), detail: expect.any(String) });
  // The name of an occurrence is a UUID, which may happen to hold as many digits.
  const { instance = "urn:uuid:", ...told } = reply.body;
  expect(instance).toMatch(/^urn:uuid:[\da-f-]*$/);
  expect(JSON.stringify(told)).not.toMatch(/\+?\d{9,}/);
  if (paths) expect(reply.body.errors.map(({ path }: { path: string }) => path)).toEqual(paths);
};
