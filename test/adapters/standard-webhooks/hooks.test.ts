import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { systemClock } from "#adapters/node/clock.ts";
import { type OpenHooks, openHooks } from "#adapters/standard-webhooks/hooks.ts";
import { newSecret } from "#adapters/standard-webhooks/signature.ts";
import type { AskedText, PolicyAnswer } from "#core/ports/policy.ts";

const SECRET = newSecret();
const TEXT: AskedText = {
  ...{ key: "smpp:447700900001", serviceId: "a", service: "rides", hook: "before-relay" },
  ...{ conversationId: "b", from: null },
  ...{ senderId: null, recipientId: null, virtualNumber: "447700900900", text: "hello", receivedAt: 0 },
};

let answer: RequestListener = (_, response) => response.end();
const server = createServer((request, response) => answer(request, response));
let hooks: OpenHooks;
let url: string;

const open = (networks: readonly string[]): OpenHooks =>
  openHooks({ networks, clock: systemClock, bodyOf: ({ text }) => JSON.stringify({ data: { text } }) });

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  hooks = open(["127.0.0.0/8", "::1/128"]);
});
afterEach(async () => {
  hooks.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const ask = (text: AskedText = TEXT, secret: string | null = SECRET, timeoutMs = 10_000) =>
  hooks.ask(text, { url, secret }, timeoutMs);

const answering = (body: string, status = 200) => {
  answer = (_, response) => response.writeHead(status).end(body);
  return ask();
};

describe("a question to a hook", () => {
  test("is signed as webhooks are, under an id that is the same whenever it is asked again, and tells no number", async () => {
    const seen: { readonly id: string; readonly verified: unknown }[] = [];
    answer = async (request, response) => {
      let body = "";
      for await (const chunk of request.setEncoding("utf8")) body += chunk;
      const headers = request.headers as Record<string, string>;
      seen.push({ id: headers["webhook-id"]!, verified: new Webhook(SECRET).verify(body, headers) });
      response.end('{"action":"relay"}');
    };
    expect(await ask()).toEqual({ kind: "relay" });
    await ask();
    await ask({ ...TEXT, key: "smpp:447700900002" });
    expect(seen[0]!.verified).toEqual({ data: { text: "hello" } });
    expect(seen[1]!.id).toBe(seen[0]!.id);
    expect(seen[2]!.id).not.toBe(seen[0]!.id);
    expect(seen[0]!.id).toMatch(/^ask_[0-9a-f]{32}$/);
  });

  test("is answered in one of four ways", async () => {
    expect(await answering('{"action":"relay"}')).toEqual({ kind: "relay" });
    expect(await answering('{"action":"block","reason":"spam"}')).toEqual({ kind: "block", reason: "spam" });
    expect(await answering('{"action":"block"}')).toEqual({ kind: "block", reason: "other" });
    expect(await answering('{"action":"rewrite","text":"hi"}', 201)).toEqual({ kind: "rewrite", text: "hi" });
    const before = systemClock.now();
    const held = (await answering('{"action":"hold","for":"30s"}')) as Extract<
      PolicyAnswer,
      { kind: "hold" }
    >;
    expect(held.untilMs).toBeGreaterThanOrEqual(before + 30_000);
  });

  test.each([
    "",
    "relay",
    "null",
    "[]",
    '"relay"',
    '{"action":"Relay"}',
    '{"action":"rewrite"}',
    '{"action":"rewrite","text":1}',
    '{"action":"hold"}',
    '{"action":"hold","for":"soon"}',
    '{"action":"relay"',
    `{"action":"rewrite","text":"${"x".repeat(20_000)}"}`,
  ])("has no answer in %.40s", async (body) => {
    expect(await answering(body)).toEqual({ kind: "none", why: "unreadable" });
  });

  test("has no answer where the app fails, sends it elsewhere, or says nothing in time", async () => {
    expect(await answering('{"action":"relay"}', 500)).toEqual({ kind: "none", why: "refused" });
    answer = (_, response) => response.writeHead(307, { Location: url }).end();
    expect(await ask()).toEqual({ kind: "none", why: "refused" });
    answer = () => {};
    expect(await ask(TEXT, SECRET, 50)).toEqual({ kind: "none", why: "timeout" });
    answer = (request) => request.socket.destroy();
    expect(await ask()).toEqual({ kind: "none", why: "unreachable" });
  });

  test("goes neither to a network that nobody named, nor unsigned, nor where others could read it", async () => {
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      response.end('{"action":"relay"}');
    };
    const blocked = { kind: "none", why: "blocked" };
    expect(await ask(TEXT, null)).toEqual(blocked);
    const closed = open([]);
    expect(await closed.ask(TEXT, { url, secret: SECRET }, 10_000)).toEqual(blocked);
    closed.close();
    for (const open of ["http://app.example/", "http://127.0.0.1.app.example/", "http://10.0.0.1/"])
      expect(await hooks.ask(TEXT, { url: open, secret: SECRET }, 10_000)).toEqual(blocked);
    expect(asked).toBe(0);
  });
});
