import type { Failure } from "#core/domain/failure.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import type { LinkSetting } from "#core/domain/link-setting.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";

/**
 * A way to send: an SMPP bind, or the HTTP API. Promises of every link:
 * - `send` calls `done` exactly once, within the link's own deadline, also when the link is cut or stopped; perhaps before it returns,
 *   when nothing has left;
 * - the parts of one message leave in order;
 * - messages of two calls leave in the order of the calls;
 * - nothing of a message's text or numbers reaches a log or an error.
 */
export interface CarrierLink {
  /** Stable and unique among the links of a process, such as `smpp-1`. */
  readonly name: string;
  readonly kind: LinkKind;
  /** Whether one `send` carries the whole text, which the carrier cuts itself (HTTP), or one part at a time (SMPP). */
  readonly sendsWholeText: boolean;
  /** Which way texts go over it. */
  readonly direction: LinkDirection;
  status(): LinkStatus;
  /** How it is, for people. */
  health(): LinkHealth;
  /** How many segments it would take right now without waiting: 0 when down or when its window is full. */
  room(): number;
  /** `done` must not throw. */
  send(message: OutboundMessage, attempt: Attempt, done: (outcome: SendOutcome) => void): void;
  /** Calls back whenever `room` may have grown or the link has come up or gone down. */
  onChange(listener: () => void): void;
  /** What operators say of it now; null: nothing. Absent: it cannot be controlled. */
  control?(setting: LinkSetting | null): void;
}

export interface Attempt {
  /** Parts accepted earlier over this same link; sending resumes after them. A link that cuts texts itself ignores it. */
  readonly partsAccepted: number;
  /** How many parts may leave now: 1 or more. A link that cuts texts itself sends the whole text. */
  readonly partsMax: number;
  /** The concatenation reference of a long text, 0 to 255, constant over all attempts that resume one another. */
  readonly reference: number;
}

export interface LinkStatus {
  readonly state: "up" | "connecting" | "down";
  readonly inFlight: number;
  readonly window: number;
  /** When it came into this state. */
  readonly since: number;
}

/** HTTP goes both ways. */
export type LinkDirection = "transceiver" | "transmitter" | "receiver";

/**
 * `degraded`: it sends, but not as it should: nothing comes in, nothing is answered, or the carrier says "too fast". `paused`: an operator
 * has stopped it.
 * `connecting`, `down`: it sends nothing.
 */
export interface LinkHealth {
  readonly state: "up" | "degraded" | "connecting" | "paused" | "down";
  /** Null: it is up, or was never anything else. */
  readonly reason: LinkReason | null;
  /** When it connects again; null: it is connected, or nobody has said that it should. */
  readonly nextAttemptAt: number | null;
}

/** Why a link is not up. `code` is for programs, `name` the carrier's own word (`ESME_RINVPASWD`), `detail` a sentence for people. */
export interface LinkReason {
  readonly code: string;
  readonly name: string;
  readonly detail: string;
}

export type SendOutcome =
  /** Every part of this call is taken; their ids in part order. An id may be null: no receipt will match. */
  | { readonly kind: "accepted"; readonly carrierIds: readonly (string | null)[] }
  /** What one call carries of a long text is taken, more of it is to follow: call again. Only of a link that sends whole texts. */
  | { readonly kind: "more"; readonly carrierIds: readonly [] }
  /** Slow down, and send it again first; some parts may have been accepted. Not an attempt. */
  | {
      readonly kind: "throttled";
      readonly carrierIds: readonly (string | null)[];
      readonly waitMs: number | null;
    }
  /** Refused for now: worth another attempt later. */
  | { readonly kind: "retry"; readonly carrierIds: readonly (string | null)[]; readonly failure: Failure }
  /** Refused for good. */
  | { readonly kind: "refused"; readonly carrierIds: readonly (string | null)[]; readonly failure: Failure }
  /** It may or may not have arrived at the carrier: the answer was lost. */
  | { readonly kind: "unknown"; readonly carrierIds: readonly (string | null)[] }
  /** It certainly did not leave: the link was down or full. Not an attempt. */
  | { readonly kind: "unsent" };
