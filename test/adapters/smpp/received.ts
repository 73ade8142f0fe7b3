import { decode, encode } from "#adapters/smpp/protocol/codec.ts";
import type { Pdu, ReceivedPdu, ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import { destinationOf, type ReceivedMessage, sourceOf } from "#adapters/smpp/protocol/received-message.ts";

/** A message as it is when it comes from a peer. */
export const received = (message: ShortMessage): ReceivedMessage => {
  const bytes = encode({ kind: "deliver_sm", sequence: 1, message });
  const pdu = decode(bytes, 0, bytes.length);
  if (pdu.kind !== "deliver_sm") throw new Error("Cannot read the message");
  return pdu.message;
};

/** All fields of a received message, also those that nobody asks for: what its bytes mean, by where they stand. */
export const fieldsOf = (message: ReceivedMessage): ShortMessage => {
  const { bytes, start, sourceAt, destinationAt, esmClassAt, textAt, tlvsAt, end } = message;
  const scheduleTime = esmClassAt + 3;
  const validityPeriod = bytes.indexOf(0, scheduleTime) + 1;
  const registeredDelivery = bytes.indexOf(0, validityPeriod) + 1;
  const octet = (at: number): number => bytes[at]!;
  return {
    serviceType: bytes.toString("latin1", start + 16, sourceAt - 3),
    sourceTon: octet(sourceAt - 2),
    sourceNpi: octet(sourceAt - 1),
    source: sourceOf(message),
    destinationTon: octet(destinationAt - 2),
    destinationNpi: octet(destinationAt - 1),
    destination: destinationOf(message),
    esmClass: octet(esmClassAt),
    protocolId: octet(esmClassAt + 1),
    priority: octet(esmClassAt + 2),
    scheduleTime: bytes.toString("latin1", scheduleTime, validityPeriod - 1),
    validityPeriod: bytes.toString("latin1", validityPeriod, registeredDelivery - 1),
    registeredDelivery: octet(registeredDelivery),
    replaceIfPresent: octet(registeredDelivery + 1),
    dataCoding: octet(registeredDelivery + 2),
    defaultMessageId: octet(registeredDelivery + 3),
    shortMessage: bytes.subarray(textAt, tlvsAt),
    tlvs: bytes.subarray(tlvsAt, end),
  };
};

/** A PDU that was read, with all fields of its message. */
export const inFull = (pdu: ReceivedPdu): Pdu | DataSm | Exclude<ReceivedPdu, { message: unknown }> =>
  "message" in pdu ? { ...pdu, message: fieldsOf(pdu.message) } : pdu;

/** A data_sm that was read, as the deliver_sm with the same fields. */
interface DataSm {
  readonly kind: "data_sm";
  readonly sequence: number;
  readonly message: ShortMessage;
}
