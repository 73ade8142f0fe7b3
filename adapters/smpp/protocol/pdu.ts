import type { ReceivedMessage } from "./received-message.ts";

/** The words of the wire: command ids and statuses of SMPP 3.4 (§5.1.2, §5.1.3) and the PDUs that we read and write. */

export const RESPONSE_BIT = 0x80000000;

export const COMMAND = {
  genericNack: 0x80000000,
  bindReceiver: 0x00000001,
  bindTransmitter: 0x00000002,
  submitSm: 0x00000004,
  submitSmResp: 0x80000004,
  deliverSm: 0x00000005,
  deliverSmResp: 0x80000005,
  unbind: 0x00000006,
  unbindResp: 0x80000006,
  bindTransceiver: 0x00000009,
  outbind: 0x0000000b,
  enquireLink: 0x00000015,
  enquireLinkResp: 0x80000015,
  alertNotification: 0x00000102,
  dataSm: 0x00000103,
  dataSmResp: 0x80000103,
} as const;

export const STATUS = {
  ok: 0x00,
  invalidMessageLength: 0x01,
  invalidCommandLength: 0x02,
  invalidCommandId: 0x03,
  wrongBindState: 0x04,
  alreadyBound: 0x05,
  systemError: 0x08,
  invalidSource: 0x0a,
  invalidDestination: 0x0b,
  bindFailed: 0x0d,
  invalidPassword: 0x0e,
  invalidSystemId: 0x0f,
  queueFull: 0x14,
  invalidServiceType: 0x15,
  invalidSystemType: 0x53,
  throttled: 0x58,
  invalidSchedule: 0x61,
  invalidExpiry: 0x62,
  invalidOptionalPart: 0xc0,
} as const;

/** Longest values without the closing NUL (SMPP 3.4 §4.4.1, §4.6.1). */
export const LENGTH_MAX = {
  serviceType: 5,
  address: 20,
  time: 16,
  shortMessage: 254,
  messageId: 64,
} as const;

/** Optional parameters as they stand on the wire, one after another (SMPP 3.4 §5.3). `tlv.ts` finds one among them. */
export type Tlvs = Buffer;

/** The fields that submit_sm and deliver_sm share, as they are written, in the order of the wire (SMPP 3.4 §4.4.1, §4.6.1). */
export interface ShortMessage {
  readonly serviceType: string;
  readonly sourceTon: number;
  readonly sourceNpi: number;
  readonly source: string;
  readonly destinationTon: number;
  readonly destinationNpi: number;
  readonly destination: string;
  readonly esmClass: number;
  readonly protocolId: number;
  readonly priority: number;
  readonly scheduleTime: string;
  readonly validityPeriod: string;
  readonly registeredDelivery: number;
  readonly replaceIfPresent: number;
  readonly dataCoding: number;
  readonly defaultMessageId: number;
  readonly shortMessage: Buffer;
  readonly tlvs: Tlvs;
}

export type BindType = "transceiver" | "transmitter" | "receiver";

export type Pdu =
  | { readonly kind: "deliver_sm"; readonly sequence: number; readonly message: ShortMessage }
  | { readonly kind: "submit_sm"; readonly sequence: number; readonly message: ShortMessage }
  | OtherPdu;

type OtherPdu =
  | {
      readonly kind: "submit_sm_resp" | "deliver_sm_resp" | "data_sm_resp";
      readonly sequence: number;
      readonly status: number;
      readonly messageId: string;
      readonly tlvs: Tlvs;
    }
  | { readonly kind: "enquire_link"; readonly sequence: number }
  | { readonly kind: "enquire_link_resp"; readonly sequence: number; readonly status: number }
  | RarePdu;

/** PDUs that come a few times in the life of a link. */
export type RarePdu =
  | {
      readonly kind: "bind";
      readonly sequence: number;
      readonly type: BindType;
      readonly credentials: Credentials;
    }
  | {
      readonly kind: "bind_resp";
      readonly sequence: number;
      readonly status: number;
      readonly type: BindType;
    }
  | { readonly kind: "unbind"; readonly sequence: number }
  | { readonly kind: "unbind_resp"; readonly sequence: number; readonly status: number }
  | { readonly kind: "generic_nack"; readonly sequence: number; readonly status: number };

export interface Credentials {
  readonly systemId: string;
  readonly password: string;
  readonly systemType: string;
}

/** A PDU with a sound header that we do not speak: `commandId` tells whether it wants an answer. */
export interface UnknownPdu {
  readonly kind: "unknown";
  readonly commandId: number;
  readonly sequence: number;
}

/** A PDU with a sound header whose body is not what its command allows; `answer` is the status that says so. */
export interface MalformedPdu {
  readonly kind: "malformed";
  readonly commandId: number;
  readonly status: number;
  readonly sequence: number;
  readonly answer: number;
  readonly reason: string;
}

/** A text or a receipt for us. `damage`: what of it could not be read, though its text could. */
export interface ReceivedDelivery {
  readonly kind: "deliver_sm" | "data_sm";
  readonly sequence: number;
  readonly message: ReceivedMessage;
  readonly damage?: string;
}

export type ReceivedPdu =
  | ReceivedDelivery
  | { readonly kind: "submit_sm"; readonly sequence: number; readonly message: ReceivedMessage }
  | OtherPdu
  | UnknownPdu
  | MalformedPdu;

export const NO_TLVS: Tlvs = Buffer.alloc(0);
