import type { ShortMessage } from "#adapters/smpp/protocol/pdu.ts";
import type { Delivery } from "./acknowledgements.ts";
import type { SessionOutput } from "./output.ts";
import type { Session } from "./state.ts";

/** What a session reports to those above it. */
export interface LinkHooks<C> extends Omit<SessionOutput<C>, "write" | "end"> {
  readonly now: () => number;
  /** A bug, in us or in what listens to us. The link survives it if it can. */
  readonly onFault: (error: unknown) => void;
}

export type SubmitResult = "submitted" | "not-bound" | "window-full" | "congested";

/** One connection, from connect to close; it never connects again. */
export interface SocketLink<C> {
  readonly session: Readonly<Session<C>>;
  /** The message must have passed `messageProblem`. */
  readonly submit: (message: ShortMessage, context: C) => SubmitResult;
  readonly room: () => number;
  /** When the peer's certificate expires, in milliseconds since the epoch; null: there is none, or TLS is not agreed yet. */
  readonly certificateExpiresAt: () => number | null;
  /** `false`: too late, this connection is gone or the delivery was answered before. */
  readonly answer: (delivery: Delivery, status: number) => boolean;
  readonly stop: (drainMs: number) => void;
}
