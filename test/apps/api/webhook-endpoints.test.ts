import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { NewEvent } from "#core/domain/event.ts";
import { READER, type RunningApi, startApi } from "./running-api.ts";

const CONVERSATION = "01890a5d-ac96-774b-bcce-b302099a8057";

interface Delivered {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

let api: RunningApi;
let received: Delivered[];
let status: number;
let hookUrl: string;

const receiver = createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  received.push({ headers: request.headers, body });
  response.writeHead(status).end("seen");
});

beforeEach(async () => {
  received = [];
  status = 204;
  await new Promise<void>((resolve) => receiver.listen(0, "127.0.0.1", resolve));
  hookUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
  api = await startApi({ settings: { webhookNetworks: ["127.0.0.0/8"] } });
});
afterEach(async () => {
  await api.stop();
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

const opened = (version: number): NewEvent => ({
  type: "conversation.opened",
  subject: CONVERSATION,
  data: { version },
  serviceId: null,
  at: Date.now(),
});

const PATH = "/v1/webhook-endpoints";
const add = (body: object = {}) => api.ask("POST", PATH, { body: { url: hookUrl, events: ["*"], ...body } });
const arrived = (count: number) => expect.poll(() => received.length, { timeout: 10_000 }).toBe(count);
const verified = (secret: string, { body, headers }: Delivered) =>
  new Webhook(secret).verify(body, headers as Record<string, string>);

describe("an endpoint of an application", () => {
  test("gets what happens from now on, signed as the standard says", async () => {
    await api.storage.events.tell([opened(1)]);
    const made = await add({ events: ["conversation.*"] });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({
      id: expect.stringMatching(/^whe_/),
      state: "active",
      service: "default",
    });
    await api.storage.events.tell([opened(2)]);
    await arrived(1);
    const delivered = received[0]!;
    expect(delivered.headers["webhook-id"]).toMatch(/^evt_/);
    expect(verified(made.body.secret, delivered)).toMatchObject({
      type: "conversation.opened",
      timestamp: expect.stringMatching(/Z$/),
      data: { subject: expect.stringMatching(/^cnv_/), service: "default", version: 2 },
    });
    const shown = await api.ask("GET", `${PATH}/${made.body.id}`, { key: READER });
    expect(shown.body.secret).toBeUndefined();
    expect((await api.ask("GET", PATH)).body.items).toHaveLength(1);
    expect((await api.ask("DELETE", `${PATH}/${made.body.id}`)).status).toBe(204);
    expect((await api.ask("GET", `${PATH}/${made.body.id}`)).status).toBe(404);
  });

  test("is tried at once, and shows how that went", async () => {
    const { body: made } = await add();
    const tried = await api.ask("POST", `${PATH}/${made.id}/test`, { body: {} });
    expect(tried.body).toMatchObject({ outcome: "delivered", status: 204, type: "endpoint.test" });
    expect(verified(made.secret, received[0]!)).toMatchObject({ type: "endpoint.test" });
    status = 500;
    await api.ask("POST", `${PATH}/${made.id}/test`, { body: {} });
    const { body } = await api.ask("GET", `${PATH}/${made.id}/deliveries`);
    expect(
      body.items.map(({ status, answer }: { status: number; answer: string }) => [status, answer]),
    ).toEqual([
      [500, "seen"],
      [204, ""],
    ]);
  });

  test("takes a new secret while the old one still signs, or at once", async () => {
    const { body: made } = await add();
    const rotated = await api.ask("POST", `${PATH}/${made.id}/rotate`, { body: { overlap: "1h" } });
    await api.ask("POST", `${PATH}/${made.id}/test`, { body: {} });
    verified(made.secret, received[0]!);
    verified(rotated.body.secret, received[0]!);
    const last = await api.ask("POST", `${PATH}/${made.id}/rotate`, { body: { overlap: "0s" } });
    await api.ask("POST", `${PATH}/${made.id}/test`, { body: {} });
    verified(last.body.secret, received[1]!);
    expect(() => verified(made.secret, received[1]!)).toThrow();
    expect(() => verified(rotated.body.secret, received[1]!)).toThrow();
  });

  test("is left alone while it is paused, and can have everything once more", async () => {
    const { body: made } = await add();
    const before = new Date().toISOString();
    await api.ask("POST", `${PATH}/${made.id}/pause`, { body: {} });
    await api.storage.events.tell([opened(1), opened(2)]);
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(received).toEqual([]);
    const resumed = await api.ask("POST", `${PATH}/${made.id}/resume`, { body: {} });
    expect(resumed.body.state).toBe("active");
    await arrived(2);
    await api.ask("POST", `${PATH}/${made.id}/replay`, { body: { since: before } });
    await arrived(4);
    const ids = received.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    ["https://10.1.2.3/hook", /blocked-url/, /WEBHOOK_NETWORKS/],
    ["http://169.254.169.254/latest", /blocked-url/, /WEBHOOK_NETWORKS/],
    ["ftp://app.example/", /invalid-request/, /url/],
    ["https://app.example:25/", /invalid-request/, /port/],
  ])("is refused where nothing would be sent: %s", async (url, type, detail) => {
    const refused = await add({ url });
    expect(refused.status).toBe(422);
    expect(refused.body.type).toMatch(type);
    expect(refused.body.detail).toMatch(detail);
    expect((await api.ask("GET", PATH)).body.items).toEqual([]);
  });

  test.each([
    [{ events: ["massage.*"] }, "events.0"],
    [{ events: [] }, "events"],
    [{ include: ["text"] }, "include"],
    [{ include: ["numbers"] }, "include.0"],
  ])("is refused with %j", async (change, path) => {
    const refused = await add(change);
    expect(refused.status).toBe(422);
    expect(refused.body.errors[0].path).toBe(path);
  });

  test("is changed as a whole: what it would become must hold", async () => {
    const { body: made } = await add();
    const path = `${PATH}/${made.id}`;
    const changed = await api.ask("PATCH", path, { body: { events: ["link.*"] } });
    expect(changed.body).toMatchObject({ events: ["link.*"], url: hookUrl });
    expect((await api.ask("PATCH", path, { body: { include: ["text"] } })).status).toBe(422);
    expect((await api.ask("PATCH", path, { body: { url: "http://10.0.0.1/" } })).status).toBe(422);
    expect((await api.ask("PATCH", path, { body: { events: ["*"] }, key: READER })).status).toBe(403);
    expect((await api.ask("GET", path)).body).toMatchObject({
      events: ["link.*"],
      url: hookUrl,
      include: [],
    });
  });

  test("is repeated by its Idempotency-Key with the same secret", async () => {
    const headers = { "idempotency-key": "one" };
    const body = { url: hookUrl, events: ["*"] };
    const first = await api.ask("POST", PATH, { body, headers });
    const second = await api.ask("POST", PATH, { body, headers });
    expect(second.body).toEqual(first.body);
    expect((await api.ask("GET", PATH)).body.items).toHaveLength(1);
  });
});
