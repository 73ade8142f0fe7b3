import { HEADER_LENGTH } from "./framing.ts";
import { type BodyProblem, endOfString, readMessage } from "./message-codec.ts";
import { LENGTH_MAX, STATUS } from "./pdu.ts";
import type { ReceivedMessage } from "./received-message.ts";

/** Of a deliver_sm between esm_class and registered_delivery: protocol_id, priority_flag, two empty times. */
const BEFORE_REGISTERED = Buffer.alloc(4);
/** replace_if_present_flag; after data_coding come sm_default_msg_id and sm_length. */
const BEFORE_CODING = Buffer.alloc(1);
const AFTER_CODING = Buffer.alloc(2);

const problem = (answer: number, reason: string): BodyProblem => ({ answer, reason });

/**
 * Reads the body of a data_sm (SMPP 3.4 §4.7.1) as that of a deliver_sm with the same fields, whose text is in message_payload: from
 * there on nobody need know that there are two commands.
 */
export const readDataMessage = (bytes: Buffer, start: number, end: number): ReceivedMessage | BodyProblem => {
  const serviceEnd = endOfString(bytes, start + HEADER_LENGTH, LENGTH_MAX.serviceType, end);
  if (serviceEnd < 0) return problem(STATUS.invalidServiceType, "service_type does not end");
  const sourceEnd = endOfString(bytes, serviceEnd + 3, LENGTH_MAX.address, end);
  if (sourceEnd < 0) return problem(STATUS.invalidSource, "source_addr does not end");
  const destinationEnd = endOfString(bytes, sourceEnd + 3, LENGTH_MAX.address, end);
  if (destinationEnd < 0) return problem(STATUS.invalidDestination, "destination_addr does not end");
  const esmClassAt = destinationEnd + 1;
  const tlvsAt = esmClassAt + 3;
  if (tlvsAt > end) return problem(STATUS.invalidCommandLength, "the body ends before its fields");
  const whole = Buffer.concat([
    bytes.subarray(start, esmClassAt + 1),
    BEFORE_REGISTERED,
    bytes.subarray(esmClassAt + 1, esmClassAt + 2),
    BEFORE_CODING,
    bytes.subarray(esmClassAt + 2, esmClassAt + 3),
    AFTER_CODING,
    bytes.subarray(tlvsAt, end),
  ]);
  return readMessage(whole, 0, whole.length);
};
