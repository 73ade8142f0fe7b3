import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import fc from "fast-check";
import { Webhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type OpenWebhookSender, openWebhookSender } from "#adapters/standard-webhooks/sender.ts";
import { newSecret, signatureOf } from "#adapters/standard-webhooks/signature.ts";
import { ANSWER_MAX } from "#core/domain/webhooks/attempt.ts";

const LOOPBACK = ["127.0.0.0/8", "::1/128"];
const SECRET = newSecret();

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += chunk;
  return body;
};

let answer: RequestListener = (_, response) => response.end();
const server = createServer((request, response) => answer(request, response));
let sender: OpenWebhookSender;
let url: string;

beforeEach(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
  sender = openWebhookSender({ networks: LOOPBACK, timeoutMs: 1_000 });
});
afterEach(async () => {
  sender.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const post = (change: object = {}) =>
  sender.post({ url, id: "evt_1", at: Date.now(), body: '{"type":"link.up"}', secrets: [SECRET], ...change });

describe("a signature", () => {
  test("is what the reference library verifies, by each of the secrets", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }),
        fc.uint8Array({ minLength: 24, maxLength: 64 }),
        (text, key) => {
          const secrets = [newSecret(), `whsec_${Buffer.from(key).toString("base64")}`];
          const body = JSON.stringify({ text });
          const timestamp = Math.floor(Date.now() / 1_000);
          const headers = {
            "webhook-id": "evt_1",
            "webhook-timestamp": String(timestamp),
            "webhook-signature": signatureOf(secrets, "evt_1", timestamp, body),
          };
          for (const secret of secrets) expect(new Webhook(secret).verify(body, headers)).toEqual({ text });
          expect(() => new Webhook(newSecret()).verify(body, headers)).toThrow();
          expect(() => new Webhook(secrets[0]!).verify(`${body} `, headers)).toThrow();
        },
      ),
      { numRuns: 50 },
    );
  });
});

describe("a delivery", () => {
  test("arrives as the reference library expects it", async () => {
    let verified: unknown;
    answer = async (request, response) => {
      verified = new Webhook(SECRET).verify(await bodyOf(request), request.headers as Record<string, string>);
      response.writeHead(200, { "Retry-After": "7" }).end("thanks");
    };
    expect(await post()).toMatchObject({ kind: "answered", status: 200, retryAfter: "7", answer: "thanks" });
    expect(verified).toEqual({ type: "link.up" });
  });

  test("follows no redirection", async () => {
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      response.writeHead(302, { Location: url }).end();
    };
    expect(await post()).toMatchObject({ kind: "answered", status: 302 });
    expect(asked).toBe(1);
  });

  test("ends when there is no answer in time, also when one has begun", async () => {
    answer = () => {};
    expect(await post()).toMatchObject({ kind: "no-answer", code: "timeout" });
    answer = (_, response) => {
      response.writeHead(200).write("so");
    };
    expect(await post()).toMatchObject({ kind: "no-answer", code: "timeout" });
  });

  test("reads no more than the beginning of an answer", async () => {
    let written = 0;
    let isCut = false;
    answer = (_, response: ServerResponse) => {
      response.on("close", () => {
        isCut = true;
      });
      const flood = (): void => {
        while (!isCut) {
          written += 65_536;
          if (!response.write("x".repeat(65_536))) break;
        }
      };
      response.on("drain", flood);
      flood();
    };
    const outcome = await post();
    expect(outcome).toMatchObject({ kind: "answered", status: 200, answer: "x".repeat(ANSWER_MAX) });
    await expect.poll(() => isCut).toBe(true);
    expect(written).toBeLessThan(20_000_000);
  });

  test("says when nobody is there", async () => {
    const away = { url: "http://127.0.0.1:1/hook" };
    expect(await post(away)).toMatchObject({ kind: "no-answer", code: "blocked" });
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    expect(await post({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ code: "unreachable" });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
});

describe("private networks", () => {
  const lookup = (address: string) => async () => [{ address, family: address.includes(":") ? 6 : 4 }];

  test.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "::1",
    "fd00::1",
    "fe80::1",
    "::ffff:10.0.0.1",
    "64:ff9b::a00:1",
  ])("are refused unless they are named: %s", async (address) => {
    const strict = openWebhookSender({ networks: [], lookup: lookup(address), timeoutMs: 1_000 });
    const host = address.includes(":") ? `[${address}]` : address;
    expect(await strict.check(`https://${host}/`)).toEqual({ kind: "blocked" });
    expect(await strict.check("https://innocent.example/")).toEqual({ kind: "blocked" });
    const literal = await strict.post({
      url: `http://${host}:8080/`,
      id: "e",
      at: 0,
      body: "{}",
      secrets: [],
    });
    expect(literal).toMatchObject({ kind: "no-answer", code: "blocked" });
    const isV6 = address.includes(":");
    const named = openWebhookSender({
      networks: [isV6 ? `${address}/128` : `${address}/32`],
      lookup: lookup(address),
    });
    expect(await named.check("https://innocent.example/")).toEqual({ kind: "fine" });
    strict.close();
    named.close();
  });

  test("are refused at each attempt, on the address that a name stands for then", async () => {
    const strict = openWebhookSender({ networks: [], timeoutMs: 1_000 });
    const { port } = server.address() as AddressInfo;
    let asked = 0;
    answer = (_, response) => {
      asked += 1;
      response.end();
    };
    const outcome = await strict.post({
      url: `http://localhost:${port}/`,
      id: "evt_1",
      at: 0,
      body: "{}",
      secrets: [],
    });
    expect(outcome).toMatchObject({ kind: "no-answer", code: "blocked" });
    expect(asked).toBe(0);
    strict.close();
  });

  test("are not reached by other spellings of an address", async () => {
    const strict = openWebhookSender({ networks: [] });
    for (const host of ["2130706433", "0x7f.1", "0177.0.0.1", "127.1", "[::ffff:7f00:1]"])
      expect(await strict.check(`http://${host}/`)).toEqual({ kind: "blocked" });
    strict.close();
  });
});

describe("an address", () => {
  test.each([
    ["ftp://app.example/", /https/],
    ["nonsense", /https/],
    ["https://user:pass@app.example/", /user/],
    ["https://app.example/#x", /fragment/],
    ["http://app.example:25/", /port/],
    ["http://app.example:6379/", /port/],
  ])("of no use is named as such: %s", async (text, reason) => {
    expect(await sender.check(text)).toEqual({ kind: "invalid", reason: expect.stringMatching(reason) });
  });

  test("without an address yet may be kept", async () => {
    const away = openWebhookSender({
      networks: [],
      lookup: async () => Promise.reject(new Error("ENOTFOUND")),
    });
    expect(await away.check("https://soon.example/hook")).toEqual({ kind: "fine" });
    away.close();
  });
});
