import type { Pdu } from "#adapters/smpp/protocol/pdu.ts";
import type { Delivery } from "./acknowledgements.ts";

/**
 * What a session wants done, called when it happens. The session has changed by then: the callee may call it again at once, and
 * must not throw.
 */
export interface SessionOutput<C> {
  readonly write: (pdu: Pdu) => void;
  readonly deliver: (delivery: Delivery) => void;
  /** `ms`: how long the answer took; null: there was none. */
  readonly answered: (context: C, outcome: SubmitOutcome, ms: number | null) => void;
  /** The answer to a submit_sm whose outcome was called unknown before. */
  readonly answeredLate: (context: C, outcome: SubmitOutcome) => void;
  readonly malformed: (commandId: number, reason: string) => void;
  readonly up: () => void;
  /** Write what is waiting, then end our side of the connection. */
  readonly end: () => void;
  /** Drop the connection. It is the last call of a session. */
  readonly down: (end: SessionEnd) => void;
}

/** The end of a session, with the deliveries that the peer may send again. */
export interface SessionEnd {
  readonly reason: DownReason;
  readonly boundForMs: number;
  /** Accepted, but the peer may not have read the acknowledgement. */
  readonly unconfirmed: readonly Delivery[];
  /** Never answered. */
  readonly waiting: readonly Delivery[];
}

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
  | { readonly kind: "accepted"; readonly messageId: string }
  /** `nack`: the status came in a generic_nack. */
  | { readonly kind: "refused"; readonly status: number; readonly nack: boolean }
  /** It was written, and nobody knows whether the peer took it. */
  | { readonly kind: "unknown"; readonly reason: "timeout" | "link-lost" | "malformed-answer" };
