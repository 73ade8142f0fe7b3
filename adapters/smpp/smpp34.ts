import type { ReceiptStatus, ReceiptWords, SmppProfile, SubmitResultClass } from "./profile.ts";

/*
 * The tables of SMPP 3.4, with which a carrier's profile starts. What the standard leaves open is as SMSC operators use it.
 */

const classed = (
  kind: SubmitResultClass,
  statuses: readonly number[],
): readonly (readonly [number, SubmitResultClass])[] => statuses.map((status) => [status, kind]);

/** Statuses of submit_sm_resp (SMPP 3.4 §5.1.3). 0x400 to 0x4FF are each SMSC's own, so nothing is known of them. */
export const SUBMIT_STATUSES: ReadonlyMap<number, SubmitResultClass> = new Map([
  ...classed("accepted", [0x00]),
  // breakage: throttled-for-good
  ...classed("throttled", [0x14, 0x58]),
  ...classed("retry", [0x08, 0x45, 0x64, 0x67, 0xfe, 0xff]),
  ...classed("session-fault", [0x04, 0x05, 0x0d, 0x0e, 0x0f, 0x53]),
  ...classed(
    "permanent",
    [
      0x01, 0x02, 0x03, 0x06, 0x07, 0x0a, 0x0b, 0x15, 0x33, 0x34, 0x40, 0x42, 0x43, 0x44, 0x48, 0x49, 0x50,
      0x51, 0x54, 0x55, 0x61, 0x62, 0x63, 0x65, 0x66, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0x100, 0x101, 0x102,
      0x103, 0x104, 0x105, 0x106, 0x107, 0x108, 0x109, 0x10a, 0x10b, 0x10c, 0x10d, 0x10e, 0x10f, 0x110, 0x111,
      0x112,
    ],
  ),
]);

/** message_state (SMPP 3.4 §5.2.28). */
export const MESSAGE_STATES: ReadonlyMap<number, ReceiptStatus> = new Map([
  [1, "enroute"],
  [2, "delivered"],
  [3, "expired"],
  [4, "deleted"],
  [5, "undeliverable"],
  [6, "accepted"],
  [7, "unknown"],
  [8, "rejected"],
]);

/** How the `stat` words of SMPP 3.4 appendix B begin, and what else SMSCs write for the same. */
export const STAT_WORDS: ReceiptWords["words"] = [
  ["DELIV", "delivered"],
  ["EXPIR", "expired"],
  ["DELET", "deleted"],
  ["UNDEL", "undeliverable"],
  ["FAIL", "undeliverable"],
  ["ACCEP", "accepted"],
  ["ACK", "accepted"],
  ["REJ", "rejected"],
  ["ENROUTE", "enroute"],
  ["BUFF", "enroute"],
  ["SCHED", "enroute"],
  ["UNKNOWN", "unknown"],
];

/** The standard calls `unknown` an invalid state: more may come. */
export const STATUS_MEANINGS: ReceiptWords["meanings"] = {
  enroute: "pending",
  accepted: "pending",
  unknown: "pending",
  delivered: "delivered",
  expired: "expired",
  deleted: "failed",
  undeliverable: "failed",
  rejected: "failed",
};

/** An SMSC of which nothing is known but the standard. */
export const SMPP_34: SmppProfile = {
  name: "SMPP 3.4",
  submitStatuses: SUBMIT_STATUSES,
  messageIdForm: "same",
  tryAgain: { unavailable: 0x08, overloaded: 0x58 },
  defaultAlphabet: "gsm",
  addresses: { international: { ton: 1, npi: 1 } },
  receipts: {
    states: MESSAGE_STATES,
    words: STAT_WORDS,
    meanings: STATUS_MEANINGS,
    error: (code) => ({
      number: code.toLowerCase().replace(/^0+(?=.)/, "") || "0",
      reason: null,
      isOptOut: false,
    }),
  },
};
