import { parse } from "node:querystring";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Parameters } from "#adapters/vonage-http/fields.ts";
import type { Payload } from "#adapters/vonage-http/payload.ts";
import { parsePayload } from "#adapters/vonage-http/payloads.ts";
import { msisdnArbitrary, smsTextArbitrary } from "#test/support/arbitraries.ts";
import { CAPTURED } from "./captured.ts";

const NOW = Date.parse("2026-11-22T12:00:00Z");

const read = (parameters: string | Parameters): Payload =>
  parsePayload(typeof parameters === "string" ? parse(parameters) : parameters, NOW);

const inbound = { msisdn: "447700900001", to: "447700900000", messageId: "02AB", type: "text" };

const textOf = (parameters: Parameters): string | null => {
  const payload = read({ ...inbound, ...parameters });
  return payload.kind === "inbound" ? payload.message.text : null;
};

describe("A webhook that carries an inbound message", () => {
  test("is understood as captured", () => {
    expect(read(CAPTURED.inbound)).toEqual({
      kind: "inbound",
      message: {
        key: "http:02000000DA7C52E7",
        from: "14845552121",
        to: "16105553939",
        text: "Test this.",
        part: null,
        link: "http",
        receivedAt: NOW,
      },
    });
  });

  test("keeps its numbers and its text, however the number is written", () => {
    fc.assert(
      fc.property(msisdnArbitrary, msisdnArbitrary, smsTextArbitrary, (from, to, text) => {
        const payload = read({ msisdn: `+${from}`, to, messageId: "02AB", text, type: "unicode" });
        expect(payload).toMatchObject({ kind: "inbound", message: { from, to } });
        const visible = text.replace(/[\p{Cc}]/gu, (control) =>
          "\t\n\f\r".includes(control) ? control : "",
        );
        expect(payload).toMatchObject({ message: { text: visible } });
      }),
    );
  });

  test("names the place of a part of a longer text, with a key of its own", () => {
    const payload = read(CAPTURED.part);
    expect(payload).toMatchObject({
      kind: "inbound",
      message: {
        key: "http:02000000DA7C52E7:3",
        text: "y for a non-...",
        part: { reference: "concat:4", total: 4, index: 3 },
      },
    });
  });

  test("is no part when it is the only one", () => {
    const only = { ...inbound, concat: "true", "concat-ref": "7", "concat-total": "1", "concat-part": "1" };
    expect(read(only)).toMatchObject({ message: { part: null, key: "http:02AB" } });
  });

  test.each([
    { "concat-ref": "9", "concat-total": "2", "concat-part": "3" },
    { "concat-ref": "9", "concat-total": "2", "concat-part": "0" },
    { "concat-ref": "9", "concat-total": "256", "concat-part": "1" },
    { "concat-ref": "-1", "concat-total": "2", "concat-part": "1" },
    { "concat-ref": "9", "concat-total": "0", "concat-part": "0" },
    { "concat-ref": "9", "concat-total": "two", "concat-part": "1" },
    { "concat-ref": "1A", "concat-total": "2", "concat-part": "1" },
    { "concat-ref": "65536", "concat-total": "2", "concat-part": "1" },
    { "concat-ref": "9", "concat-total": "2" },
    { "concat-total": "2", "concat-part": "1" },
    {},
  ])("is a text of its own when its part fields make no sense (%j)", (concat) => {
    expect(read({ ...inbound, text: "Gate code 4711", concat: "true", ...concat })).toMatchObject({
      kind: "inbound",
      message: { text: "Gate code 4711", part: null, key: "http:02AB" },
    });
  });

  test("may come from letters, and may be empty", () => {
    expect(read({ ...inbound, msisdn: "VODAFONE" })).toMatchObject({
      message: { from: "VODAFONE", text: "" },
    });
  });

  test("loses NULs, controls and half surrogate pairs", () => {
    expect(textOf({ text: "a\u0000b\u0007c\u009f\td\n\ud83d!" })).toBe("abc\td\n\ufffd!");
  });

  test("is refused only where nobody could tell what it is, without repeating what it says", () => {
    const payload = read({ msisdn: "", messageId: " ", text: "yyy" });
    expect(payload).toMatchObject({
      kind: "invalid",
      errors: [{ path: "messageId" }, { path: "msisdn" }, { path: "to" }],
    });
    expect(JSON.stringify(payload)).not.toMatch(/yyy/);
  });

  test("is taken in however odd its sender, its id and its length are", () => {
    const odd = { msisdn: "Größe ".repeat(10), to: "x", messageId: "a b", text: "y".repeat(50_000) };
    const payload = read(odd);
    expect(payload).toMatchObject({
      kind: "inbound",
      message: { to: "x", key: expect.stringMatching(/^http:sha256:/) },
    });
    if (payload.kind !== "inbound") return;
    expect(payload.message.from.length).toBeLessThanOrEqual(32);
    expect(payload.message.text.length).toBe(39_015);
    expect(read({ ...odd, messageId: "a c" })).not.toMatchObject({ message: { key: payload.message.key } });
  });

  test("is never misread, whatever it contains", () => {
    const names = [
      "msisdn",
      "to",
      "messageId",
      "text",
      "type",
      "status",
      "data",
      "udh",
      "concat",
      "message_uuid",
    ];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.anything()), (parameters) => {
        const payload = read(parameters);
        if (payload.kind !== "inbound") return;
        expect(payload.message.from.length).toBeLessThanOrEqual(32);
        expect(payload.message.from.isWellFormed()).toBe(true);
        expect(payload.message.text.isWellFormed()).toBe(true);
      }),
    );
  });
});

describe("A binary message", () => {
  test("that is for a program in the handset is acknowledged and goes no further", () => {
    expect(read(CAPTURED.binary).kind).toBe("ignored");
  });

  test.each([
    ["ASCII octets", Buffer.from("See you"), "", "See you"],
    ["UTF-16", Buffer.from("Привет 👍", "utf16le").swap16(), "", "Привет 👍"],
    ["UTF-16 in a part", Buffer.from("мир", "utf16le").swap16(), "050003070201", "мир"],
    ["noise", Buffer.from([0xea, 0x06, 0x01, 0xae]), "", null],
    ["nothing", Buffer.alloc(0), "", null],
    ["a header with ports", Buffer.from("See you"), "0605040b8423f0", null],
    ["a header that is cut", Buffer.from("See you"), "0500030702", null],
  ])("of %s is read as text only when it cannot be anything else", (_, data, udh, text) => {
    expect(textOf({ type: "binary", data: data.toString("hex"), udh })).toBe(text);
  });
});

describe("A webhook that carries a receipt", () => {
  test("is understood as captured, by query and by JSON", () => {
    const receipt = { carrierIds: ["14000000F9DBBBBB"], state: "delivered", failure: null };
    expect(read(CAPTURED.receipt)).toEqual({
      kind: "receipt",
      receipt: { ...receipt, at: NOW },
      pair: { source: "16105553939", destination: "14845552121" },
    });
    expect(read(CAPTURED.receiptJson)).toMatchObject({ kind: "receipt", receipt });
  });

  test.each([
    ["accepted", "0", "pending", null],
    ["buffered", "0", "pending", null],
    ["a word of tomorrow", "0", "pending", null],
    ["delivered", "0", "delivered", null],
    ["expired", "2", "expired", "receipt-2"],
    ["failed", "6", "failed", "receipt-6"],
    ["rejected", "099", "failed", "receipt-99"],
    ["failed", "4711", "failed", "receipt-4711"],
    ["failed", "", "failed", "receipt-failed"],
    ["unknown", "0", "failed", "receipt-unknown"],
  ])("says of %s with code %s that the message is %s", (status, code, state, failure) => {
    const payload = read({ messageId: "1", status, "err-code": code, scts: "2611221200" });
    expect(payload).toMatchObject({
      kind: "receipt",
      receipt: { state, failure: failure && { code: failure } },
    });
  });

  test("tells between which numbers its message went, where both are there", () => {
    const receipt = { messageId: "1", status: "delivered" };
    const pair = { source: "447700900000", destination: "447700900001" };
    expect(read({ ...receipt, to: "+447700900000", msisdn: "447700900001" })).toMatchObject({ pair });
    expect(read({ ...receipt, msisdn: "447700900001" })).toMatchObject({ pair: null });
    const status = { message_uuid: "u-1", status: "delivered", from: "447700900000", to: "447700900001" };
    expect(read(status)).toMatchObject({ pair });
  });

  test("is dated by when it came, since the carrier only counts seconds", () => {
    const payload = { messageId: "1", status: "delivered", "message-timestamp": "2025-01-01 00:00:00" };
    expect(read(payload)).toMatchObject({ receipt: { at: NOW } });
  });
});

describe("A webhook of the Messages API", () => {
  test("brings an inbound message as well", () => {
    expect(read(CAPTURED.messagesInbound)).toMatchObject({
      kind: "inbound",
      message: { key: "http:aaaaaaaa-bbbb-4ccc-8ddd-0123456789ab", from: "447700900001", part: null },
    });
  });

  test.each([
    ["submitted", undefined, "pending", null],
    ["delivered", undefined, "delivered", null],
    ["undeliverable", { title: "1240" }, "failed", "opted-out"],
    ["rejected", { title: "1210" }, "failed", "receipt-1210"],
    ["rejected", undefined, "failed", "receipt-rejected"],
  ])("brings a receipt as well: %s", (status, error, state, failure) => {
    const payload = read({ message_uuid: "u-1", status, error, timestamp: "2025-02-03T12:14:25Z" });
    expect(payload).toMatchObject({
      kind: "receipt",
      receipt: { carrierIds: ["u-1"], state, failure: failure && { code: failure }, at: NOW },
    });
  });

  test.each([
    ["image", { image: { url: "https://x.test/a.jpg", caption: "I am at gate 4" } }],
    ["video", { video: { url: "https://x.test/a.mp4", caption: "I am at gate 4" } }],
    ["image", { text: "I am at gate 4", image: { url: "https://x.test/a.jpg" } }],
  ])("brings the words beside a picture (%s, %j)", (type, media) => {
    for (const channel of ["mms", "sms", "MMS"]) {
      const { text: _, ...rest } = CAPTURED.messagesInbound as Record<string, unknown>;
      expect(read({ ...rest, channel, message_type: type, ...media })).toMatchObject({
        kind: "inbound",
        message: { text: "I am at gate 4", hasMedia: true },
      });
    }
  });

  test("is kept, without words, when there is only a picture, a contact or a place", () => {
    const { text: _, ...rest } = CAPTURED.messagesInbound as Record<string, unknown>;
    for (const message_type of ["image", "vcard", "location", "file", "unsupported"])
      expect(read({ ...rest, channel: "mms", message_type, vcard: { url: "u" } })).toMatchObject({
        kind: "inbound",
        message: { text: "", hasMedia: true },
      });
  });

  test("is a text over MMS too", () => {
    expect(read({ ...CAPTURED.messagesInbound, channel: "mms" }).kind).toBe("inbound");
  });

  test("is passed over when it is no SMS", () => {
    expect(read({ ...CAPTURED.messagesInbound, channel: "whatsapp" }).kind).toBe("ignored");
  });
});

test("An empty webhook is a ping", () => {
  expect(read("")).toEqual({ kind: "ping" });
});
