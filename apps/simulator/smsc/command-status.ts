/** SMPP 3.4 §5.1.3, those that are used here. */
export const STATUS = {
  ok: 0x00,
  invalidMessageLength: 0x01,
  invalidCommandLength: 0x02,
  invalidCommandId: 0x03,
  wrongBindState: 0x04,
  alreadyBound: 0x05,
  invalidPriority: 0x06,
  systemError: 0x08,
  invalidSource: 0x0a,
  invalidDestination: 0x0b,
  bindFailed: 0x0d,
  invalidPassword: 0x0e,
  invalidSystemId: 0x0f,
  invalidEsmClass: 0x43,
  submitFailed: 0x45,
  throttled: 0x58,
  invalidSchedule: 0x61,
  invalidExpiry: 0x62,
  invalidDataCoding: 0x104,
} as const;

/** A deliver_sm answered with one of these comes again; with any other but 0 it is lost (Vonage, article 204015773). */
export const RETRYABLE: ReadonlySet<number> = new Set([0x58, 0x08, 0x14, 0x45, 0x67, 0xfe, 0xff]);
