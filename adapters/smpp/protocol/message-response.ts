import { HEADER_LENGTH } from "./framing.ts";
import { malformed } from "./malformed-pdu.ts";
import { endOfString } from "./message-codec.ts";
import { COMMAND, LENGTH_MAX, NO_TLVS, type ReceivedPdu, STATUS } from "./pdu.ts";
import { areTlvs } from "./tlv.ts";

/** The command ids of the answers that have a message_id. */
export const RESPONSES = {
  submit_sm_resp: COMMAND.submitSmResp,
  deliver_sm_resp: COMMAND.deliverSmResp,
  data_sm_resp: COMMAND.dataSmResp,
} as const;

const responseKinds: ReadonlyMap<number, keyof typeof RESPONSES> = new Map([
  [COMMAND.submitSmResp, "submit_sm_resp"],
  [COMMAND.deliverSmResp, "deliver_sm_resp"],
  [COMMAND.dataSmResp, "data_sm_resp"],
]);

/** A response may have no body at all: with an error status it should not have one (SMPP 3.4 §4.4.2), and some never do. */
export const readMessageResponse = (
  bytes: Buffer,
  start: number,
  end: number,
  commandId: number,
  status: number,
  sequence: number,
): ReceivedPdu => {
  const kind = responseKinds.get(commandId)!;
  const idStart = start + HEADER_LENGTH;
  if (idStart === end) return { kind, sequence, status, messageId: "", tlvs: NO_TLVS };
  const idEnd = endOfString(bytes, idStart, LENGTH_MAX.messageId, end);
  if (idEnd < 0) {
    return malformed(commandId, status, sequence, STATUS.invalidCommandLength, "message_id does not end");
  }
  if (!areTlvs(bytes, idEnd + 1, end)) {
    const reason = "the optional parameters do not fill the PDU";
    return malformed(commandId, status, sequence, STATUS.invalidOptionalPart, reason);
  }
  const messageId = bytes.toString("latin1", idStart, idEnd);
  return {
    kind,
    sequence,
    status,
    messageId,
    tlvs: idEnd + 1 === end ? NO_TLVS : bytes.subarray(idEnd + 1, end),
  };
};
