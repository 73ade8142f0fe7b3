import { request as openRequest } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectProblem, opened, rent, somebody } from "./participants.ts";
import { ADMIN, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;
// biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there.
let conversation: any;
let to: string;
beforeAll(async () => {
  api = await startApi();
  await rent(api, 3);
  conversation = await opened(api, { intro: false });
  to = conversation.participants[0].id;
});
afterAll(() => api.stop());

const line = (text: string, more: object = {}) => ({ conversation: conversation.id, to, text, ...more });
const headers = (key: string, type = "application/x-ndjson") => ({
  "Idempotency-Key": key,
  "content-type": type,
});
const send = (key: string, lines: readonly unknown[], query = "") =>
  api.ask("POST", `/v1/broadcasts${query}`, {
    headers: headers(key),
    raw: lines.map((each) => (typeof each === "string" ? each : JSON.stringify(each))).join("\n"),
  });
const results = async (id: string, query = "") => {
  const reply = await fetch(`${api.url}/v1/broadcasts/${id}/results${query}`, {
    headers: { authorization: `Bearer ${ADMIN}` },
  });
  expect(reply.headers.get("content-type")).toContain("application/x-ndjson");
  const text = await reply.text();
  return text
    .split("\n")
    .filter((each) => each !== "")
    .map((each) => JSON.parse(each));
};
const state = async (id: string) => (await api.ask("GET", `/v1/broadcasts/${id}`)).body;

/** Sends all but the last octets of a body, and hangs up. */
const cutOff = (url: string, headers: Readonly<Record<string, string>>, raw: string): Promise<void> =>
  new Promise((resolve) => {
    const request = openRequest(url, {
      method: "POST",
      headers: { ...headers, authorization: `Bearer ${ADMIN}`, "content-length": raw.length + 100 },
    });
    request.on("error", () => {}).on("close", resolve);
    request.write(raw, () => request.destroy());
  });

describe("a broadcast", () => {
  test("is taken line by line, sent once, and tells what has become of each line", async () => {
    const person = conversation.participants[0];
    const from = conversation.participants[1].virtualNumber;
    const lines = [
      line("First", { ref: "a" }),
      line("Again", { ref: "a" }),
      "no json",
      { number: person.number, from, text: "By number", ref: "b" },
      { number: somebody(), from, text: "To nobody" },
      line("x", { colour: "red" }),
    ];
    const taken = await send("one", lines);
    expect(taken).toMatchObject({
      status: 202,
      body: { accepted: 2, refusedCount: 4, segments: 2 },
    });
    expect(taken.body.refused.map((each: { line: number }) => each.line)).toEqual([2, 3, 5, 6]);
    expect(JSON.stringify(taken.body)).not.toContain(person.number.slice(1));
    const { id } = taken.body;
    const again = await send("one", lines);
    expect(again.body).toEqual(taken.body);
    await expect.poll(async () => (await state(id)).state, { timeout: 20_000 }).toBe("completed");
    await expect.poll(async () => (await state(id)).counts.delivered, { timeout: 20_000 }).toBe(2);
    const all = await results(id);
    expect(all).toMatchObject([
      { line: 1, ref: "a", state: "delivered", failure: null },
      { line: 4, ref: "b", state: "delivered", failure: null },
    ]);
    const message = await api.ask("GET", `/v1/messages/${all[0].messageId}`);
    expect(message.body).toMatchObject({ text: "First" });
    expect(await results(id, "?state=failed")).toEqual([]);
  });

  test("with a key that another body of the same length had is refused, and changes nothing", async () => {
    const first = await send("key", [line("Tweedledum", { ref: "w" })]);
    expectProblem(await send("key", [line("Tweedledee", { ref: "w" })]), 422, "idempotency-mismatch");
    expectProblem(
      await send("key", [line("Tweedledum", { ref: "w" })], "?dryRun=true"),
      422,
      "idempotency-mismatch",
    );
    const again = await send("key", [line("Tweedledum", { ref: "w" })]);
    expect(again).toMatchObject({ status: 202, body: first.body });
    expect(again.headers.get("idempotent-replayed")).toBe("true");
  });

  test("that was cut off half-way is taken once, whatever comes with its key then", async () => {
    const raw = [1, 2, 3].map((n) => JSON.stringify(line(`Half ${n}`, { ref: `h${n}` }))).join("\n");
    await cutOff(`${api.url}/v1/broadcasts`, headers("cut"), raw);
    const sendAgain = () =>
      api.ask("POST", "/v1/broadcasts", { headers: headers("cut"), raw: raw.replaceAll("Half", "Full") });
    let again = await sendAgain();
    // The server hears of the cut a moment later.
    const answered = async () => {
      again = await sendAgain();
      return again.status;
    };
    await expect.poll(answered, { timeout: 20_000 }).toBe(202);
    expect(again.body).toMatchObject({ accepted: 3, refusedCount: 0 });
    await expect.poll(async () => (await state(again.body.id)).state, { timeout: 20_000 }).toBe("completed");
    const all = await results(again.body.id);
    expect(all.map(({ ref }) => ref)).toEqual(["h1", "h2", "h3"]);
    const texts = await Promise.all(
      all.map(async ({ messageId }) => (await api.ask("GET", `/v1/messages/${messageId}`)).body.text),
    );
    expect(texts).toEqual(["Full 1", "Full 2", "Full 3"]);
  });

  test("waits for its time, and ends when it is cancelled", async () => {
    const startAt = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await send("later", [{ startAt, rate: 5, expiresAfter: "1h" }, line("Later")]);
    const { id } = body;
    const post = (word: string) => api.ask("POST", `/v1/broadcasts/${id}/${word}`, { body: {} });
    expect(await state(id)).toMatchObject({
      ...{ state: "active", rate: 5, startAt },
      counts: { waiting: 1 },
    });
    expect((await post("pause")).body).toMatchObject({ state: "paused" });
    expect((await post("resume")).body).toMatchObject({ state: "active" });
    expect((await post("cancel")).body).toMatchObject({ state: "cancelled", counts: { cancelled: 1 } });
    expectProblem(await post("resume"), 409, "broadcast-over");
    expect(await results(id)).toMatchObject([{ line: 2, state: "cancelled", messageId: null }]);
  });

  test("is only checked when that is asked for", async () => {
    const reply = await send(
      "dry",
      [line("One"), line("Two", { ref: "r" }), line("3", { ref: "r" })],
      "?dryRun=true",
    );
    expect(reply).toMatchObject({
      status: 202,
      body: { id: null, state: "checked", accepted: 2, refusedCount: 1, optedOut: 0 },
    });
  });

  test("comes as a list too, needs a key, and is refused for what is not offered", async () => {
    const raw = JSON.stringify([line("Listed")]);
    const listed = await api.ask("POST", "/v1/broadcasts?startAt=2000-01-01T00:00:00Z", {
      ...{ raw, headers: headers("list", "application/json") },
    });
    expect(listed).toMatchObject({ status: 202, body: { accepted: 1 } });
    expectProblem(await api.ask("POST", "/v1/broadcasts", { raw }), 422, "invalid-request", [
      "Idempotency-Key",
    ]);
    expectProblem(await send("ads", [line("Ad")], "?promotional=yes"), 422, "invalid-request", [
      "promotional",
    ]);
    expectProblem(await send("rate", [{ rate: -1 }, line("x")]), 422, "invalid-request", ["rate"]);
  });
});
