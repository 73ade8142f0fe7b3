import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { noAnswer, problemOf } from "#apps/client/problem.ts";
import { waitBefore } from "#apps/client/retry.ts";
import { type Answering, answering, cut, json, problem } from "./answering-server.ts";

const DONE = json(200, { id: "cnv_1" });
const PEOPLE = { participants: [{ number: "+447700900123" }, { number: "+447700900124" }] } as const;

const problemFrom = async (call: Promise<unknown>) => {
  const error: unknown = await call.then(
    () => new Error("It was carried out"),
    (reason) => reason,
  );
  const found = problemOf(error);
  if (found === null) throw error;
  return found;
};

describe("what passes is tried again, with the same key", () => {
  test.each<[string, Answering]>([
    ["no answer", cut],
    ["408", problem(408, "timeout")],
    ["409 while the first is running", problem(409, "request-running")],
    ["429", problem(429, "too-many-requests")],
    ["500", problem(500, "internal-error")],
    ["a proxy's page", (response) => response.writeHead(502).end("<html>")],
    [
      "an answer that is cut",
      (response) => response.writeHead(200, { "content-length": "100" }).write("{", () => response.destroy()),
    ],
  ])("%s", async (_, failing) => {
    const { client, requests, waits } = await answering([failing, failing, DONE]);
    expect(await client.conversations.open({ participants: [...PEOPLE.participants] })).toEqual({
      id: "cnv_1",
    });
    expect(waits).toEqual([375, 750]);
    const keys = requests.map(({ headers }) => headers["idempotency-key"]);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(keys).size).toBe(1);
    expect(new Set(requests.map(({ body }) => body)).size).toBe(1);
  });
});

test("what would fail again is asked once, and two calls have two keys", async () => {
  const { client, requests, waits } = await answering([
    problem(409, "pool-exhausted"),
    problem(422, "invalid-request"),
    DONE,
  ]);
  const open = () => client.conversations.open({ participants: [...PEOPLE.participants] });
  expect(await problemFrom(open())).toMatchObject({
    kind: "pool-exhausted",
    status: 409,
    detail: "For a test",
  });
  expect(await problemFrom(open())).toMatchObject({ kind: "invalid-request", errors: [] });
  await open();
  expect(waits).toEqual([]);
  expect(new Set(requests.map(({ headers }) => headers["idempotency-key"])).size).toBe(3);
});

test("tries are bounded, and the last problem is told with the id by which the log has it", async () => {
  const { client, requests } = await answering([problem(503, "unavailable", { "request-id": "r-1" })], {
    retries: 2,
  });
  expect(await problemFrom(client.pool.get())).toMatchObject({
    kind: "unavailable",
    requestId: "r-1",
    status: 503,
  });
  expect(requests).toHaveLength(3);
});

test("Retry-After is waited for, in seconds and as a date, and not when it is too far", async () => {
  const now = () => Date.parse("2026-01-31T12:00:00Z");
  const until = (value: string) => problem(429, "too-many-requests", { "retry-after": value });
  const { client, waits } = await answering(
    [until("7"), until("Sat, 31 Jan 2026 12:00:05 GMT"), DONE, until("3600")],
    { now },
  );
  await client.pool.get();
  expect(waits).toEqual([7_125, 5_125]);
  expect(await problemFrom(client.pool.get())).toMatchObject({
    kind: "too-many-requests",
    retryAfterMs: 3_600_000,
  });
});

test("waits grow, are never sooner than asked, and have an end", () => {
  const chance = fc.double({ min: 0, max: 1, noNaN: true });
  const asked = fc.option(fc.integer({ min: 0, max: 60_000 }));
  const property = fc.property(
    fc.integer({ min: 1, max: 1_000 }),
    chance,
    asked,
    (tries, luck, retryAfterMs) => {
      const wait = waitBefore(tries, { ...noAnswer(""), retryAfterMs }, luck);
      expect(wait).toBeGreaterThanOrEqual(retryAfterMs ?? 250);
      expect(wait).toBeLessThanOrEqual((retryAfterMs ?? 30_000) + 250);
    },
  );
  fc.assert(property);
});

test("a removal whose answer was lost has been done", async () => {
  const { client } = await answering([cut, problem(404, "not-found"), problem(404, "not-found")]);
  expect(await client.optOuts.remove("+447700900123")).toBeNull();
  expect(await problemFrom(client.optOuts.remove("+447700900123"))).toMatchObject({ kind: "not-found" });
});

test("an aborted call rejects with the reason, while it runs and while it waits", async () => {
  const { client, requests } = await answering([() => {}]);
  const running = new AbortController();
  const call = client.conversations.get("cnv_1", { signal: running.signal });
  setImmediate(() => running.abort("enough"));
  await expect(call).rejects.toBe("enough");
  await expect(client.conversations.get("cnv_1", { signal: AbortSignal.abort("never") })).rejects.toBe(
    "never",
  );
  expect(requests.length).toBeLessThanOrEqual(1);
});

test("a server that hangs is left after the timeout", async () => {
  const { client } = await answering([() => {}], { timeoutMs: 20, retries: 0 });
  expect(await problemFrom(client.pool.get())).toMatchObject({
    kind: "no-answer",
    detail: "No answer within 20 ms",
  });
});

test("the key is not carried to where a redirect points", async () => {
  const { client, requests } = await answering([json(307, {}, { location: "/elsewhere" })]);
  expect(await problemFrom(client.pool.get())).toMatchObject({
    kind: "other",
    status: 307,
    retryable: false,
  });
  expect(requests).toHaveLength(1);
});

test("a number in an address and in a query is encoded, and what is absent is not sent", async () => {
  const { client, requests } = await answering([DONE]);
  await client.numbers.drain("+447700900123");
  await client.conversations.list({ participant: "+447700900123", state: null }).page();
  expect(requests.map(({ url }) => url)).toEqual([
    "/v1/numbers/%2B447700900123/drain",
    "/v1/conversations?participant=%2B447700900123",
  ]);
});

test("raw asks anything in the same manners", async () => {
  const { client, requests } = await answering([cut, json(201, { a: 1 }, { "x-b": "2" })]);
  const answer = await client.raw("POST", "/v1/later", { body: { a: 1 }, idempotencyKey: "mine" });
  expect([answer.status, answer.body, answer.headers.get("x-b")]).toEqual([201, { a: 1 }, "2"]);
  expect(requests.map(({ headers }) => headers["idempotency-key"])).toEqual(["mine", "mine"]);
});

test("a call as data is the same call, and what has not changed is an answer without a body", async () => {
  const unchanged: Answering = (response) => response.writeHead(304).end();
  const { client, requests } = await answering([DONE, unchanged], { apiKey: null });
  const closing = { path: "/v1/conversations/{id}/close", params: { id: "cnv/1" }, body: {} } as const;
  expect(await client.call({ method: "POST", ...closing })).toEqual({ id: "cnv_1" });
  expect(requests[0]).toMatchObject({ method: "POST", url: "/v1/conversations/cnv%2F1/close", body: "{}" });
  expect(requests[0]?.headers.authorization).toBeUndefined();
  const again = await client.raw("GET", "/v1/links", { headers: { "if-none-match": '"1"' } });
  expect(again).toMatchObject({ status: 304, body: null });
});
