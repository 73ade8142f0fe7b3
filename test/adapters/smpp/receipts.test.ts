import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { candidateIds, storedId } from "#adapters/smpp/delivery/carrier-ids.ts";
import type { ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import type { ReceivedMessage } from "#adapters/smpp/protocol/received-message.ts";
import { TAG } from "#adapters/smpp/protocol/tlv.ts";
import { encodeUcs2 } from "#adapters/smpp/text/data-coding.ts";
import { isReceipt, readReceipt } from "#adapters/smpp/text/receipt-text.ts";
import { VONAGE } from "#adapters/smpp/vonage.ts";
import { received } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";
import { tlvBytes } from "./tlv-bytes.ts";

const EXAMPLE =
  "id:0000000012345678 sub:001 dlvrd:001 submit date:1601010100 done date:1601010101 stat:DELIVRD err:000 text:none ";

const receipt = (text: string | Buffer, more: Partial<ShortMessage> = {}): ReceivedMessage =>
  received({ ...noMessage, esmClass: 0x04, shortMessage: Buffer.from(text), ...more });
const read = (message: ReceivedMessage) => readReceipt(message, VONAGE.receipts);
const idTlv = (id: string) => ({ tag: TAG.receiptedMessageId, value: Buffer.from(id) });
const stateTlv = (state: number) => ({ tag: TAG.messageState, value: Buffer.from([state]) });

/** What a receipt's text says, found in another way. */
const fieldsByPattern = (text: string) => {
  const isUtf16 = text.length >= 4 && text[0] === "\0" && text[2] === "\0";
  const whole = isUtf16 ? text.replaceAll("\0", "") : text;
  const head = whole.replace(/(^|\s)text\s*:.*$/is, "");
  const fields = /(^|\s)(id|stat)\s*:/i.test(head) ? head : whole;
  const field = (name: string) => new RegExp(`(?:^|\\s)${name}\\s*:\\s*(\\S+)`, "i").exec(fields)?.[1] ?? "";
  const words: [RegExp, string][] = [
    [/^DELIV/, "delivered"],
    [/^EXPIR/, "expired"],
    [/^DELET/, "deleted"],
    [/^(UNDEL|FAIL)/, "undeliverable"],
    [/^(ACCEP|ACK)/, "accepted"],
    [/^REJ/, "rejected"],
    [/^(ENROUTE|BUFF|SCHED)/, "enroute"],
    [/^UNKNOWN/, "unknown"],
  ];
  const word = field("stat").toUpperCase();
  const [id, error] = [field("id"), field("err")];
  return {
    textId: id.length <= 64 ? id : "",
    status: words.find(([pattern]) => pattern.test(word))?.[1] ?? null,
    error: /^[0-9A-Za-z]{1,8}$/.test(error) ? error : "",
  };
};

describe("a receipt", () => {
  it("is known by its class alone", () => {
    expect(isReceipt(receipt("anything"))).toBe(true);
    expect(isReceipt(receipt("", { esmClass: 0x20 }))).toBe(true);
    expect(isReceipt(receipt("", { esmClass: 0x44 }))).toBe(true);
    expect(isReceipt(receipt(EXAMPLE, { esmClass: 0 }))).toBe(false);
    expect(isReceipt(receipt("", { esmClass: 0x40, tlvs: tlvBytes(idTlv("1\0")) }))).toBe(false);
  });

  it("says in its text what Vonage's example says", () => {
    expect(read(receipt(EXAMPLE))).toEqual({
      tlvId: "",
      textId: "0000000012345678",
      status: "delivered",
      error: "000",
    });
  });

  it("may leave fields out, and have them in any order and case, under a wrong data coding", () => {
    expect(read(receipt("Stat: UNDELIV  ID : abc Err:006"))).toMatchObject({
      textId: "abc",
      status: "undeliverable",
      error: "006",
    });
    expect(read(receipt("stat:EXPIRED"))).toEqual({
      tlvId: "",
      textId: "",
      status: "expired",
      error: "",
    });
    expect(read(receipt(EXAMPLE, { dataCoding: 8 }))).toMatchObject({ status: "delivered" });
    expect(read(receipt(encodeUcs2(EXAMPLE), { dataCoding: 8 }))).toMatchObject({
      textId: "0000000012345678",
    });
    expect(read(receipt(""))).toEqual({ tlvId: "", textId: "", status: null, error: "" });
  });

  it("believes its TLVs before its text", () => {
    const tlvs = tlvBytes(idTlv("0C000000217B7F02\0"), stateTlv(5));
    expect(read(receipt(EXAMPLE, { tlvs }))).toMatchObject({
      tlvId: "0C000000217B7F02",
      status: "undeliverable",
    });
    expect(read(receipt(EXAMPLE, { tlvs: tlvBytes(stateTlv(99)) }))).toMatchObject({
      status: "delivered",
    });
  });

  it("does not believe what the text quotes of a person's words", () => {
    expect(read(receipt("id:1 text:my id:9 stat:DELIVRD err:1"))).toMatchObject({
      textId: "1",
      status: null,
      error: "",
    });
    expect(read(receipt("text:none id:1 stat:DELIVRD"))).toMatchObject({
      textId: "1",
      status: "delivered",
    });
  });

  it("has the fields that regular expressions find in its text", () => {
    const piece = fc.oneof(
      fc.constantFrom(
        "id",
        "stat",
        "err",
        "text",
        "sub",
        ":",
        ":",
        ":",
        " ",
        " ",
        "\t",
        "\xa0",
        "\x85",
        "\n",
        "\0",
      ),
      fc.constantFrom(
        "ID",
        "Stat",
        "eRR",
        "TEXT",
        "DELIVRD",
        "BUFFRED",
        "UNKNOWN",
        "failed",
        "0".repeat(65),
        "000",
        "é",
        "I\xc9",
        "id:1 ",
      ),
      fc.string({ unit: "binary-ascii", maxLength: 4 }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 24, size: "max" }), (pieces) => {
        const text = pieces.join("").slice(0, 254);
        const { textId, status, error } = read(receipt(Buffer.from(text, "latin1")));
        expect({ textId, status, error }).toEqual(fieldsByPattern(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it("is read without an end of trouble, whatever it holds", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 254 }), fc.nat(255), (bytes, dataCoding) => {
        const fields = read(receipt(Buffer.from(bytes), { dataCoding }));
        expect(candidateIds(fields, "hex-dec").every((id) => id.length > 0)).toBe(true);
      }),
      { numRuns: 5_000 },
    );
  });
});

describe("the id in a receipt", () => {
  const fields = { tlvId: "", textId: "", status: "delivered", error: "" } as const;
  const hexId = fc.bigInt({ min: 1n, max: 2n ** 128n - 1n });

  it("is found again when the answer had it in hexadecimal and the receipt has it in decimal, whatever its size", () => {
    fc.assert(
      fc.property(hexId, fc.boolean(), (id, upper) => {
        const answered = upper ? `00${id.toString(16).toUpperCase()}` : id.toString(16);
        expect(candidateIds({ ...fields, textId: id.toString(10) }, "hex-dec")).toEqual([storedId(answered)]);
      }),
    );
    expect(candidateIds({ ...fields, textId: "864691129016876802" }, "hex-dec")).toEqual([
      storedId("0C000000217B7F02"),
    ]);
  });

  it("is found again the other way round", () => {
    fc.assert(
      fc.property(hexId, (id) => {
        expect(candidateIds({ ...fields, textId: id.toString(16) }, "dec-hex")).toEqual([
          storedId(id.toString(10)),
        ]);
      }),
    );
  });

  it("is taken as it stands when both are the same, but for case, zeros and dashes", () => {
    expect(candidateIds({ ...fields, textId: "0e999F21" }, "same")).toEqual([storedId("E999f21")]);
    expect(candidateIds({ ...fields, textId: "10" }, "same")).toEqual(["10"]);
    const uuid = "AB000A0C-7A7E-4A8B-9D0E-1F2A3B4C5D6E";
    expect(candidateIds({ ...fields, tlvId: uuid, textId: "123" }, "hex-dec")).toEqual([
      storedId(uuid.toLowerCase().replaceAll("-", "")),
      "7b",
    ]);
    expect(storedId("  0  ")).toBe("0");
  });

  it("is written in one way, however it came", () => {
    const inOneWay = (id: string) => {
      const plain = id.trim().toLowerCase();
      return (/^[\da-f-]+$/.test(plain) ? plain.replaceAll("-", "") : plain).replace(/^0+(?=.)/, "");
    };
    const id = fc.string({ unit: fc.constantFrom(..."019afAFgé- "), maxLength: 8 });
    fc.assert(
      fc.property(id, (each) => {
        expect(storedId(each)).toBe(inOneWay(each));
      }),
      { numRuns: 5_000 },
    );
  });

  it("is converted in the TLV too, if the TLV only repeats the text", () => {
    expect(candidateIds({ ...fields, tlvId: "10", textId: "10" }, "hex-dec")).toEqual(["a"]);
  });
});
