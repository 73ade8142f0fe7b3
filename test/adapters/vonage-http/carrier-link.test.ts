import { randomUUID } from "node:crypto";
import { createServer } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import {
  type HttpLink,
  type HttpLinkOptions,
  httpLink,
  TEXT_MAX,
} from "#adapters/vonage-http/carrier-link.ts";
import { readSendAnswer } from "#adapters/vonage-http/send-answer.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { alphabetOf } from "#core/domain/segments.ts";
import type { Attempt } from "#core/ports/carrier-link.ts";
import { smsTextArbitrary } from "#test/support/arbitraries.ts";
import { sentOver } from "#test/support/sent-over.ts";
import { close, listen, until } from "./raw-http.ts";
import { answerJson, type Script, type ScriptedCarrier, startScriptedCarrier } from "./scripted-carrier.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");
const WHOLE: Attempt = { partsAccepted: 0, partsMax: 1, reference: 0 };

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const message = (changes: Partial<OutboundMessage> = {}): OutboundMessage => ({
  id: randomUUID(),
  conversationId: randomUUID(),
  senderId: null,
  recipientId: randomUUID(),
  priority: "relay",
  source: "447700900000" as Msisdn,
  destination: "447700900001" as Msisdn,
  text: "Hello",
  receivedAt: NOW,
  expiresAt: NOW + 3_600_000,
  ...changes,
});

const connectLink = (restHost: string, options: Partial<HttpLinkOptions> = {}): HttpLink => {
  const link = httpLink({
    name: "http-1",
    restHost,
    apiKey: "abcd1234",
    apiSecret: "s3cr3t",
    callbackUrl: "https://sms.example/webhooks/vonage/status",
    clock: { now: () => NOW },
    timeoutMs: 5_000,
    backOffMs: 5,
    ...options,
  });
  ends.unshift(link.stop);
  return link;
};

const accepted = (...ids: readonly string[]) => ({
  "message-count": String(ids.length),
  messages: ids.map((id) => ({ to: "447700900001", "message-id": id, status: "0", network: "23410" })),
});

const rejected = (status: string, error = "refused") => ({
  "message-count": "1",
  messages: [{ status, "error-text": error }],
});

const start = async (
  script: Script,
  options: Partial<HttpLinkOptions> = {},
): Promise<{ readonly carrier: ScriptedCarrier; readonly link: HttpLink }> => {
  const carrier = await startScriptedCarrier(script);
  ends.push(carrier.close);
  return { carrier, link: connectLink(carrier.url, options) };
};

describe("A message over HTTP", () => {
  test("is one request with everything that the carrier needs", async () => {
    const { carrier, link } = await start(answerJson(accepted("0C000000217B7F02")));
    const sent = message({ text: "Hello & = ü @ {€}" });
    expect(await sentOver(link, sent, WHOLE)).toEqual({ kind: "accepted", carrierIds: ["0C000000217B7F02"] });
    const [request] = carrier.seen;
    expect(request).toMatchObject({ method: "POST", path: "/sms/json" });
    expect(request!.headers.authorization).toBe(`Basic ${Buffer.from("abcd1234:s3cr3t").toString("base64")}`);
    expect(request!.form).toEqual({
      from: "447700900000",
      to: "447700900001",
      text: "Hello & = ü @ {€}",
      type: "text",
      ttl: "3600000",
      "client-ref": sent.id,
      callback: "https://sms.example/webhooks/vonage/status",
    });
  });

  test("arrives with its very text, as unicode exactly when the GSM alphabet lacks a character", async () => {
    const { carrier, link } = await start(answerJson(accepted("1")));
    await fc.assert(
      fc.asyncProperty(smsTextArbitrary, async (text) => {
        expect((await sentOver(link, message({ text }), WHOLE)).kind).toBe("accepted");
        const { form } = carrier.seen.at(-1)!;
        expect(form.text ?? "").toBe(text);
        expect(form.type).toBe(alphabetOf(text) === "gsm7" ? "text" : "unicode");
      }),
    );
    await sentOver(link, message({ text: "Привет" }), WHOLE);
    expect(carrier.seen.at(-1)!.form.type).toBe("unicode");
  });

  test("that is too long for one request leaves piece by piece, in order, and is accepted with all its ids", async () => {
    let answers = 0;
    const { carrier, link } = await start((request, response) => {
      answers += 1;
      // The second piece is throttled once: what has left is not sent again.
      const body =
        answers === 2 ? rejected("1", "please wait [ 5 ]") : accepted(`${answers}a`, `${answers}b`);
      return answerJson(body)(request, response);
    });
    const text = `${"Gate code 4711. ".repeat(199)}${"👩‍👩‍👧‍👦".repeat(250)}`;
    const sent = message({ text });
    const kinds: string[] = [];
    for (let calls = 0; calls < 20 && kinds.at(-1) !== "accepted"; calls += 1) {
      const outcome = await sentOver(link, sent, WHOLE);
      kinds.push(outcome.kind);
      if (outcome.kind === "accepted") expect(outcome.carrierIds).toEqual(["1a", "1b", "3a", "3b"]);
    }
    expect(kinds).toEqual(["more", "throttled", "accepted"]);
    const pieces = carrier.seen.map(({ form }) => String(form.text));
    expect(pieces[0]! + pieces[2]!).toBe(text);
    expect(pieces[1]).toBe(pieces[2]);
    for (const piece of pieces) {
      expect(piece.length).toBeLessThanOrEqual(TEXT_MAX);
      expect(piece.startsWith("\u200d")).toBe(false);
    }
  });

  test("keeps its time to live within what the carrier takes", async () => {
    const { carrier, link } = await start(answerJson(accepted("1")));
    for (const expiresAt of [NOW - 1, NOW + 60_000, NOW + 900 * 86_400_000])
      await sentOver(link, message({ expiresAt }), WHOLE);
    expect(carrier.seen.map(({ form }) => form.ttl)).toEqual(["20000", "60000", "604800000"]);
  });

  test("names no callback that the carrier would find too long", async () => {
    const { carrier, link } = await start(answerJson(accepted("1")), {
      callbackUrl: `https://${"x".repeat(100)}`,
    });
    await sentOver(link, message(), WHOLE);
    expect(carrier.seen[0]!.form).not.toHaveProperty("callback");
  });

  test("of several parts has an id for each", async () => {
    const { link } = await start(answerJson(accepted("a", "", "c")));
    expect(await sentOver(link, message(), WHOLE)).toEqual({
      kind: "accepted",
      carrierIds: ["a", null, "c"],
    });
  });

  test("from one number to one handset follows the one before it, and others do not wait", async () => {
    const answers: (() => void)[] = [];
    const { carrier, link } = await start((request, response) => {
      answers.push(() => answerJson(accepted("1"))(request, response));
    });
    const sends = ["one", "two"].map((text) => sentOver(link, message({ text }), WHOLE));
    sends.push(sentOver(link, message({ text: "other", destination: "447700900002" as Msisdn }), WHOLE));
    await until(() => carrier.seen.length === 2);
    expect(carrier.seen.map(({ form }) => form.text).sort()).toEqual(["one", "other"]);
    for (const answer of answers.splice(0)) answer();
    await until(() => answers.length === 1);
    answers[0]!();
    expect((await Promise.all(sends)).map(({ kind }) => kind)).toEqual(Array(3).fill("accepted"));
  });
});

describe("What the carrier answers", () => {
  test.each([
    ["1", { kind: "throttled", waitMs: null }],
    ["5", { kind: "retry", failure: { code: "submit-5" } }],
    ["10", { kind: "retry", failure: { code: "submit-10" } }],
    ["4", { kind: "retry", failure: { code: "carrier-credentials" } }],
    ["9", { kind: "retry", failure: { code: "carrier-credit" } }],
    ["6", { kind: "refused", failure: { code: "submit-6" } }],
    ["15", { kind: "refused", failure: { code: "submit-15" } }],
    ["4711", { kind: "refused", failure: { code: "submit-4711" } }],
  ])("with status %s decides, although HTTP says 200", async (status, outcome) => {
    const { link } = await start(answerJson(rejected(status)));
    expect(await sentOver(link, message(), WHOLE)).toMatchObject({ ...outcome, carrierIds: [] });
  });

  test.each([
    ["Throughput Rate Exceeded - please wait [ 702 ] and retry", 702],
    ["Throughput Rate Exceeded - please wait and retry", null],
    ["Exceeded maximum MT throughput[ MAX [ 30 ] INTERVAL [ 1000 ] COUNT [ 30 ] ]", null],
    ["please wait [ 999999999 ] and retry", 60_000],
  ])("may ask for a pause: %s", (error, waitMs) => {
    expect(readSendAnswer(JSON.stringify(rejected("1", error)))).toMatchObject({ kind: "throttled", waitMs });
  });

  test.each([
    [["0", "1"], "throttled"],
    [["0", "5", "1"], "throttled"],
    [["0", "5"], "retry"],
    [["0", "1", "6"], "refused"],
  ])("about parts with statuses %j makes the whole text %s", (statuses, kind) => {
    const messages = statuses.map((status, at) => ({ status, "message-id": `${at}` }));
    expect(readSendAnswer(JSON.stringify({ messages }))).toMatchObject({ kind, carrierIds: [] });
  });

  test("leaves the fate open whenever it says nothing of it, and never throws", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (body) => {
        expect(readSendAnswer(body).kind).toBe("unknown");
      }),
    );
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (status, id) => {
        const body = JSON.stringify({ messages: [{ status, "message-id": id }] });
        expect(readSendAnswer(body).kind).toMatch(/^(accepted|throttled|retry|refused|unknown)$/);
      }),
    );
  });

  test.each([
    [401, {}, { kind: "retry", failure: { code: "carrier-credentials" } }],
    [420, {}, { kind: "retry", failure: { code: "http-420" } }],
    [429, {}, { kind: "throttled", waitMs: null }],
    [429, { "retry-after": "3" }, { kind: "throttled", waitMs: 3_000 }],
    [429, { "retry-after": "86400" }, { kind: "throttled", waitMs: 60_000 }],
    [500, {}, { kind: "retry", failure: { code: "http-500" } }],
    [503, {}, { kind: "retry", failure: { code: "http-503" } }],
    [504, {}, { kind: "unknown" }],
    [422, {}, { kind: "refused", failure: { code: "http-422" } }],
    [301, { location: "http://elsewhere.example/" }, { kind: "retry", failure: { code: "http-301" } }],
  ])("with HTTP status %i and %j", async (status, headers, outcome) => {
    const { link } = await start(answerJson("<html>no</html>", status, headers));
    expect(await sentOver(link, message(), WHOLE)).toMatchObject({ ...outcome, carrierIds: [] });
  });

  test.each(["", "<html>", '{"messages":', "[]", '{"messages":[]}', '{"messages":[{}]}', "null"])(
    "with 200 and %j leaves the fate open",
    async (body) => {
      const { link } = await start(answerJson(body));
      expect(await sentOver(link, message(), WHOLE)).toEqual({ kind: "unknown", carrierIds: [] });
    },
  );

  test("without an end is not read to the end", { timeout: 5_000 }, async () => {
    const endless: Script = (_, response) => {
      response.writeHead(200);
      const more = () => response.write("x".repeat(65_536), (error) => error ?? more());
      more();
    };
    const { link } = await start(endless, { timeoutMs: 60_000 });
    expect(await sentOver(link, message(), WHOLE)).toEqual({ kind: "unknown", carrierIds: [] });
  });
});

describe("A connection to the carrier", () => {
  test.each<[string, Script]>([
    ["before the answer", (_, response) => response.destroy()],
    [
      "inside the answer",
      (_, response) => {
        response.writeHead(200, { "content-length": "500" });
        response.write('{"messages":[{"status":"0"', () => response.destroy());
      },
    ],
  ])("that is cut %s leaves the message's fate open", async (_, script) => {
    const { link } = await start(script);
    expect(await sentOver(link, message(), WHOLE)).toEqual({ kind: "unknown", carrierIds: [] });
    expect(link.status().state).toBe("up");
  });

  test.each<[string, Script]>([
    ["no answer at all", () => {}],
    [
      "an answer that trickles",
      (_, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(" "), 10);
        response.on("close", () => clearInterval(drip));
      },
    ],
  ])("that gives %s is given up in time, the message's fate open", async (_, script) => {
    const { carrier, link } = await start(script, { timeoutMs: 100 });
    expect(await sentOver(link, message(), WHOLE)).toEqual({ kind: "unknown", carrierIds: [] });
    await until(() => carrier.connections().open === 0);
  });

  test("that cannot be made leaves the message unsent, and the link is down until it can", async () => {
    const free = createServer();
    const port = await listen(free);
    await close(free);
    const link = connectLink(`http://127.0.0.1:${port}`);
    const states: string[] = [];
    link.onChange(() => states.push(link.status().state));
    expect(link.status().state).toBe("up");
    expect(await sentOver(link, message(), WHOLE)).toEqual({ kind: "unsent" });
    expect([link.status().state, link.room()]).toEqual(["down", 0]);
    expect(await sentOver(link, message(), WHOLE)).toEqual({ kind: "unsent" });
    await until(() => states.filter((state) => state === "connecting").length > 1);
    const back = createServer((socket) => {
      const body = JSON.stringify(accepted("1"));
      socket.on("error", () => {});
      socket.on("data", () =>
        socket.end(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`),
      );
    });
    back.listen(port, "127.0.0.1");
    ends.push(() => close(back));
    await until(() => link.status().state === "up");
    expect(link.room()).toBe(20);
    expect((await sentOver(link, message(), WHOLE)).kind).toBe("accepted");
  });

  test.each([
    ["a name that nobody has", "http://carrier.invalid"],
    ["an encryption that the other side does not speak", null],
  ])("fails for %s before anything has left", async (_, host) => {
    const { carrier } = await start(answerJson(accepted("1")));
    const link = connectLink(host ?? carrier.url.replace("http:", "https:"));
    expect(await sentOver(link, message(), WHOLE)).toEqual({ kind: "unsent" });
    expect(carrier.seen).toEqual([]);
  });

  test("that loses five answers in a row is given a rest", async () => {
    const { link } = await start((_, response) => response.destroy(), { backOffMs: 60_000 });
    for (let sent = 0; sent < 5; sent += 1) {
      expect(link.status().state).toBe("up");
      expect((await sentOver(link, message(), WHOLE)).kind).toBe("unknown");
    }
    expect(link.status().state).toBe("down");
  });
});

describe("The window", () => {
  test("bounds what is under way and the connections, which are used again", async () => {
    const waiting: (() => void)[] = [];
    const { carrier, link } = await start(
      (request, response) => {
        waiting.push(() => answerJson(accepted("1"))(request, response));
      },
      { windowSize: 3 },
    );
    for (let round = 0; round < 20; round += 1) {
      expect(link.room()).toBe(3);
      const to = (last: number) => message({ destination: `44770090000${last}` as Msisdn });
      const sends = [1, 2, 3].map((last) => sentOver(link, to(last), WHOLE));
      expect([link.room(), link.status().inFlight]).toEqual([0, 3]);
      expect(await sentOver(link, to(4), WHOLE)).toEqual({ kind: "unsent" });
      await until(() => waiting.length === 3);
      for (const answer of waiting.splice(0)) answer();
      expect((await Promise.all(sends)).every(({ kind }) => kind === "accepted")).toBe(true);
    }
    expect(carrier.seen).toHaveLength(60);
    expect(carrier.connections().most).toBeLessThanOrEqual(3);
  });

  test("that opens is announced", async () => {
    const { link } = await start(answerJson(accepted("1")), { windowSize: 1 });
    const rooms: number[] = [];
    link.onChange(() => rooms.push(link.room()));
    await sentOver(link, message(), WHOLE);
    expect(rooms).toEqual([1]);
  });

  test("closes when the link is stopped, which waits for the answers still due", async () => {
    let answer = (): void => {};
    const { carrier, link } = await start((request, response) => {
      answer = () => answerJson(accepted("1"))(request, response);
    });
    const sending = sentOver(link, message(), WHOLE);
    await until(() => carrier.seen.length === 1);
    const stopped = link.stop();
    expect(link.room()).toBe(0);
    expect(await sentOver(link, message(), WHOLE)).toEqual({ kind: "unsent" });
    answer();
    expect((await sending).kind).toBe("accepted");
    await stopped;
    expect(link.status()).toMatchObject({ state: "down", inFlight: 0 });
    await until(() => carrier.connections().open === 0);
  });
});

test("A carrier that answers on many connections at once is read to the end on each", async () => {
  const { carrier, link } = await start(answerJson({ ...accepted("1"), padding: "x".repeat(100_000) }, 500));
  for (let round = 0; round < 10; round += 1) {
    const sends = Array.from({ length: 20 }, (_, at) =>
      sentOver(link, message({ destination: `4477009${10_000 + at}` as Msisdn }), WHOLE),
    );
    expect(new Set((await Promise.all(sends)).map(({ kind }) => kind))).toEqual(new Set(["retry"]));
  }
  expect(carrier.connections().most).toBeLessThanOrEqual(20);
});
