import fc from "fast-check";
import { NO_TLVS, type Pdu, type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { TAG } from "#adapters/smpp/protocol/tlv.ts";
import { type Tlv, tlvBytes } from "./tlv-bytes.ts";

const octet = fc.integer({ min: 0, max: 255 });
const characters = (letters: string, min: number, max: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: min, maxLength: max });
const buffer = (max: number) => fc.uint8Array({ maxLength: max }).map((bytes) => Buffer.from(bytes));

const digits = characters("0123456789", 1, 20);
const letters = characters("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz &-.", 1, 11);

export const sequenceNumber = fc.integer({ min: 1, max: 0x7fffffff });
export const messageId = characters("0123456789abcdefABCDEF-", 0, 64);

const integer = (tag: number, octets: 1 | 2): fc.Arbitrary<Tlv> =>
  fc.integer({ min: 0, max: 2 ** (8 * octets) - 1 }).map((value) => {
    const bytes = Buffer.alloc(octets);
    bytes.writeUIntBE(value, 0, octets);
    return { tag, value: bytes };
  });

/** TLVs as a sound peer sends them: known ones in their width, and vendors' own with any content. */
const tlv: fc.Arbitrary<Tlv> = fc.oneof(
  messageId.map((id) => ({ tag: TAG.receiptedMessageId, value: Buffer.from(`${id}\0`, "latin1") })),
  integer(TAG.messageState, 1),
  integer(TAG.sarReference, 2),
  integer(TAG.sarTotal, 1),
  integer(TAG.sarSequence, 1),
  integer(TAG.userMessageReference, 2),
  buffer(600).map((value) => ({ tag: TAG.messagePayload, value })),
  fc.constant({ tag: TAG.vonagePriceRequest, value: Buffer.from("1") }),
  fc.tuple(fc.integer({ min: 0x1400, max: 0x3fff }), buffer(40)).map(([tag, value]) => ({ tag, value })),
);

export const tlvs = fc
  .uniqueArray(tlv, { selector: ({ tag }) => tag, maxLength: 6 })
  .map((list) => tlvBytes(...list));

export const shortMessage: fc.Arbitrary<ShortMessage> = fc.record({
  serviceType: characters("ABCDEFW", 0, 5),
  sourceTon: octet,
  sourceNpi: octet,
  source: fc.oneof(digits, letters),
  destinationTon: octet,
  destinationNpi: octet,
  destination: digits,
  esmClass: octet,
  protocolId: octet,
  priority: octet,
  scheduleTime: fc.constantFrom("", "260131120000000+"),
  validityPeriod: fc.constantFrom("", "000001000000000R"),
  registeredDelivery: octet,
  replaceIfPresent: octet,
  dataCoding: octet,
  defaultMessageId: octet,
  shortMessage: buffer(254),
  tlvs,
});

/** Any of the six PDUs that have a codec of our own. */
export const hotPdu: fc.Arbitrary<Pdu> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom("deliver_sm" as const, "submit_sm" as const),
      sequence: sequenceNumber,
      message: shortMessage,
    }),
  },
  fc.record({
    kind: fc.constantFrom("submit_sm_resp" as const, "deliver_sm_resp" as const),
    sequence: sequenceNumber,
    status: fc.constant(STATUS.ok),
    messageId,
    tlvs,
  }),
  fc.record({
    kind: fc.constantFrom("submit_sm_resp" as const, "deliver_sm_resp" as const),
    sequence: sequenceNumber,
    status: fc.integer({ min: 1, max: 0xffffffff }),
    messageId: fc.constant(""),
    tlvs: fc.constant(NO_TLVS),
  }),
  fc.record({ kind: fc.constant("enquire_link" as const), sequence: sequenceNumber }),
  fc.record({
    kind: fc.constant("enquire_link_resp" as const),
    sequence: sequenceNumber,
    status: fc.integer({ min: 0, max: 0xffffffff }),
  }),
);

export const noMessage: ShortMessage = {
  serviceType: "",
  sourceTon: 1,
  sourceNpi: 1,
  source: "447700900001",
  destinationTon: 1,
  destinationNpi: 1,
  destination: "447700900000",
  esmClass: 0,
  protocolId: 0,
  priority: 0,
  scheduleTime: "",
  validityPeriod: "",
  registeredDelivery: 0,
  replaceIfPresent: 0,
  dataCoding: 0,
  defaultMessageId: 0,
  shortMessage: Buffer.alloc(0),
  tlvs: NO_TLVS,
};
