import type { LinkKind } from "#core/domain/message.ts";
import { segmentsOf } from "#core/domain/message-text.ts";
import type { CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { SimulatedCarrier } from "./carrier.ts";
import { HOUSE } from "./house.ts";
import type { SimulatedProcess } from "./process.ts";
import type { Random } from "./random.ts";
import type { Scheduler } from "./scheduler.ts";

/** A link that can be cut: what is under way then has an unknown end. */
export interface SimulatedLink extends CarrierLink {
  cut(forMs: number): void;
}

export interface LinkSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly carrier: SimulatedCarrier;
  readonly timer: Timer;
  readonly process: Pick<SimulatedProcess, "name" | "alive">;
  /** An answer was lost: the same message may rightly be sent once more. */
  lost(messageId: string): void;
}

const ANSWER_TIMEOUT_MS = 5_000;

/** A carrier link as the port promises it, over a network that loses answers and links. */
export const simulatedLink = (
  name: string,
  kind: LinkKind,
  surroundings: LinkSurroundings,
): SimulatedLink => {
  const { scheduler, random, carrier, timer, process } = surroundings;
  const listeners: (() => void)[] = [];
  const underWay = new Set<(outcome: SendOutcome) => void>();
  let downUntil = 0;
  let since = 0;

  const isUp = (): boolean =>
    scheduler.now() >= Math.max(downUntil, kind === "smpp" ? carrier.faults.downUntil : 0);
  const changed = (): void => {
    for (const listener of listeners) listener();
  };
  const room = (): number => (isUp() ? HOUSE.window - underWay.size : 0);

  return {
    name,
    kind,
    whole: kind === "http",
    status: () => ({ state: isUp() ? "up" : "down", inFlight: underWay.size, window: HOUSE.window, since }),
    room,
    onChange: (listener) => listeners.push(listener),
    cut: (forMs) => {
      downUntil = scheduler.now() + forMs;
      since = scheduler.now();
      for (const end of [...underWay]) end({ kind: "unknown", carrierIds: [] });
      timer.after(forMs, changed);
    },
    send: (message, attempt) => {
      if (room() <= 0) return Promise.resolve({ kind: "unsent" });
      return new Promise((resolve) => {
        let ended = false;
        const end = (outcome: SendOutcome): void => {
          if (ended) return;
          ended = true;
          underWay.delete(end);
          if (outcome.kind === "unknown") surroundings.lost(message.id);
          resolve(outcome);
          changed();
        };
        underWay.add(end);
        const arrive = (): void => {
          // What was on the wire when the link or the process went may or may not have arrived.
          if ((ended || !process.alive()) && random.chance(0.5)) return;
          if (scheduler.now() < carrier.faults.throttleUntil) {
            answer({ kind: "throttled", carrierIds: [], waitMs: null });
            return;
          }
          if (random.chance(0.01)) {
            answer({ kind: "retry", carrierIds: [], failure: { code: "busy", detail: "simulated" } });
            return;
          }
          if (random.chance(0.005)) {
            answer({ kind: "refused", carrierIds: [], failure: { code: "no", detail: "simulated" } });
            return;
          }
          const all = segmentsOf(message.text);
          const first = kind === "http" ? 0 : attempt.partsAccepted;
          const last = kind === "http" ? all.length : Math.min(all.length, first + attempt.partsMax);
          const carrierIds = all.slice(first, last).map((text, i) =>
            carrier.submit({
              process: process.name,
              link: name,
              messageId: message.id,
              source: message.source,
              destination: message.destination,
              text,
              part: first + i,
              parts: all.length,
              reference: attempt.reference,
            }),
          );
          answer({ kind: "accepted", carrierIds });
        };
        const answer = (outcome: SendOutcome): void => {
          if (random.chance(carrier.faults.loseAnswers)) return;
          timer.after(random.int(1, 20), () => end(outcome));
        };
        scheduler.after(random.int(1, 20), arrive);
        timer.after(ANSWER_TIMEOUT_MS, () => end({ kind: "unknown", carrierIds: [] }));
      });
    },
  };
};
