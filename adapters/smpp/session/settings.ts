import type { SmppProfile } from "#adapters/smpp/profile.ts";
import type { BindType, Credentials } from "#adapters/smpp/protocol/pdu.ts";

/** All in milliseconds. */
export interface SessionTimes {
  readonly connectMs: number;
  readonly tlsMs: number;
  /** From the bind to its answer. */
  readonly bindMs: number;
  /** Silence after which we ask whether the peer is there, and how long it may take to say so. */
  readonly enquireMs: number;
  readonly enquireAnswerMs: number;
  /** From a submit_sm to its answer; after it the outcome is unknown. */
  readonly responseMs: number;
  /** How long an answer that came too late still counts. */
  readonly lateMs: number;
  /** A link that answers no submit_sm at all for so long is replaced. */
  readonly stallMs: number;
  /** How long answers in flight are waited for on a link that is at fault, before it is replaced. */
  readonly faultDrainMs: number;
  /** From the first octet of a PDU to its last. */
  readonly pduReadMs: number;
  /** Acknowledgements older than `confirmDelayMs` are confirmed by an enquire_link, one per `confirmMs` at most. */
  readonly confirmDelayMs: number;
  readonly confirmMs: number;
  /** From our unbind to its answer, and from there to the peer's end of the connection. */
  readonly unbindMs: number;
}

export const DEFAULT_TIMES: SessionTimes = {
  connectMs: 10_000,
  tlsMs: 10_000,
  bindMs: 10_000,
  enquireMs: 30_000,
  enquireAnswerMs: 10_000,
  responseMs: 30_000,
  lateMs: 300_000,
  stallMs: 60_000,
  faultDrainMs: 5_000,
  pduReadMs: 10_000,
  confirmDelayMs: 100,
  confirmMs: 1_000,
  unbindMs: 5_000,
};

export interface SessionSettings {
  readonly profile: SmppProfile;
  /** Unique among all sessions of all processes; every delivery carries it. */
  readonly id: string;
  readonly credentials: Credentials;
  readonly bindType: BindType;
  /** Whether TLS has to be agreed after the connection, before the bind. */
  readonly tls: boolean;
  readonly windowMax: number;
  /** deliver_sm that may wait for our answer; what comes beyond is answered "throttled" (0x58). */
  readonly waitingMax: number;
  readonly times: SessionTimes;
  /** The sequence number before the first one, 0 unless a test wants to see the numbers wrap. */
  readonly lastSequence?: number;
}
