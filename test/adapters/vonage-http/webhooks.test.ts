import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { connect } from "node:net";
import Koa from "koa";
import { afterEach, describe, expect, test } from "vitest";
import type { ReceivedMessage } from "#adapters/vonage-http/payload.ts";
import { type Signing, sign } from "#adapters/vonage-http/signature.ts";
import type { WebhookOutcome } from "#adapters/vonage-http/webhook-answer.ts";
import { webhookHandler } from "#adapters/vonage-http/webhooks.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { AcceptResult } from "#core/ports/inbound.ts";
import { CAPTURED } from "./captured.ts";
import { close, exchangeRaw, listen, sendInPieces } from "./raw-http.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const SIGNING: Signing = { secret: "a signature secret", method: "sha256" };
const FORM = "application/x-www-form-urlencoded";

const servers: Server[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map(close));
});

interface Set {
  readonly signing?: Signing | null;
  readonly take?: () => Promise<AcceptResult>;
}

const start = async ({ signing = null, take = async () => "accepted" }: Set = {}) => {
  const messages: ReceivedMessage[] = [];
  const receipts: Receipt[] = [];
  const outcomes: WebhookOutcome[] = [];
  const webhooks = webhookHandler({
    signing,
    accept: async (message) => {
      messages.push(message);
      return take();
    },
    receipt: async (receipt) => {
      receipts.push(receipt);
      return take();
    },
    clock: { now: () => NOW },
    observe: (outcome) => outcomes.push(outcome),
  });
  const app = new Koa().use(webhooks);
  // Koa prints connections that break off; here that is the point of a test.
  app.silent = true;
  const server = createServer(app.callback());
  servers.push(server);
  const port = await listen(server);
  const at = (path: string) => `http://127.0.0.1:${port}/webhooks/vonage/${path}`;
  const post = (body: string | Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
    fetch(at("inbound"), { method: "POST", body, headers });
  return { port, at, post, messages, receipts, outcomes };
};

const inbound = {
  msisdn: "447700900001",
  to: "447700900000",
  messageId: "02AB",
  text: "Hi & bye",
  type: "text",
};
const signed = { ...inbound, timestamp: String(NOW / 1000) };
const withSignature = (parameters: Record<string, string>, signing = SIGNING) => ({
  ...parameters,
  sig: sign(parameters, signing),
});

describe("The webhooks", () => {
  test("take an inbound message by query, form and JSON on either path", async () => {
    const { at, messages } = await start();
    const body = new URLSearchParams(inbound);
    for (const path of ["inbound", "status"]) {
      expect((await fetch(`${at(path)}?${body}`)).status).toBe(200);
      expect((await fetch(at(path), { method: "POST", body })).status).toBe(200);
      const json = { method: "POST", body: JSON.stringify(inbound) };
      const headers = { "content-type": "application/json" };
      expect((await fetch(at(path), { ...json, headers })).status).toBe(200);
    }
    expect(messages).toHaveLength(6);
    expect(new Set(messages.map((message) => JSON.stringify(message))).size).toBe(1);
    expect(messages[0]).toMatchObject({ text: "Hi & bye", key: "http:02AB", receivedAt: NOW });
  });

  test("take JSON without a content type", async () => {
    const { post, messages } = await start();
    const body = new TextEncoder().encode(` ${JSON.stringify(inbound)}`);
    expect((await post(body)).status).toBe(200);
    expect(messages).toHaveLength(1);
  });

  test("take a body that comes in pieces after its head, by length and by chunks", async () => {
    const { port, messages } = await start();
    const [first, second] = [
      `${new URLSearchParams(inbound)}`.slice(0, 20),
      `${new URLSearchParams(inbound)}`.slice(20),
    ];
    const head = `POST /webhooks/vonage/inbound HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: ${FORM}\r\n`;
    const chunk = (piece: string) => `${piece.length.toString(16)}\r\n${piece}\r\n`;
    const byLength = [`${head}Content-Length: ${first.length + second.length}\r\n\r\n`, first, second];
    const byChunks = [`${head}Transfer-Encoding: chunked\r\n\r\n`, chunk(first), `${chunk(second)}0\r\n\r\n`];
    for (const pieces of [byLength, byChunks])
      expect(await sendInPieces(port, pieces)).toMatch(/^HTTP\/1\.1 200 /);
    expect(messages.map(({ text }) => text)).toEqual(["Hi & bye", "Hi & bye"]);
  });

  test("take two on one connection, the second while the first is not answered", async () => {
    const { port, messages } = await start();
    const body = `${new URLSearchParams(inbound)}`;
    const request = `POST /webhooks/vonage/inbound HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    const answers = await exchangeRaw(port, request + request);
    expect(answers.match(/HTTP\/1\.1 200 /g)).toHaveLength(2);
    expect(messages).toHaveLength(2);
  });

  test("know two methods, and hand on what is at another address", async () => {
    const { at, outcomes } = await start();
    const answer = await fetch(at("inbound"), { method: "DELETE" });
    expect([answer.status, answer.headers.get("allow")]).toEqual([405, "HEAD, GET, POST"]);
    expect(await answer.json()).toMatchObject({ type: "urn:sms-proxy:method-not-allowed", status: 405 });
    expect((await fetch(at("inbound/more"), { method: "POST", body: "{}" })).status).toBe(404);
    expect((await fetch(at("INBOUND/"))).status).toBe(200);
    expect(outcomes).toEqual(["other-method", "ping"]);
  });

  test("take a receipt by query, form and JSON on either path", async () => {
    const { at, receipts } = await start();
    for (const path of ["inbound", "status"]) {
      const body = JSON.stringify(CAPTURED.receiptJson);
      expect((await fetch(`${at(path)}?${CAPTURED.receipt}`)).status).toBe(200);
      const form = { method: "POST", body: CAPTURED.receipt, headers: { "content-type": FORM } };
      expect((await fetch(at(path), form)).status).toBe(200);
      expect((await fetch(at(path), { method: "POST", body })).status).toBe(200);
    }
    expect(receipts.map(({ carrierIds }) => carrierIds)).toEqual(Array(6).fill(["14000000F9DBBBBB"]));
  });

  test("answer an empty GET and a HEAD with 200, and hand nothing on", async () => {
    const { at, messages, outcomes } = await start({ signing: SIGNING });
    expect((await fetch(at("inbound"))).status).toBe(200);
    expect((await fetch(`${at("inbound")}?${new URLSearchParams(inbound)}`, { method: "HEAD" })).status).toBe(
      200,
    );
    expect(messages).toEqual([]);
    expect(outcomes).toEqual(["ping", "ping"]);
  });

  test.each(["overloaded", "unavailable"] as const)(
    "answer 503 with Retry-After while %s, so that Vonage comes again",
    async (taken) => {
      const { post, outcomes } = await start({ take: async () => taken });
      for (const body of [JSON.stringify(inbound), JSON.stringify(CAPTURED.receiptJson)]) {
        const answer = await post(body);
        expect(answer.status).toBe(503);
        expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
        expect(answer.headers.get("content-type")).toMatch("application/problem+json");
        expect(await answer.json()).toMatchObject({ type: "urn:sms-proxy:unavailable", status: 503 });
      }
      expect(outcomes).toEqual([taken, taken]);
    },
  );

  test("do not answer before the message is safe", async () => {
    const safe = Promise.withResolvers<AcceptResult>();
    const { post, messages } = await start({ take: () => safe.promise });
    let answered = false;
    const answer = post(JSON.stringify(inbound)).then((response) => {
      answered = true;
      return response;
    });
    await expect.poll(() => messages.length).toBe(1);
    expect(answered).toBe(false);
    safe.resolve("accepted");
    expect((await answer).status).toBe(200);
  });

  test("outlive a carrier that leaves before it is answered", async () => {
    const safe = Promise.withResolvers<AcceptResult>();
    const { port, post, messages } = await start({ take: () => safe.promise });
    const body = `${new URLSearchParams(inbound)}`;
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `POST /webhooks/vonage/inbound HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    await expect.poll(() => messages.length).toBe(1);
    socket.resetAndDestroy();
    await once(socket, "close");
    safe.resolve("accepted");
    expect((await post(JSON.stringify(inbound))).status).toBe(200);
  });

  test("acknowledge a binary message that is no text, so that it is not repeated for days", async () => {
    const { at, messages, outcomes } = await start();
    expect((await fetch(`${at("inbound")}?${CAPTURED.binary}`)).status).toBe(200);
    expect([messages, outcomes]).toEqual([[], ["ignored"]]);
  });
});

describe("Webhooks that are signed", () => {
  test("are taken when genuine, by query, form and JSON", async () => {
    const { at, post, messages } = await start({ signing: SIGNING });
    const genuine = withSignature(signed);
    expect((await fetch(`${at("inbound")}?${new URLSearchParams(genuine)}`)).status).toBe(200);
    expect((await post(`${new URLSearchParams(genuine)}`, { "content-type": FORM })).status).toBe(200);
    expect((await post(JSON.stringify(genuine))).status).toBe(200);
    expect(messages).toHaveLength(3);
  });

  test.each([
    ["unsigned", inbound],
    ["signed with another secret", withSignature(signed, { ...SIGNING, secret: "other" })],
    ["signed by another method", withSignature(signed, { ...SIGNING, method: "sha512" })],
    ["changed after signing", { ...withSignature(signed), text: "Bye" }],
    ["carrying more than was signed", { ...withSignature(signed), concat: "true" }],
    ["signed four days ago", withSignature({ ...signed, timestamp: String(NOW / 1000 - 96 * 3_600) })],
    ["holding a list where a text belongs", { ...withSignature(signed), text: ["Hi", "bye"] }],
    ["signed with a list", { ...signed, sig: ["x"] }],
  ])("get 401 when %s, and change nothing", async (_, parameters) => {
    const { post, messages, receipts } = await start({ signing: SIGNING });
    const answer = await post(JSON.stringify(parameters));
    expect(answer.status).toBe(401);
    expect(await answer.json()).toMatchObject({ type: "urn:sms-proxy:unauthorized", status: 401 });
    expect([messages, receipts]).toEqual([[], []]);
  });

  test("do not become genuine by what stands in the query beside a body", async () => {
    const { at, messages } = await start({ signing: SIGNING });
    const query = new URLSearchParams(withSignature(signed));
    const forged = JSON.stringify({ ...inbound, text: "Bye" });
    expect((await fetch(`${at("inbound")}?${query}`, { method: "POST", body: forged })).status).toBe(401);
    expect(messages).toEqual([]);
  });

  test("may be signed by a token over the body, as the Messages API does", async () => {
    const { post, messages } = await start({ signing: SIGNING });
    const body = JSON.stringify(CAPTURED.messagesInbound);
    const token = (claims: object, secret = SIGNING.secret, alg = "HS256") => {
      const text = [{ alg, typ: "JWT" }, claims]
        .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
        .join(".");
      return `Bearer ${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
    };
    const claims = {
      iat: NOW / 1000,
      iss: "Vonage",
      payload_hash: createHash("sha256").update(body).digest("hex"),
    };
    const status = async (authorization: string, sent = body) =>
      (await post(sent, { "content-type": "application/json", authorization })).status;
    expect(await status(token(claims))).toBe(200);
    expect(await status(token(claims, "other"))).toBe(401);
    expect(await status(token(claims, SIGNING.secret, "none"))).toBe(401);
    expect(await status(token(claims), body.replace("Hello", "Hallo"))).toBe(401);
    expect(await status(token({ ...claims, iat: NOW / 1000 - 96 * 3_600 }))).toBe(401);
    expect(await status("Bearer a.b.c")).toBe(401);
    expect(messages).toHaveLength(1);
  });
});

describe("Webhooks that cannot be read", () => {
  test.each([
    ["malformed JSON", '{"msisdn":', "application/json", 400, "malformed-json"],
    ["JSON that breaks off, without a type", '{"msisdn":"4477', "", 400, "malformed-json"],
    ["JSON that is no object", "[1]", "application/json", 400, "malformed-json"],
    ["neither message nor receipt", '{"a":"b"}', "application/json", 422, "invalid-request"],
    ["nothing", "", "application/json", 422, "invalid-request"],
    ["an empty object", "{}", "application/json", 422, "invalid-request"],
    ["plain text", "hello", "text/plain", 422, "invalid-request"],
  ])("get a problem for %s", async (_, body, type, status, name) => {
    const { post, messages } = await start();
    const answer = await post(body, { "content-type": type });
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toMatch("application/problem+json");
    const problem = (await answer.json()) as { errors?: unknown[] };
    expect(problem).toMatchObject({ type: `urn:sms-proxy:${name}`, status });
    if (status === 422) expect(problem.errors).not.toHaveLength(0);
    expect(messages).toEqual([]);
  });

  test("get 413 when larger than 64 kB, whether they say so or not", async () => {
    const { post, port, at, messages } = await start();
    const large = JSON.stringify({ ...inbound, text: "x".repeat(70_000) });
    const answer = await post(large);
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ type: "urn:sms-proxy:too-large", status: 413 });
    const chunked = await exchangeRaw(
      port,
      `POST /webhooks/vonage/inbound HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${large.length.toString(16)}\r\n${large}\r\n0\r\n\r\n`,
    );
    expect(chunked).toMatch(/^HTTP\/1\.1 413 /);
    expect((await fetch(`${at("inbound")}?${new URLSearchParams(inbound)}`)).status).toBe(200);
    expect(messages).toHaveLength(1);
  });

  test("change nothing when the body breaks off, and the next one is taken", async () => {
    const { post, port, messages } = await start();
    const answer = await exchangeRaw(
      port,
      `POST /webhooks/vonage/inbound HTTP/1.1\r\nHost: a\r\nContent-Type: ${FORM}\r\nContent-Length: 500\r\n\r\n${new URLSearchParams(inbound)}`,
    );
    expect(answer).toMatch(/^(HTTP\/1\.1 400 |$)/);
    expect(messages).toEqual([]);
    expect((await post(JSON.stringify(inbound))).status).toBe(200);
  });
});
