import type { Pdu } from "#adapters/vonage-smpp/pdu.ts";
import type { DownReason, Effect, Session, SubmitOutcome } from "#adapters/vonage-smpp/session-state.ts";

export type Step<C> = readonly [Session<C>, readonly Effect<C>[]];

export const write = (pdu: Pdu) => ({ kind: "write", pdu }) as const;

const LOST: SubmitOutcome = { kind: "unknown", reason: "link-lost" };

/** Ends the session at once: everything in flight is handed back, and the peer's possible repetitions are named. */
export function closed<C>(session: Session<C>, reason: DownReason, now: number): Step<C> {
  const { phase, traffic } = session;
  const effects: Effect<C>[] = traffic.window
    .drain()
    .map((request) => ({ kind: "answered", context: request.context, outcome: LOST }));
  traffic.counts.unknown += effects.length;
  const boundForMs = "since" in phase ? now - phase.since : 0;
  const unconfirmed = traffic.deliveries.unconfirmed();
  effects.push({ kind: "down", reason, boundForMs, unconfirmed, waiting: traffic.deliveries.waiting() });
  return [{ phase: { state: "closed" }, traffic }, effects];
}

/** Asks the peer to let us go. */
export function unbind<C>(session: Session<C>, now: number): Step<C> {
  const { traffic } = session;
  const sequence = traffic.window.nextSequence(traffic.enquiry?.sequence);
  const since = "since" in session.phase ? session.phase.since : now;
  const deadline = now + traffic.settings.times.unbindMs;
  return [
    { phase: { state: "unbinding", since, deadline, sequence }, traffic },
    [write({ kind: "unbind", sequence })],
  ];
}

/** After the unbind has been answered, by either side: end our half, and give the peer a moment to end its own. */
export function ending<C>(
  session: Session<C>,
  reason: DownReason,
  now: number,
  last: readonly Effect<C>[],
): Step<C> {
  const since = "since" in session.phase ? session.phase.since : now;
  const deadline = now + session.traffic.settings.times.unbindMs;
  return [{ ...session, phase: { state: "ending", since, deadline, reason } }, [...last, { kind: "end" }]];
}
