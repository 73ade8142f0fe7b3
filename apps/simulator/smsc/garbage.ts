import type { Faults } from "#apps/simulator/faults.ts";
import { share } from "#apps/simulator/share.ts";

/** What `smpp.garbage: true` means: this percentage of submits. */
const USUAL_PERCENT = 5;

const header = (length: number, command: number, sequence: number): Buffer => {
  const octets = Buffer.alloc(16);
  octets.writeUInt32BE(length, 0);
  octets.writeUInt32BE(command, 4);
  octets.writeUInt32BE(sequence, 12);
  return octets;
};

const DELIVER_SM = 0x05;
const SUBMIT_SM_RESP = 0x80000004;
const UNKNOWN_COMMAND = 0x0000_1234;

/** Bytes that no SMSC should send, each of another kind. */
const KINDS: readonly Buffer[] = [
  header(16, UNKNOWN_COMMAND, 901),
  header(16, SUBMIT_SM_RESP, 0x7fff_fff0),
  // A deliver_sm whose sm_length goes beyond its end.
  Buffer.concat([
    header(36, DELIVER_SM, 902),
    Buffer.from([0, 1, 1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 200, 65, 66]),
  ]),
  // An int16 TLV of one octet at the very end.
  Buffer.concat([header(22, SUBMIT_SM_RESP, 0x7fff_fff1), Buffer.from([0, 0x02, 0x0c, 0, 1, 7])]),
  Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n", "ascii"),
  header(0, DELIVER_SM, 903),
  header(3, DELIVER_SM, 904),
  header(15, DELIVER_SM, 905),
  header(0x7fff_ffff, DELIVER_SM, 906),
];

/** The next malformed bytes for a link, when it is their turn. */
export const createGarbageSource = (): ((faults: Faults) => Buffer | undefined) => {
  const isDue = share();
  let turn = 0;
  return (faults) => {
    const wanted = faults.smpp?.garbage ?? 0;
    const percent = wanted === true ? USUAL_PERCENT : wanted === false ? 0 : wanted;
    if (!isDue(percent)) return undefined;
    turn += 1;
    return KINDS[(turn - 1) % KINDS.length];
  };
};
