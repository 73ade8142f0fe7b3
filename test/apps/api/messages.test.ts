import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "#test/support/simulator-eventually.ts";
import { expectProblem, opened, rent, somebody } from "./participants.ts";
import { READER, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi({ on: "postgres" });
  await rent(api, 4);
});
afterAll(() => api.stop());

const messagesOf = async (id: string) =>
  (await api.ask("GET", `/v1/conversations/${id}/messages`)).body.items;

test("a text from one handset arrives on the other, from the number that stands for its sender", async () => {
  const { id, participants } = await opened(api, { intro: false });
  const [ann, ben] = participants;
  api.simulator.text(ann.number, ben.virtualNumber, "Hello Ben");
  const got = await eventually(() => api.simulator.inbox(ben.number)[0], "Ben gets Ann's text");
  expect(got).toMatchObject({ from: ann.virtualNumber.slice(1), text: "Hello Ben" });
  const message = await eventually(
    async () => (await messagesOf(id)).find(({ state }: { state: string }) => state === "delivered"),
    "its receipt arrives",
  );
  expect(message).toEqual({
    id: expect.stringMatching(/^msg_[0-9a-z]{26}$/),
    conversationId: id,
    sender: ann.id,
    recipient: ben.id,
    text: "Hello Ben",
    state: "delivered",
    link: "http",
    segments: 1,
    attempts: 1,
    carrierMessageIds: [expect.any(String)],
    failure: null,
    retryOf: null,
    retriedAs: null,
    receivedAt: expect.stringMatching(/Z$/),
    queuedAt: expect.stringMatching(/Z$/),
    sentAt: expect.stringMatching(/Z$/),
    finalAt: expect.stringMatching(/Z$/),
  });
  expect((await api.ask("GET", `/v1/messages/${message.id}`)).body).toEqual(message);
  const conversation = (await api.ask("GET", `/v1/conversations/${id}`)).body;
  expect(conversation.lastMessageAt).toBe(message.receivedAt);
});

test("the app texts one participant or both, from the numbers that they know", async () => {
  const { id, participants } = await opened(api, { intro: false });
  const [ann, ben] = participants;
  const path = `/v1/conversations/${id}/messages`;
  const one = await api.ask("POST", path, { body: { to: ann.id, text: "Your ride is here" } });
  expect(one.status, JSON.stringify(one.body)).toBe(202);
  expect(one.body.items).toMatchObject([{ sender: "app", recipient: ann.id, text: "Your ride is here" }]);
  const both = await api.ask("POST", path, { body: { to: "all", text: "Goodbye" } });
  expect(both.body.items.map(({ recipient }: { recipient: string }) => recipient)).toEqual([ann.id, ben.id]);
  await eventually(() => api.simulator.inbox(ann.number).length === 2, "Ann gets both");
  expect(api.simulator.inbox(ann.number).map(({ from, text }) => [from, text])).toEqual([
    [ben.virtualNumber.slice(1), "Your ride is here"],
    [ben.virtualNumber.slice(1), "Goodbye"],
  ]);
  const bens = await eventually(() => api.simulator.inbox(ben.number)[0], "Ben gets his");
  expect(bens).toMatchObject({ from: ann.virtualNumber.slice(1), text: "Goodbye" });
});

test("messages are listed oldest first, page by page", async () => {
  const { id, participants } = await opened(api, { intro: false });
  const path = `/v1/conversations/${id}/messages`;
  for (const text of ["one", "two", "three"])
    await api.ask("POST", path, { body: { to: participants[0].id, text } });
  const first = (await api.ask("GET", `${path}?limit=2`)).body;
  const second = (await api.ask("GET", `${path}?limit=2&cursor=${first.next}`)).body;
  const texts = [...first.items, ...second.items].map(({ text }: { text: string }) => text);
  expect(texts).toEqual(["one", "two", "three"]);
  expect(second.next).toBeNull();
  expectProblem(await api.ask("GET", `/v1/conversations?cursor=${first.next}`), 422, "invalid-request", [
    "cursor",
  ]);
});

test("after the close nobody gets anything, and the text is kept as unroutable", async () => {
  const { id, participants } = await opened(api, { intro: false });
  const [ann, ben] = participants;
  await api.ask("POST", `/v1/conversations/${id}/close`);
  api.simulator.text(ann.number, ben.virtualNumber, "Too late");
  const [message] = await eventually(async () => {
    const items = await messagesOf(id);
    return items.length > 0 && items;
  }, "the late text is recorded");
  expect(message).toMatchObject({ state: "unroutable", sender: ann.id, text: "Too late" });
  expect(api.simulator.inbox(ben.number)).toEqual([]);
  const path = `/v1/conversations/${id}/messages`;
  expectProblem(await api.ask("POST", path, { body: { to: "all", text: "x" } }), 409, "conversation-closed");
});

test("what advertises waits for the end of the quiet hours of the service, and other texts do not", async () => {
  const service = (await api.ask("GET", "/v1/services/default")).body;
  const setHours = (quietHours: unknown) =>
    api.ask("PATCH", "/v1/services/default", { body: { rules: { ...service.rules, quietHours } } });
  expectProblem(await setHours({ from: "8" }), 422, "invalid-request", ["rules.quietHours.from"]);
  expectProblem(await setHours({ from: "08:00" }), 422, "invalid-request", ["rules.quietHours.to"]);
  expect((await setHours({ days: ["sun"] })).body.rules.quietHours).toEqual({
    ...{ from: "20:00", to: "08:00", days: ["sun"] },
  });
  // Whatever the hour is when this runs, it is quiet.
  const hour = new Date(Date.now() + 2 * 3_600_000).toISOString().slice(11, 13);
  await setHours({ from: `${hour}:01`, to: `${hour}:00` });
  const { id, participants } = await opened(api, { intro: false });
  const send = (promotional: boolean) =>
    api.ask("POST", `/v1/conversations/${id}/messages`, {
      body: { to: participants[0].id, text: "x", promotional },
    });
  const held = await send(true);
  expect(held.status).toBe(202);
  const [message] = held.body.items;
  expect(message.state).toBe("queued");
  expect(Date.parse(message.queuedAt)).toBeGreaterThan(Date.now());
  expect(Date.parse(message.receivedAt)).toBeLessThanOrEqual(Date.now());
  const [now] = (await send(false)).body.items;
  expect(Date.parse(now.queuedAt)).toBeLessThanOrEqual(Date.now());
  await api.ask("PATCH", "/v1/services/default", { body: { rules: service.rules } });
});

test("the app does not text somebody who wants no texts", async () => {
  const { id, participants } = await opened(api, { intro: false });
  await api.ask("PUT", `/v1/opt-outs/${participants[1].number}`);
  const reply = await api.ask("POST", `/v1/conversations/${id}/messages`, { body: { to: "all", text: "x" } });
  expectProblem(reply, 409, "opted-out");
  expect(reply.body.detail).toContain(participants[1].id);
  expect(await messagesOf(id)).toEqual([]);
});

test.each<[string, object, string]>([
  ["nobody", { text: "x" }, "to"],
  ["a stranger", { to: "par_01h455vb4pex5vsknk084sn02q", text: "x" }, "to"],
  ["a phone number", { to: "+447700900001", text: "x" }, "to"],
  ["no text", { to: "all" }, "text"],
  ["a blank text", { to: "all", text: " \n" }, "text"],
  ["half a character", { to: "all", text: "\ud83d" }, "text"],
  ["a text of 1,601 characters", { to: "all", text: "x".repeat(1_601) }, "text"],
])("a message to or of %s is refused", async (_, body, path) => {
  const { id } = await opened(api, { intro: false });
  const reply = await api.ask("POST", `/v1/conversations/${id}/messages`, { body });
  expectProblem(reply, 422, "invalid-request", [path]);
});

test("a message that does not exist is not found", async () => {
  expectProblem(await api.ask("GET", "/v1/messages/msg_01h455vb4pex5vsknk084sn02q"), 404, "not-found");
  expectProblem(await api.ask("GET", "/v1/messages/x"), 404, "not-found");
});

describe("a text that failed", () => {
  const setFaults = (faults: object | null) =>
    fetch(`${api.simulator.httpUrl}/faults`, {
      method: faults === null ? "DELETE" : "PUT",
      ...(faults && { body: JSON.stringify(faults) }),
    });
  const ended = (id: string) =>
    eventually(async () => {
      const { body } = await api.ask("GET", `/v1/messages/${id}`);
      return body.finalAt !== null && body;
    }, "it is at its end");
  const failing = async (conversation: string, to: string) => {
    await setFaults({ receipts: { failPercent: 100 } });
    const path = `/v1/conversations/${conversation}/messages`;
    const { body } = await api.ask("POST", path, { body: { to, text: "Your ride is here" } });
    const message = await ended(body.items[0].id);
    await setFaults(null);
    expect(message).toMatchObject({ state: "failed", failure: { code: expect.any(String) } });
    return message;
  };

  test("is sent once more as another message, once, and arrives", async () => {
    const { id, participants } = await opened(api, { intro: false });
    const failed = await failing(id, participants[0].id);
    const path = `/v1/messages/${failed.id}/retry`;
    const [first, second] = [await api.ask("POST", path), await api.ask("POST", path, { body: {} })];
    expect(first.status, JSON.stringify(first.body)).toBe(202);
    expect(first.body).toMatchObject({ retryOf: failed.id, text: failed.text, sender: "app" });
    expect(second.body.id).toBe(first.body.id);
    const arrived = await ended(first.body.id);
    expect(arrived).toMatchObject({ state: "delivered", retryOf: failed.id });
    expect((await api.ask("GET", `/v1/messages/${failed.id}`)).body).toEqual({
      ...{ ...failed, retriedAs: arrived.id },
    });
    expectProblem(await api.ask("POST", `/v1/messages/${arrived.id}/retry`), 409, "not-retryable");
    expectProblem(await api.ask("POST", path, { key: READER }), 403, "forbidden");
    const unknown = "/v1/messages/msg_01h455vb4pex5vsknk084sn02q/retry";
    expectProblem(await api.ask("POST", unknown), 404, "not-found");
  });

  test("is counted and sent once more with all of its code, except after the end of its conversation", async () => {
    const [one, two] = [await opened(api, { intro: false }), await opened(api, { intro: false })];
    const failed = await failing(one.id, one.participants[0].id);
    await failing(two.id, two.participants[0].id);
    await api.ask("POST", `/v1/conversations/${two.id}/close`);
    const { code } = failed.failure;
    const retry = async (body: object) => {
      const reply = await api.ask("POST", "/v1/messages/retry", { body: { code, ...body } });
      expect(reply.status, JSON.stringify(reply.body)).toBe(200);
      return reply.body;
    };
    expect(await retry({ dryRun: true })).toMatchObject({ found: 2, retried: 0, refused: [], next: null });
    const page = await retry({ limit: 1 });
    expect(page).toMatchObject({ found: 1, retried: 1, refused: [] });
    expect(await retry({ limit: 1, cursor: page.next })).toMatchObject({
      ...{ found: 1, retried: 0, refused: [{ reason: "closed", count: 1 }], next: null },
    });
    expect(await retry({ code: "no-such-code" })).toMatchObject({ found: 0, next: null });
    expectProblem(
      await api.ask("POST", "/v1/messages/retry", { body: { code, service: "none" } }),
      ...([404, "not-found"] as const),
    );
  });
});

describe("a text that did not arrive", () => {
  const search = async (body: object) => {
    const reply = await api.ask("POST", "/v1/messages/search", { key: READER, body });
    expect(reply.status, JSON.stringify(reply.body)).toBe(200);
    return reply.body;
  };

  test("from a second phone is found by its number, with those who may text what it texted", async () => {
    const { id, participants } = await opened(api, { intro: false });
    const [ann, ben] = participants;
    const second = somebody();
    api.simulator.text(second, ben.virtualNumber, "It is me, Ann");
    const found = await eventually(async () => {
      const body = await search({ number: second });
      return body.items.length > 0 && body;
    }, "the text is found");
    expect(found.items).toMatchObject([
      {
        text: "It is me, Ann",
        conversationId: null,
        state: "unroutable",
        failure: { code: "stranger" },
        texted: ben.virtualNumber,
      },
    ]);
    const near = found.nearMisses[0].conversations.find((each: { id: string }) => each.id === id);
    expect(near.participants[0]).toMatchObject({ id: ann.id, number: ann.number });
    expect((await search({ number: second, state: "delivered" })).items).toEqual([]);
    expect((await search({ number: second, until: "2026-01-01T00:00:00Z" })).items).toEqual([]);
  });

  test("is found among those of its participant, newest first and page by page", async () => {
    const { participants } = await opened(api, { intro: false });
    const [ann, ben] = participants;
    for (const text of ["one", "two", "three"]) {
      api.simulator.text(ann.number, ben.virtualNumber, text);
      await eventually(async () => (await search({ number: ann.number })).items[0]?.text === text, text);
    }
    const first = await search({ number: ben.number, limit: 2 });
    const rest = await search({ number: ben.number, limit: 2, cursor: first.next });
    expect([...first.items, ...rest.items].map(({ text }) => text)).toEqual(["three", "two", "one"]);
    expect([rest.next, rest.nearMisses]).toEqual([null, []]);
    expectProblem(await api.ask("POST", "/v1/messages/search", { body: {} }), 422, "invalid-request", [
      "number",
    ]);
  });
});
