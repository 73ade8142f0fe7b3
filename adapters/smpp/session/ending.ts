import type { DownReason, SubmitOutcome } from "./output.ts";
import type { Session } from "./state.ts";

const LOST: SubmitOutcome = { kind: "unknown", reason: "link-lost" };

/**
 * Ends the session at once: everything in flight is handed back, and the peer's possible repetitions are named. `tellFirst` says what
 * led to it, when the session is closed already, so that nobody sends on it any more.
 */
export const close = <C>(
  session: Session<C>,
  reason: DownReason,
  now: number,
  tellFirst?: () => void,
): void => {
  const { phase, window, deliveries, counts, output } = session;
  const lost = window.drain();
  counts.unknown += lost.length;
  const boundForMs = "since" in phase ? now - phase.since : 0;
  const end = { reason, boundForMs, unconfirmed: deliveries.unconfirmed(), waiting: deliveries.waiting() };
  deliveries.clear();
  session.phase = { state: "closed" };
  tellFirst?.();
  // breakage: lose-in-flight
  for (const { context } of lost) output.answered(context, LOST, null);
  output.down(end);
};

/** Sends nothing new, and waits until `deadline` for the answers to what is in flight, before it unbinds. */
export const drain = <C>(session: Session<C>, reason: DownReason, deadline: number): void => {
  const { phase } = session;
  if (phase.state === "bound") session.phase = { state: "draining", since: phase.since, deadline, reason };
  else if (phase.state === "draining")
    session.phase = { ...phase, deadline: Math.min(phase.deadline, deadline) };
};

/** Asks the peer to let us go, which is for `reason`. */
export const unbind = <C>(session: Session<C>, reason: DownReason, now: number): void => {
  const sequence = session.window.nextSequence(session.enquiry?.sequence ?? null);
  const since = "since" in session.phase ? session.phase.since : now;
  const deadline = now + session.settings.times.unbindMs;
  session.phase = {
    state: "unbinding",
    since,
    deadline,
    sequence,
    written: session.deliveries.written(),
    reason,
  };
  session.output.write({ kind: "unbind", sequence });
};

/** After the unbind has been answered, by either side: end our half, and give the peer a moment to end its own. */
export const end = <C>(session: Session<C>, reason: DownReason, now: number): void => {
  const since = "since" in session.phase ? session.phase.since : now;
  const deadline = now + session.settings.times.unbindMs;
  session.phase = { state: "ending", since, deadline, reason };
  session.output.end();
};
