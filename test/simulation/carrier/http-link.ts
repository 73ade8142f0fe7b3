import { segmentsOf } from "#core/domain/segments.ts";
import type { CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";
import type { ProcessBody } from "#test/simulation/machines/process.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import type { Carrier } from "./carrier.ts";
import type { Unheard } from "./unheard.ts";

export interface HttpLinkSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly carrier: Carrier;
  readonly process: Pick<ProcessBody, "name" | "alive" | "arrival" | "timer">;
  readonly unheard: Unheard;
}

const ANSWER_TIMEOUT_MS = 5_000;

/** The carrier's HTTP API as the port promises it: whole texts, at most a few at once, over a network that loses answers. */
export const httpLink = (
  name: string,
  { scheduler, random, carrier, process, unheard }: HttpLinkSurroundings,
): CarrierLink => {
  const listeners: (() => void)[] = [];
  let underWay = 0;

  const room = (): number => SETTINGS.window - underWay;
  const busy = { code: "busy", detail: "simulated" };

  return {
    name,
    kind: "http",
    sendsWholeText: true,
    direction: "transceiver",
    health: () => ({ state: "up", reason: null, nextAttemptAt: null }),
    status: () => ({ state: "up", inFlight: underWay, window: SETTINGS.window, since: 0 }),
    room,
    onChange: (listener) => listeners.push(listener),
    send: (message, { reference }, done) => {
      if (room() <= 0) {
        done({ kind: "unsent" });
        return;
      }
      const question = {};
      let ended = false;
      const end = (outcome: SendOutcome): void => {
        if (ended) return;
        ended = true;
        underWay -= 1;
        if (outcome.kind !== "unknown") unheard.heard(message.id, question);
        done(outcome);
        for (const listener of listeners) listener();
      };
      const answer = (outcome: SendOutcome): void => {
        if (random.chance(carrier.faults.loseAnswers)) return;
        scheduler.after(random.int(1, 20), () => process.arrival(() => end(outcome)));
      };
      const arrive = (): void => {
        // A request of somebody who has died meanwhile may or may not have been read.
        if (!process.alive() && random.chance(0.5)) return;
        if (carrier.throttles()) {
          answer({ kind: "throttled", carrierIds: [], waitMs: null });
          return;
        }
        if (random.chance(carrier.faults.refuse)) {
          const kind = random.pick(["retry", "retry", "refused"] as const);
          answer({ kind, carrierIds: [], failure: busy });
          return;
        }
        const segments = segmentsOf(message.text);
        const carrierIds = segments.map((text, part) =>
          carrier.take({
            process: process.name,
            link: "http",
            messageId: message.id,
            source: message.source,
            destination: message.destination,
            text,
            part,
            parts: segments.length,
            reference,
          }),
        );
        answer({ kind: "accepted", carrierIds });
      };
      underWay += 1;
      unheard.asked(message.id, question);
      scheduler.after(random.int(1, 20), arrive);
      process.timer.after(ANSWER_TIMEOUT_MS, () => end({ kind: "unknown", carrierIds: [] }));
    },
  };
};
