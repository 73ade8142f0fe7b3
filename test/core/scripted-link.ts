import type { LinkKind } from "#core/domain/link-kind.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import { segmentsOf } from "#core/domain/segments.ts";
import type { Attempt, CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";
import type { VirtualTime } from "./virtual-time.ts";

/** What the carrier does with a call. `lost`: the answer is; `arrived` says whether the text was not. */
export type Script =
  | { readonly kind: "accept" | "refuse" | "unsent" | "more" }
  /** So many parts are taken before the carrier says no. */
  | { readonly kind: "throttle" | "retry"; readonly partsTaken?: number; readonly waitMs?: number }
  | { readonly kind: "lost"; readonly arrived: boolean };

/** One part, or one whole text, that a carrier was given. */
export interface Sent {
  readonly message: OutboundMessage;
  readonly link: string;
  readonly at: number;
  /** From 0. */
  readonly part: number;
  readonly reference: number;
  readonly text: string;
  readonly carrierId: string;
  /** Whether the carrier has said so. */
  readonly answered: boolean;
}

export interface ScriptedLinkOptions {
  readonly time: VirtualTime;
  readonly name?: string;
  readonly kind?: LinkKind;
  readonly window?: number;
  readonly latencyMs?: number;
  /** What happens to the n-th call, from 0. */
  readonly script?: (message: OutboundMessage, n: number) => Script;
  /** Where what the carrier takes is written down; shared by the links of a carrier. */
  readonly book: Sent[];
}

export interface ScriptedLink extends CarrierLink {
  set(state: "up" | "down"): void;
  /** Calls so far. */
  calls(): number;
  inFlight(): number;
}

const FAILURE = { code: "scripted", detail: "the script says so" };

/** A carrier link whose carrier does as it is told. SMPP-like links take parts, HTTP-like ones whole texts. */
export const scriptedLink = (options: ScriptedLinkOptions): ScriptedLink => {
  const { time, book, name = "link-1", kind = "smpp", window = 10, latencyMs = 20 } = options;
  const script = options.script ?? ((): Script => ({ kind: "accept" }));
  const sendsWholeText = kind === "http";
  const listeners: (() => void)[] = [];
  let state: "up" | "down" = "up";
  let since = time.clock.now();
  let inFlight = 0;
  let calls = 0;

  const changed = (): void => {
    for (const listener of listeners) listener();
  };

  const take = (message: OutboundMessage, attempt: Attempt, count: number, answered: boolean): string[] => {
    const texts = sendsWholeText ? [message.text] : segmentsOf(message.text);
    const from = sendsWholeText ? 0 : attempt.partsAccepted;
    return texts.slice(from, from + count).map((text, i) => {
      const carrierId = `${name}-${book.length}`;
      const { reference } = attempt;
      const part = from + i;
      book.push({ message, link: name, at: time.clock.now(), part, reference, text, carrierId, answered });
      return carrierId;
    });
  };

  const outcomeOf = (message: OutboundMessage, attempt: Attempt, step: Script): SendOutcome => {
    const wanted = sendsWholeText
      ? 1
      : Math.min(attempt.partsMax, segmentsOf(message.text).length - attempt.partsAccepted);
    switch (step.kind) {
      case "accept":
        return { kind: "accepted", carrierIds: take(message, attempt, wanted, true) };
      case "refuse":
        return { kind: "refused", carrierIds: [], failure: FAILURE };
      case "unsent":
        return { kind: "unsent" };
      case "more":
        return { kind: "more", carrierIds: [] };
      case "throttle":
      case "retry": {
        const carrierIds = take(message, attempt, Math.min(step.partsTaken ?? 0, wanted - 1), true);
        return step.kind === "throttle"
          ? { kind: "throttled", carrierIds, waitMs: step.waitMs ?? null }
          : { kind: "retry", carrierIds, failure: FAILURE };
      }
      case "lost":
        if (step.arrived) take(message, attempt, wanted, false);
        return { kind: "unknown", carrierIds: [] };
    }
  };

  return {
    name,
    kind,
    sendsWholeText,
    direction: "transceiver",
    status: () => ({ state, inFlight, window, since }),
    health: () => ({ state, reason: null, nextAttemptAt: null }),
    room: () => (state === "up" ? Math.max(0, window - inFlight) : 0),
    onChange: (listener) => {
      listeners.push(listener);
    },
    send: (message, attempt, done) => {
      if (state === "down") {
        done({ kind: "unsent" });
        return;
      }
      const segments = sendsWholeText ? 1 : attempt.partsMax;
      inFlight += segments;
      // What the carrier does, it does on arrival: the order of calls is the order of its book.
      const outcome = outcomeOf(message, attempt, script(message, calls++));
      time.timer.after(latencyMs, () => {
        inFlight -= segments;
        done(outcome);
        changed();
      });
    },
    set: (to) => {
      state = to;
      since = time.clock.now();
      changed();
    },
    calls: () => calls,
    inFlight: () => inFlight,
  };
};
