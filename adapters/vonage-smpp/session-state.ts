import {
  type Acknowledgements,
  acknowledgements,
  type Delivery,
} from "#adapters/vonage-smpp/acknowledgements.ts";
import type {
  BindType,
  Credentials,
  Pdu,
  ReceivedPdu,
  ShortMessage,
  Tlv,
} from "#adapters/vonage-smpp/pdu.ts";
import { type Counts, noCounts } from "#adapters/vonage-smpp/session-counts.ts";
import { requestWindow, type Window } from "#adapters/vonage-smpp/window.ts";

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
  pduReadMs: 10_000,
  confirmDelayMs: 100,
  confirmMs: 1_000,
  unbindMs: 5_000,
};

export interface SessionSettings {
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

export type Phase =
  | { readonly state: "connecting"; readonly deadline: number }
  | { readonly state: "securing"; readonly deadline: number }
  | { readonly state: "binding"; readonly deadline: number; readonly sequence: number }
  | { readonly state: "bound"; readonly since: number }
  /** Takes nothing new; waits until everything in flight is answered. */
  | { readonly state: "draining"; readonly since: number; readonly deadline: number }
  | {
      readonly state: "unbinding";
      readonly since: number;
      readonly deadline: number;
      readonly sequence: number;
    }
  /** Unbound; waits for the peer to end the connection. */
  | {
      readonly state: "ending";
      readonly since: number;
      readonly deadline: number;
      readonly reason: DownReason;
    }
  | { readonly state: "closed" };

/** Why a session ended. */
export type DownReason =
  | { readonly kind: "bind-refused"; readonly status: number }
  /** A submit_sm was refused for a reason that lies in the link, not in the message. */
  | { readonly kind: "session-fault"; readonly status: number }
  | { readonly kind: "unreachable" | "peer-closed"; readonly code: string }
  | {
      readonly kind:
        | "connect-timeout"
        | "tls-timeout"
        | "bind-timeout"
        | "bad-bind-answer"
        /** It did not answer our enquire_link. */
        | "silent"
        /** It answers no submit_sm any more. */
        | "stalled"
        | "slow-pdu"
        | "bad-frame"
        /** generic_nack for nothing in particular: the peer has lost our stream. */
        | "nacked"
        | "peer-unbound"
        /** It reads too slowly. */
        | "overflow"
        | "stopped"
        /** A bug on our side; it is reported apart. */
        | "fault";
    };

/** What became of a submit_sm. */
export type SubmitOutcome =
  | { readonly kind: "accepted"; readonly messageId: string; readonly tlvs: readonly Tlv[] }
  /** `nack`: the status came in a generic_nack. */
  | { readonly kind: "refused"; readonly status: number; readonly nack: boolean }
  /** It was written, and nobody knows whether the peer took it. */
  | { readonly kind: "unknown"; readonly reason: "timeout" | "link-lost" | "malformed-answer" };

export type SessionEvent<C> =
  | { readonly kind: "connected" }
  | { readonly kind: "secured" }
  | { readonly kind: "pdu"; readonly pdu: ReceivedPdu }
  /** Whether the bytes that came last ended in the middle of a PDU. */
  | { readonly kind: "fragment"; readonly pending: boolean }
  | { readonly kind: "lost"; readonly reason: DownReason }
  | { readonly kind: "socket-closed"; readonly code: string }
  | { readonly kind: "tick" }
  | { readonly kind: "submit"; readonly message: ShortMessage; readonly context: C }
  | { readonly kind: "answer"; readonly delivery: Delivery; readonly status: number }
  /** `drainMs`: how long answers to what is in flight are waited for, before the unbind. */
  | { readonly kind: "stop"; readonly drainMs: number };

export type Effect<C> =
  | { readonly kind: "write"; readonly pdu: Pdu }
  | { readonly kind: "deliver"; readonly delivery: Delivery }
  | { readonly kind: "answered"; readonly context: C; readonly outcome: SubmitOutcome }
  /** The answer to a submit_sm whose outcome was called unknown before. */
  | { readonly kind: "answered-late"; readonly context: C; readonly outcome: SubmitOutcome }
  | { readonly kind: "malformed"; readonly commandId: number; readonly reason: string }
  | { readonly kind: "up" }
  /** Write what is waiting, then end our side of the connection. */
  | { readonly kind: "end" }
  /**
   * Drop the connection. Always the last effect of a session, with the deliveries that the peer may send again: those accepted
   * whose acknowledgement it may not have read, and those that were never answered.
   */
  | {
      readonly kind: "down";
      readonly reason: DownReason;
      readonly boundForMs: number;
      readonly unconfirmed: readonly Delivery[];
      readonly waiting: readonly Delivery[];
    };

/** The part of a session that changes with every PDU; in place, because a copy per PDU would be most of its cost. */
export interface Traffic<C> {
  readonly settings: SessionSettings;
  readonly window: Window<C>;
  readonly deliveries: Acknowledgements;
  readonly counts: Counts;
  lastReceivedAt: number;
  fragmentSince: number | undefined;
  enquiry: { readonly sequence: number; readonly sentAt: number; readonly written: number } | undefined;
  lastConfirmAt: number;
  /** When the oldest submit_sm was sent that expired, with no answer to any other since. */
  unansweredSince: number | undefined;
}

export interface Session<C> {
  readonly phase: Phase;
  readonly traffic: Traffic<C>;
}

export function newSession<C>(settings: SessionSettings, now: number): Session<C> {
  return {
    phase: { state: "connecting", deadline: now + settings.times.connectMs },
    traffic: {
      settings,
      window: requestWindow<C>(settings.times, settings.lastSequence),
      deliveries: acknowledgements(settings.waitingMax),
      counts: noCounts(),
      lastReceivedAt: now,
      fragmentSince: undefined,
      enquiry: undefined,
      lastConfirmAt: Number.NEGATIVE_INFINITY,
      unansweredSince: undefined,
    },
  };
}
