import { type Acknowledgements, createAcknowledgements } from "./acknowledgements.ts";
import { type Counts, createCounts } from "./counts.ts";
import type { DownReason, SessionOutput } from "./output.ts";
import type { SessionSettings } from "./settings.ts";
import { createWindow, type Window } from "./window.ts";

export type Phase =
  | { readonly state: "connecting"; readonly deadline: number }
  | { readonly state: "securing"; readonly deadline: number }
  | { readonly state: "binding"; readonly deadline: number; readonly sequence: number }
  | { readonly state: "bound"; readonly since: number }
  /** Accepts nothing new; waits until everything in flight is answered. */
  | {
      readonly state: "draining";
      readonly since: number;
      readonly deadline: number;
      readonly reason: DownReason;
    }
  | {
      readonly state: "unbinding";
      readonly since: number;
      readonly deadline: number;
      readonly sequence: number;
      /** Acknowledgements written before it: whoever answers it has read these, and no later ones. */
      readonly written: number;
      readonly reason: DownReason;
    }
  /** Unbound; waits for the peer to end the connection. */
  | {
      readonly state: "ending";
      readonly since: number;
      readonly deadline: number;
      readonly reason: DownReason;
    }
  | { readonly state: "closed" };

/** One connection to the peer. Changed in place, because a copy per PDU would be most of its cost: so it has one owner. */
export interface Session<C> {
  readonly settings: SessionSettings;
  readonly output: SessionOutput<C>;
  phase: Phase;
  readonly window: Window<C>;
  readonly deliveries: Acknowledgements;
  readonly counts: Counts;
  lastReceivedAt: number;
  fragmentSince: number | null;
  enquiry: { readonly sequence: number; readonly sentAt: number; readonly written: number } | null;
  lastConfirmAt: number;
  /** When the oldest submit_sm was sent that expired, with no answer to any other since. */
  unansweredSince: number | null;
  /** When a submit_sm was last answered. */
  lastAnswerAt: number;
}

export const createSession = <C>(
  settings: SessionSettings,
  output: SessionOutput<C>,
  now: number,
): Session<C> => {
  return {
    settings,
    output,
    phase: { state: "connecting", deadline: now + settings.times.connectMs },
    window: createWindow<C>(settings.times, settings.lastSequence),
    deliveries: createAcknowledgements(settings.waitingMax),
    counts: createCounts(),
    lastReceivedAt: now,
    fragmentSince: null,
    enquiry: null,
    lastConfirmAt: Number.NEGATIVE_INFINITY,
    unansweredSince: null,
    lastAnswerAt: now,
  };
};
