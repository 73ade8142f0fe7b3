/**
 * What a command_status in the answer to a submit_sm means for the message and for the link.
 *
 * Sources: SMPP 3.4 §5.1.3 (the codes); Vonage support 204015703 (0x58: send the same message again after a pause), 204015713 (0x05:
 * a third bind); the rest as SMSC operators use them. Codes 0x400 to 0x4FF are each SMSC's own, so nothing is known of them.
 */
export type SubmitResultClass =
  | "accepted"
  /** Too fast: not an attempt; send it again first of all, more slowly. */
  | "throttled"
  /** The carrier has trouble: send it again later, a limited number of times. */
  | "retry"
  /** The link is not what both sides think it is: put the message back and bind anew. */
  | "session-fault"
  /** This message will never be taken. */
  | "permanent";

const throttled = [0x14, 0x58];
const retry = [0x08, 0x45, 0x64, 0x67, 0xfe, 0xff];
const sessionFaults = [0x04, 0x05, 0x0d, 0x0e, 0x0f, 0x53];
const permanent = [
  0x01, 0x02, 0x03, 0x06, 0x07, 0x0a, 0x0b, 0x15, 0x33, 0x34, 0x40, 0x42, 0x43, 0x44, 0x48, 0x49, 0x50, 0x51,
  0x54, 0x55, 0x61, 0x62, 0x63, 0x65, 0x66, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0x100, 0x101, 0x102, 0x103, 0x104,
  0x105, 0x106, 0x107, 0x108, 0x109, 0x10a, 0x10b, 0x10c, 0x10d, 0x10e, 0x10f, 0x110, 0x111, 0x112,
];

const outcomes: ReadonlyMap<number, SubmitResultClass> = new Map<number, SubmitResultClass>([
  [0x00, "accepted"],
  // breakage: throttled-for-good
  ...throttled.map((status) => [status, "throttled"] as const),
  ...retry.map((status) => [status, "retry"] as const),
  ...sessionFaults.map((status) => [status, "session-fault"] as const),
  ...permanent.map((status) => [status, "permanent"] as const),
]);

/** Statuses that the peer may send in a generic_nack when it could not read our request at all. */
const nackFaults: readonly number[] = [0x02, 0x03];

/** The verdict on a status; what nobody has heard of is worth another try. `nack`: it came in a generic_nack. */
export function classifySubmitStatus(status: number, nack = false): SubmitResultClass {
  if (nack && nackFaults.includes(status)) return "session-fault";
  return outcomes.get(status) ?? "retry";
}

/** Statuses for our own trouble with a deliver_sm: after these Vonage sends it again (support 204015773). All others are final. */
export const TRY_AGAIN = { systemError: 0x08, queueFull: 0x14, throttled: 0x58 } as const;
