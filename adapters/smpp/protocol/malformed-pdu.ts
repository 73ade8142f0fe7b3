import type { MalformedPdu } from "./pdu.ts";

/** `answer`: the status to answer; `reason`: words for the log, without anything that was in the PDU. */
export const malformed = (
  commandId: number,
  status: number,
  sequence: number,
  answer: number,
  reason: string,
): MalformedPdu => {
  return { kind: "malformed", commandId, status, sequence, answer, reason };
};
