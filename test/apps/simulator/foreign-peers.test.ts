import { createConnection, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, describe, expect, it } from "vitest";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { eventually } from "#test/support/simulator-eventually.ts";

const HANDSET = "447700900001";
const NUMBER = "447418300000";

let simulator: Simulator;
const sockets: Socket[] = [];

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await simulator.stop();
});

/** Octets: hex, or the octets of an ASCII text. */
const hex = (octets: string): Buffer => Buffer.from(octets.replaceAll(" ", ""), "hex");
const ascii = (text: string): Buffer => Buffer.from(text, "ascii");
const number16 = (value: number): Buffer => Buffer.from([value >> 8, value & 0xff]);

const pdu = (command: number, sequence: number, ...body: readonly Buffer[]): Buffer => {
  const header = Buffer.alloc(16);
  header.writeUInt32BE(command, 4);
  header.writeUInt32BE(sequence, 12);
  const frame = Buffer.concat([header, ...body]);
  frame.writeUInt32BE(frame.length, 0);
  return frame;
};

const tlv = (tag: number, value: Buffer): Buffer =>
  Buffer.concat([number16(tag), number16(value.length), value]);

interface Peer {
  readonly write: (frame: Buffer) => void;
  /** The next PDU from the carrier, in hex; two PDUs are never in one. */
  readonly next: () => Promise<string>;
}

/** A customer that sends and receives octets, and knows nothing else. */
const peer = (): Peer => {
  const socket = createConnection({ port: simulator.smppPort, host: "127.0.0.1", noDelay: true });
  sockets.push(socket);
  const frames: string[] = [];
  let received = Buffer.alloc(0);
  socket.on("error", () => {});
  socket.on("data", (chunk) => {
    received = Buffer.concat([received, chunk]);
    while (received.length >= 4 && received.length >= received.readUInt32BE(0)) {
      const length = received.readUInt32BE(0);
      frames.push(received.subarray(0, length).toString("hex"));
      received = received.subarray(length);
    }
  });
  return {
    write: (frame) => void socket.write(frame),
    next: async () => {
      await eventually(() => frames.length > 0, "a PDU of the carrier");
      return frames.shift()!;
    },
  };
};

const BIND_TRANSCEIVER = 0x09;
const SUBMIT_SM = 0x04;
const ENQUIRE_LINK = 0x15;

const bindBody = (version: number): Buffer =>
  Buffer.concat([ascii("abcd1234\0s3cr3t\0\0"), Buffer.from([version, 0, 0, 0])]);

const bound = async (version = 0x34): Promise<Peer> => {
  simulator = await startSimulator({ limits: noLimits, rented: [{ country: "GB", msisdn: NUMBER }] });
  const customer = peer();
  customer.write(pdu(BIND_TRANSCEIVER, 1, bindBody(version)));
  expect((await customer.next()).slice(8, 24)).toBe("8000000900000000");
  return customer;
};

interface Submit {
  readonly dataCoding?: number;
  readonly registered?: number;
  readonly text?: Buffer;
  readonly tlvs?: readonly Buffer[];
}

const submit = (sequence: number, { dataCoding = 0, registered = 0, text, tlvs = [] }: Submit = {}): Buffer =>
  pdu(
    SUBMIT_SM,
    sequence,
    ascii(`\0\x01\x01${NUMBER}\0\x01\x01${HANDSET}\0\0\0\0\0\0`),
    Buffer.from([registered, 0, dataCoding, 0, (text ?? ascii("hi")).length]),
    text ?? ascii("hi"),
    ...tlvs,
  );

const header = (command: string, status: number, sequence: number): string =>
  `${command}${status.toString(16).padStart(8, "0")}${sequence.toString(16).padStart(8, "0")}`;

const texts = () => simulator.inbox(HANDSET).map(({ text }) => text);

describe("a submit_sm", () => {
  it("is taken with any sequence number, and with TLVs of any tag and length in any order", async () => {
    const customer = await bound();
    const used = [0x0424, 0x020c, 0x020e, 0x020f, 0x1421];
    const anyTlv = fc
      .tuple(
        fc.integer({ min: 1, max: 0xffff }).filter((tag) => !used.includes(tag)),
        fc.uint8Array({ maxLength: 6 }),
      )
      .map(([tag, value]) => tlv(tag, Buffer.from(value)));
    await fc.assert(
      fc.asyncProperty(fc.nat(0xffff_ffff), fc.array(anyTlv, { maxLength: 4 }), async (sequence, tlvs) => {
        customer.write(submit(sequence, { tlvs }));
        expect((await customer.next()).slice(8, 32)).toBe(header("80000004", 0, sequence));
      }),
    );
  });

  it("is taken with alert_on_message_delivery, which has no value, as the last TLV", async () => {
    const customer = await bound();
    customer.write(submit(7, { tlvs: [hex("130c 0000")] }));
    expect((await customer.next()).slice(8, 32)).toBe(header("80000004", 0, 7));
    expect(texts()).toEqual(["hi"]);
  });

  it("in segments is joined by a reference of one octet as by one of two", async () => {
    const customer = await bound();
    for (const reference of [hex("020c 0001 07"), hex("020c 0002 0008")]) {
      for (const part of [2, 1]) {
        const tlvs = [hex(`020f 0001 0${part}`), hex("020e 0001 02"), reference];
        customer.write(submit(part, { text: ascii(`part ${part} `), tlvs }));
        await customer.next();
      }
    }
    expect(texts()).toEqual(["part 1 part 2 ", "part 1 part 2 "]);
  });

  it("carries a message_payload of any length that a handset can join, and is refused with a longer one", async () => {
    const customer = await bound();
    const long = "x".repeat(20_000);
    customer.write(submit(2, { text: Buffer.alloc(0), tlvs: [tlv(0x0424, ascii(long))] }));
    expect((await customer.next()).slice(8, 32)).toBe(header("80000004", 0, 2));
    expect(texts()).toEqual([long]);
    customer.write(submit(3, { text: Buffer.alloc(0), tlvs: [tlv(0x0424, Buffer.alloc(65_535, 0x78))] }));
    expect(await customer.next()).toBe(`00000010${header("80000004", 1, 3)}`);
    customer.write(submit(4));
    expect((await customer.next()).slice(8, 32)).toBe(header("80000004", 0, 4));
  });

  it.each([
    ["a flash message", 0x10, "6869", "hi"],
    ["a flash message of GSM 03.38", 0xf0, "6869", "hi"],
    ["a flash message in UCS-2", 0x18, "0416d83dde00", "Ж😀"],
    ["message waiting, to be discarded", 0xc8, "6869", "hi"],
    ["message waiting", 0xd8, "6869", "hi"],
    ["message waiting in UCS-2", 0xe8, "0416", "Ж"],
    ["octets of class 1", 0xf5, "6869", "6869"],
  ])("as %s (data_coding %i) is shown", async (_, dataCoding, octets, shown) => {
    const customer = await bound();
    customer.write(submit(2, { dataCoding, text: hex(octets) }));
    expect((await customer.next()).slice(8, 32)).toBe(header("80000004", 0, 2));
    expect(texts()).toEqual([shown]);
  });
});

describe("a request that is not served is refused by name", () => {
  it.each([
    ["query_sm", 0x03, "80000003"],
    ["replace_sm", 0x07, "80000007"],
    ["cancel_sm", 0x08, "80000008"],
    ["submit_multi", 0x21, "80000021"],
    ["data_sm", 0x103, "80000103"],
    ["deliver_sm", 0x05, "80000005"],
    ["outbind, which has no response,", 0x0b, "80000000"],
    ["one that SMPP does not know", 0x1234, "80000000"],
  ])("%s", async (_, command, response) => {
    const customer = await bound();
    customer.write(pdu(command, 9, ascii("1234\0")));
    expect(await customer.next()).toBe(`00000010${header(response, 3, 9)}`);
    customer.write(pdu(ENQUIRE_LINK, 10));
    expect(await customer.next()).toBe(`00000010${header("80000015", 0, 10)}`);
  });
});

describe("a response", () => {
  it.each([
    ["that nobody asked for", pdu(0x80000004, 8, ascii("1\0"))],
    ["that SMPP does not know", pdu(0x80001234, 8)],
    ["with a broken body", pdu(0x80000005, 8, hex("0002 0c00 0107"))],
    ["that is a generic_nack", pdu(0x80000000, 8)],
  ])("%s is not answered", async (_, frame) => {
    const customer = await bound();
    customer.write(frame);
    customer.write(pdu(ENQUIRE_LINK, 10));
    expect(await customer.next()).toBe(`00000010${header("80000015", 0, 10)}`);
  });

  it("without a body acknowledges as one with it", async () => {
    const customer = await bound();
    for (const body of [Buffer.alloc(0), hex("00")]) {
      customer.write(submit(2, { registered: 1 }));
      await customer.next();
      const receipt = await customer.next();
      expect(receipt.slice(8, 24)).toBe("0000000500000000");
      customer.write(pdu(0x80000005, Number.parseInt(receipt.slice(24, 32), 16), body));
    }
    await eventually(() => simulator.stats().smpp.receiptAcks === 2, "both acknowledgements");
  });
});

describe("TLVs", () => {
  const VERSION_TLV = "0210000134";
  const RECEIPTED_ID = "001e0011";

  it.each([0x34, 0x50])("are sent to a customer of version %i", async (version) => {
    const customer = await bound(version);
    customer.write(pdu(BIND_TRANSCEIVER, 2, bindBody(version)));
    expect(await customer.next()).toBe(`00000010${header("80000009", 5, 2)}`);
    customer.write(submit(3, { registered: 1, tlvs: [hex("1421 0002 3100")] }));
    expect(await customer.next()).toContain("1422000a");
    expect(await customer.next()).toContain(RECEIPTED_ID);
  });

  it.each([0x00, 0x33])("are not sent to one of version %i: it knows none", async (version) => {
    const customer = await bound(version);
    customer.write(submit(3, { registered: 1, tlvs: [hex("1421 0001 31")] }));
    // A header, an id of sixteen digits and a NUL.
    expect((await customer.next()).slice(0, 8)).toBe("00000021");
    const receipt = Buffer.from(await customer.next(), "hex");
    expect(receipt.subarray(-9).toString("ascii")).toBe("text:none");
  });

  it("name the version in the answer to a bind, where they are known", async () => {
    await bound();
    for (const [version, ends] of [
      [0x33, "00"],
      [0x34, `00${VERSION_TLV}`],
    ] as const) {
      const customer = peer();
      customer.write(pdu(BIND_TRANSCEIVER, 1, bindBody(version)));
      const name = ascii("SIMULATOR").toString("hex");
      expect((await customer.next()).slice(32)).toBe(`${name}${ends}`);
    }
  });
});
