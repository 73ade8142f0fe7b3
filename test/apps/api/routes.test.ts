import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventually } from "#test/support/simulator-eventually.ts";
import { expectProblem, opened, rent, somebody } from "./participants.ts";
import { ADMIN, READER, type RunningApi, startApi } from "./running-api.ts";

let api: RunningApi;

beforeAll(async () => {
  api = await startApi({ on: "postgres" });
  await rent(api, 3);
});
afterAll(() => api.stop());

const explain = async (body: object) => {
  const reply = await api.ask("POST", "/v1/routes/explain", { body });
  expect(reply.status, JSON.stringify(reply.body)).toBe(200);
  return reply.body;
};

describe("explaining a route", () => {
  test("says who would get a text, and from which number, and sends nothing", async () => {
    const { id, participants } = await opened(api, { intro: false });
    const [ann, ben] = participants;
    expect(await explain({ from: ann.number, to: ben.virtualNumber })).toEqual({
      outcome: "relay",
      reason: null,
      command: null,
      conversationId: id,
      sender: ann.id,
      recipient: ben.id,
      recipientNumber: ben.number,
      shownNumber: ann.virtualNumber,
      since: null,
      until: null,
    });
    expect((await api.ask("GET", `/v1/conversations/${id}/messages`)).body.items).toEqual([]);
    expect(api.simulator.inbox(ben.number)).toEqual([]);
  });

  test("knows strangers, numbers that are not ours, ended conversations and commands", async () => {
    const { id, participants } = await opened(api, { intro: false });
    const [ann, ben] = participants;
    const pair = { from: ann.number, to: ben.virtualNumber };
    expect(await explain({ ...pair, text: "STOP" })).toMatchObject({ outcome: "command", command: "stop" });
    expect(await explain({ ...pair, from: somebody() })).toMatchObject({
      outcome: "unroutable",
      reason: "stranger",
    });
    expect(await explain({ ...pair, to: somebody() })).toMatchObject({
      outcome: "unroutable",
      reason: "not-our-number",
    });
    await api.ask("POST", `/v1/conversations/${id}/close`);
    expect(await explain(pair)).toMatchObject({
      outcome: "unroutable",
      reason: "quarantined",
      conversationId: id,
    });
  });

  test("says who was behind a number at an instant of the past", async () => {
    const { id, participants, openedAt } = await opened(api, { intro: false });
    const [ann, ben] = participants;
    const pair = { from: ann.number, to: ben.virtualNumber };
    const { closedAt } = (await api.ask("POST", `/v1/conversations/${id}/close`)).body;
    expect(await explain({ ...pair, at: openedAt })).toMatchObject({
      outcome: "relay",
      conversationId: id,
      recipient: ben.id,
      recipientNumber: ben.number,
      shownNumber: ann.virtualNumber,
      since: openedAt,
      until: closedAt,
    });
    const before = new Date(Date.parse(openedAt) - 1_000).toISOString();
    expect(await explain({ ...pair, at: before })).toMatchObject({
      outcome: "unroutable",
      conversationId: null,
    });
  });

  test.each<[string, object, string]>([
    ["without a sender", { to: "+447700900001" }, "from"],
    ["of a number that is none", { from: "+447700900001", to: "x" }, "to"],
    ["at no time", { from: "+447700900001", to: "+447700900002", at: "yesterday" }, "at"],
  ])("%s is refused", async (_, body, path) => {
    expectProblem(await api.ask("POST", "/v1/routes/explain", { body }), 422, "invalid-request", [path]);
  });
});

describe("who wants no texts", () => {
  test("is recorded, shown and forgotten again; each twice is fine", async () => {
    const number = somebody();
    const path = `/v1/opt-outs/${number}`;
    expectProblem(await api.ask("GET", path), 404, "not-found");
    const first = await api.ask("PUT", path);
    expect(first).toMatchObject({ status: 200, body: { number, since: expect.stringMatching(/Z$/) } });
    expect(first.body).toMatchObject({ source: "api", word: null, scope: "service", virtualNumber: null });
    expect((await api.ask("PUT", path)).body).toEqual(first.body);
    expect((await api.ask("GET", path)).body).toEqual(first.body);
    expect((await api.ask("DELETE", path)).status).toBe(204);
    expect((await api.ask("DELETE", path)).status).toBe(204);
    expectProblem(await api.ask("GET", path), 404, "not-found");
    expectProblem(await api.ask("PUT", "/v1/opt-outs/nobody"), 422, "invalid-request", ["number"]);
  });

  test("is listed, with the whole number only for a key that may write", async () => {
    const number = somebody();
    const added = await api.ask("POST", "/v1/opt-outs", { body: { number, scope: "all" } });
    expect(added).toMatchObject({ status: 201, body: { scope: "all" } });
    const { since } = added.body;
    const listAs = async (key: string) =>
      (await api.ask("GET", "/v1/opt-outs?limit=200", { key })).body.items;
    expect(await listAs(ADMIN)).toContainEqual({ ...added.body, service: "default" });
    expect(await listAs(READER)).toContainEqual({
      ...{ ...added.body, service: "default" },
      number: `•••• ${number.slice(-2)}`,
    });
    expect((await api.ask("GET", "/v1/opt-outs?service=nowhere")).status).toBe(404);
    const [first, ...more] = [await api.ask("GET", "/v1/opt-outs?limit=1")];
    expect(more).toEqual([]);
    expect(first!.body.items[0].since <= since).toBe(true);
    await api.ask("DELETE", `/v1/opt-outs/${number}`);
    expect(await listAs(ADMIN)).not.toContainEqual(expect.objectContaining({ number }));
  });

  test("is taken over from an existing list, once, with the time at which it was said", async () => {
    const [one, other] = [somebody(), somebody()];
    const lines = [
      JSON.stringify({ number: one, since: "2025-06-30T09:00:00Z" }),
      JSON.stringify({ number: one }),
      JSON.stringify({ number: "nobody" }),
      JSON.stringify({ number: other, since: "2999-01-01T00:00:00Z" }),
      "no json",
      "",
      JSON.stringify({ number: other, scope: "all" }),
    ];
    const take = (raw: string) =>
      api.ask("POST", "/v1/opt-outs/import", {
        ...{ raw, headers: { "Idempotency-Key": "list", "content-type": "application/x-ndjson" } },
      });
    const taken = await take(lines.join("\n"));
    expect(taken).toMatchObject({ status: 200, body: { accepted: 3, refusedCount: 3 } });
    expect(taken.body.refused.map(({ line }: { line: number }) => line)).toEqual([3, 4, 5]);
    expect((await take(lines.join("\n"))).body).toEqual(taken.body);
    expectProblem(await take(lines.toReversed().join("\n")), 422, "idempotency-mismatch");
    const show = async (number: string) => (await api.ask("GET", `/v1/opt-outs/${number}`)).body;
    expect(await show(one)).toMatchObject({ since: "2025-06-30T09:00:00.000Z", scope: "service" });
    expect(await show(other)).toMatchObject({ scope: "all", source: "api" });
  });

  test("gets nothing in a conversation that goes on", async () => {
    const { participants } = await opened(api, { intro: false });
    const [ann, ben] = participants;
    await api.ask("PUT", `/v1/opt-outs/${ben.number}`);
    expect(await explain({ from: ann.number, to: ben.virtualNumber })).toMatchObject({
      outcome: "blocked",
      reason: "opt-out",
    });
    await api.ask("DELETE", `/v1/opt-outs/${ben.number}`);
    expect(await explain({ from: ann.number, to: ben.virtualNumber })).toMatchObject({ outcome: "relay" });
  });
});

describe("the process", () => {
  test("shows its links", async () => {
    const { body } = await api.ask("GET", "/v1/links");
    expect(body.items).toEqual([
      {
        name: "http",
        kind: "http",
        direction: "transceiver",
        process: expect.stringMatching(/^api-[0-9a-f]{8}$/),
        state: "up",
        reason: null,
        nextAttemptAt: null,
        inFlight: expect.any(Number),
        window: expect.any(Number),
        rate: 10_000,
        sent: expect.any(Number),
        throttled: 0,
        setting: null,
        since: expect.stringMatching(/Z$/),
      },
    ]);
  });

  test("lets operators control its links, and says what they have said", async () => {
    const paused = await api.ask("POST", "/v1/links/http/pause");
    expect(paused).toMatchObject({
      status: 200,
      body: { name: "http", kind: "http", paused: true, version: 1 },
    });
    expect(paused.body.changedBy).toBe("admin");
    await eventually(
      async () => (await api.ask("GET", "/v1/links")).body.items[0].state === "paused",
      "it is shown as paused",
    );
    await api.ask("POST", "/v1/links/http/resume");
    const changed = await api.ask("PATCH", "/v1/links/http", { body: { window: 30, rate: 10_000 } });
    expect(changed).toMatchObject({ status: 200, body: { paused: false, window: 30, rate: 10_000 } });
    await eventually(
      async () => (await api.ask("GET", "/v1/links")).body.items[0].window === 30,
      "its window is as wide as was said",
    );
    await api.ask("PATCH", "/v1/links/http", { body: { window: null, rate: null } });
    expect((await api.ask("POST", "/v1/links/http/restart")).body).toMatchObject({ restarts: 1, version: 5 });
  });

  test("takes nothing else for a link, a window or a rate, and not from everybody", async () => {
    expectProblem(await api.ask("POST", "/v1/links/smpp-9/pause"), 404, "not-found");
    for (const [body, path] of [
      [{}, ""],
      [{ window: 0 }, "window"],
      [{ window: 201 }, "window"],
      [{ rate: 1.5 }, "rate"],
      [{ rate: 1_000_000 }, "rate"],
    ] as const)
      expectProblem(await api.ask("PATCH", "/v1/links/http", { body }), 422, "invalid-request", [path]);
    for (const verb of ["pause", "resume", "restart"])
      expectProblem(await api.ask("POST", `/v1/links/http/${verb}`, { key: READER }), 403, "forbidden");
  });

  test("says at its front where everything is, without a key", async () => {
    const front = await api.ask("GET", "/", { key: null });
    expect(front).toMatchObject({ status: 200, body: { service: "sms-proxy", readiness: "/readyz" } });
  });

  test("is alive and ready, and says so without a key", async () => {
    expect((await api.ask("GET", "/healthz", { key: null })).status).toBe(200);
    const ready = await api.ask("GET", "/readyz", { key: null });
    expect(ready).toMatchObject({ status: 200, body: { database: "up", links: 1 } });
  });
});
