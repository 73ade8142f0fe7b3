import type { SmppProfile } from "#adapters/smpp/profile.ts";
import type { BindType, Credentials, ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import type { UnconfirmedKey } from "#core/domain/redelivery.ts";
import type { Delivery } from "./acknowledgements.ts";
import type { Counts } from "./counts.ts";
import type { Endpoint } from "./endpoint.ts";
import type { SubmitResult } from "./link-hooks.ts";
import type { DownReason, SubmitOutcome } from "./output.ts";
import type { ReconnectTimes } from "./reconnect.ts";
import type { SessionTimes } from "./settings.ts";
import type { openSocketLink } from "./socket-link.ts";

export interface ConnectionSettings {
  readonly profile: SmppProfile;
  readonly endpoint: Endpoint;
  readonly credentials: Credentials;
  readonly bindType: BindType;
  /** submit_sm in flight at most (10). */
  readonly windowMax?: number;
  /** deliver_sm that may wait for an answer (200). */
  readonly waitingMax?: number;
  readonly times?: Partial<SessionTimes>;
  readonly reconnect?: Partial<ReconnectTimes>;
  /** The sequence number before the first; for tests. */
  readonly lastSequence?: number;
}

/** What the connection reports. `C` is what the caller gave to `submit`. Handlers must not throw; if one does, `onFault` is called. */
export interface ConnectionHandlers<C> {
  /** A text or a receipt: answer it with `answer`, after it is safe. A redelivery has the key of the first delivery. */
  readonly onDeliver: (delivery: Delivery) => void;
  /** Once for every submit that was accepted here. */
  readonly onOutcome: (context: C, outcome: SubmitOutcome, ms: number | null) => void;
  /** A delivery has been answered, so many milliseconds after it came. */
  readonly onAnswered?: (ms: number) => void;
  /** The answer to a submit whose outcome was unknown, come after all. */
  readonly onLateOutcome?: (context: C, outcome: SubmitOutcome) => void;
  readonly onUp?: () => void;
  readonly onDown?: (
    reason: DownReason,
    again: { readonly inMs: number; readonly alarm: boolean } | null,
    /** What the peer may deliver again, on whatever link. */
    unconfirmed: readonly UnconfirmedKey[],
  ) => void;
  readonly onMalformed?: (commandId: number, reason: string) => void;
  readonly onFault: (error: unknown) => void;
}

/** The world outside: a clock that never goes back, in milliseconds, chance from 0 up to 1, and the way to the peer. */
export interface ConnectionPorts {
  readonly now: () => number;
  readonly chance: () => number;
  /** Runs something later; what it answers cancels that. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** A name for a session, unique among all sessions of all processes. */
  readonly newId: () => string;
  readonly open: typeof openSocketLink;
}

export interface ConnectionStatus {
  readonly state:
    | "idle"
    | "connecting"
    | "securing"
    | "binding"
    | "bound"
    | "draining"
    | "unbinding"
    | "ending"
    | "waiting";
  /** Since when it is bound, on the connection's clock; `null` if it is not. */
  readonly boundSince: number | null;
  readonly inFlight: number;
  readonly windowMax: number;
  /** For how long the bind has had no answer; 0: it waits for none. In milliseconds. */
  readonly bindingForMs: number;
  /** For how long the oldest submit_sm has had none; 0: none is in flight, or others have been answered since. In milliseconds. */
  readonly unansweredForMs: number;
  /** When it connects again, in so many milliseconds; null: it is connected, or stopped. */
  readonly nextAttemptInMs: number | null;
  /** deliver_sm that wait for our answer. */
  readonly waiting: number;
  readonly unconfirmed: number;
  /** How long ago the oldest delivery came that the peer may deliver again; 0: there is none. In milliseconds. */
  readonly unconfirmedForMs: number;
  readonly connections: number;
  /** When the certificate that the peer showed last expires, in milliseconds since the epoch; null: it has shown none. */
  readonly certificateExpiresAt: number | null;
  /** How often a session ended, by what it ended with: a status such as `0x0e`, or a kind such as `silent`. */
  readonly downs: ReadonlyMap<string, number>;
  /** Deliveries that had come before. */
  readonly repeated: number;
  readonly lastDown: DownReason | null;
  readonly counts: Counts;
}

export interface SmppConnection<C> {
  readonly windowMax: number;
  readonly start: () => void;
  /** Accepts nothing new, waits up to `drainMs` for what is in flight, unbinds, ends. Resolves when the connection is gone. */
  readonly stop: (drainMs?: number) => Promise<void>;
  /** How many submits it accepts now. */
  readonly room: () => number;
  /** Part of the status, needed before every message. */
  readonly state: () => ConnectionStatus["state"];
  readonly inFlight: () => number;
  /** Anything but `submitted` means that nothing was sent and no outcome will come. */
  readonly submit: (message: ShortMessage, context: C) => SubmitResult | "invalid";
  /** `false`: the link it came on is gone, so the peer may send it again, and will be recognised. */
  readonly answer: (delivery: Delivery, status: number) => boolean;
  /** Whether the link that it came on is still there and waits for its answer. */
  readonly isWaiting: (delivery: Delivery) => boolean;
  readonly status: () => ConnectionStatus;
}
