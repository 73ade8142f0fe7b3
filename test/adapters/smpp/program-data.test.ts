import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import { isProgramData } from "#adapters/smpp/text/program-data.ts";
import { concatenationHeader, UDH_INDICATOR } from "#adapters/smpp/text/user-data.ts";
import { received } from "./received.ts";
import { noMessage } from "./smpp-arbitraries.ts";

const isData = (octets: Buffer, more: Partial<ShortMessage> = {}): boolean =>
  isProgramData(received({ ...noMessage, shortMessage: octets, ...more }));
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

/** A header of these elements. */
const headed = (elements: readonly Buffer[], body: Buffer): Buffer => {
  const header = Buffer.concat(elements);
  return Buffer.concat([Buffer.from([header.length]), header, body]);
};
const element = (id: number, data: Buffer): Buffer => Buffer.concat([Buffer.from([id, data.length]), data]);

describe("data for a program on the handset", () => {
  it("is WAP push, under each data coding that it comes with", () => {
    const push = hex("06 05 04 0B 84 23 F0 01 06 03 BE AF 84");
    for (const dataCoding of [0, 4, 0xf5])
      expect(isData(push, { esmClass: UDH_INDICATOR, dataCoding })).toBe(true);
  });

  it("is a contact, with or without ports", () => {
    const card = Buffer.from("BEGIN:VCARD\r\nTEL:+447700900001\r\nEND:VCARD");
    const ports = element(0x05, hex("23F40000"));
    expect(isData(headed([ports], card), { esmClass: UDH_INDICATOR, dataCoding: 0 })).toBe(true);
    expect(isData(card, { dataCoding: 4 })).toBe(true);
    expect(isData(Buffer.from("//SCKL23F4BEGIN:VCARD"), { dataCoding: 4 })).toBe(true);
  });

  it("is all that names ports, in whatever other headers they stand, and in every part", () => {
    const harmless = fc.constantFrom(
      element(0x00, hex("070201")),
      element(0x24, hex("01")),
      element(0x0b, hex("00")),
    );
    const ports = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }).map((data) => element(0x05, Buffer.from(data))),
      fc.uint8Array({ minLength: 2, maxLength: 2 }).map((data) => element(0x04, Buffer.from(data))),
    );
    fc.assert(
      fc.property(
        fc.array(harmless),
        ports,
        fc.array(harmless),
        fc.string(),
        fc.nat(255),
        (a, port, b, text, dataCoding) => {
          const octets = headed([...a, port, ...b], Buffer.from(text.slice(0, 60)));
          expect(isData(octets, { esmClass: UDH_INDICATOR, dataCoding })).toBe(true);
        },
      ),
    );
  });

  it("is for the SIM, or for no eyes, by its class and protocol", () => {
    expect(isData(Buffer.from("hello"), { dataCoding: 0xf6 })).toBe(true);
    expect(isData(Buffer.from("hello"), { protocolId: 0x7f })).toBe(true);
    expect(isData(hex("02 70 00 00 15"), { esmClass: UDH_INDICATOR })).toBe(true);
  });
});

describe("a text", () => {
  it("is none the less one for a header of parts or of a language", () => {
    const part = Buffer.concat([concatenationHeader(7, 2, 1), Buffer.from("Hello ")]);
    const language = headed([element(0x25, hex("01"))], Buffer.from("Selam"));
    for (const octets of [part, language]) expect(isData(octets, { esmClass: UDH_INDICATOR })).toBe(false);
  });

  it("is one under every data coding that means letters, whatever it says", () => {
    const letters = fc.constantFrom(0x00, 0x01, 0x03, 0x06, 0x07, 0x08, 0x10, 0x11, 0xc0, 0xe0, 0xf0, 0xf1);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 140 }), letters, (octets, dataCoding) => {
        expect(isData(Buffer.from(octets), { dataCoding })).toBe(false);
      }),
    );
  });

  it("is one that an SMSC calls binary, as long as all of it can be read", () => {
    expect(isData(Buffer.from("Gate 4, à bientôt\n", "latin1"), { dataCoding: 4 })).toBe(false);
    expect(isData(hex("47 00 61 74"), { dataCoding: 4 })).toBe(true);
  });
});
