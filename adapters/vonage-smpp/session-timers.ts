import { closed, type Step, unbind, write } from "#adapters/vonage-smpp/session-end.ts";
import type { Effect, Session, SubmitOutcome, Traffic } from "#adapters/vonage-smpp/session-state.ts";

const TIMED_OUT: SubmitOutcome = { kind: "unknown", reason: "timeout" };

/** What is due now. Calling it too early changes nothing, too often neither. */
export function onTick<C>(session: Session<C>, now: number): Step<C> {
  const { phase, traffic } = session;
  const { times } = traffic.settings;
  if ("deadline" in phase && now >= phase.deadline) {
    switch (phase.state) {
      case "connecting":
        return closed(session, { kind: "connect-timeout" }, now);
      case "securing":
        return closed(session, { kind: "tls-timeout" }, now);
      case "binding":
        return closed(session, { kind: "bind-timeout" }, now);
      case "draining":
        return unbind(session, now);
      case "unbinding":
        return closed(session, { kind: "stopped" }, now);
      case "ending":
        return closed(session, phase.reason, now);
    }
  }
  if (traffic.fragmentSince !== undefined && now - traffic.fragmentSince >= times.pduReadMs) {
    return closed(session, { kind: "slow-pdu" }, now);
  }
  if (phase.state !== "bound" && phase.state !== "draining") return [session, []];
  if (traffic.enquiry !== undefined && now - traffic.enquiry.sentAt >= times.enquireAnswerMs) {
    return closed(session, { kind: "silent" }, now);
  }
  // A second opinion, should the enquiry itself go wrong: nothing at all for two periods is the end in any case.
  if (now - traffic.lastReceivedAt >= 2 * (times.enquireMs + times.enquireAnswerMs)) {
    return closed(session, { kind: "silent" }, now);
  }
  const effects = expire(traffic, now);
  if (traffic.unansweredSince !== undefined && now - traffic.unansweredSince >= times.stallMs) {
    const [end, last] = closed(session, { kind: "stalled" }, now);
    return [end, [...effects, ...last]];
  }
  if (traffic.enquiry === undefined && now >= nextEnquiryAt(traffic)) effects.push(enquire(traffic, now));
  return [session, effects];
}

/** When `tick` has something to do next, if no other event comes before; infinity if never. */
export function nextTickAt<C>(session: Session<C>): number {
  const { phase, traffic } = session;
  const { times } = traffic.settings;
  if (phase.state === "closed") return Number.POSITIVE_INFINITY;
  let at = "deadline" in phase ? phase.deadline : Number.POSITIVE_INFINITY;
  if (traffic.fragmentSince !== undefined) at = Math.min(at, traffic.fragmentSince + times.pduReadMs);
  if (phase.state !== "bound" && phase.state !== "draining") return at;
  if (traffic.unansweredSince !== undefined) at = Math.min(at, traffic.unansweredSince + times.stallMs);
  const { enquiry } = traffic;
  const enquiryAt = enquiry === undefined ? nextEnquiryAt(traffic) : enquiry.sentAt + times.enquireAnswerMs;
  return Math.min(at, enquiryAt, traffic.window.nextDeadline());
}

/** After a silence; or sooner, to learn whether our last acknowledgements arrived. */
function nextEnquiryAt<C>(traffic: Traffic<C>): number {
  const { times } = traffic.settings;
  const silence = traffic.lastReceivedAt + times.enquireMs;
  const oldest = traffic.deliveries.oldestUnconfirmedAt();
  return Math.min(silence, Math.max(oldest + times.confirmDelayMs, traffic.lastConfirmAt + times.confirmMs));
}

function enquire<C>(traffic: Traffic<C>, now: number): Effect<C> {
  const sequence = traffic.window.nextSequence(undefined);
  traffic.enquiry = { sequence, sentAt: now, written: traffic.deliveries.written() };
  traffic.lastConfirmAt = now;
  return write({ kind: "enquire_link", sequence });
}

function expire<C>(traffic: Traffic<C>, now: number): Effect<C>[] {
  if (traffic.window.nextDeadline() > now) return [];
  const expired = traffic.window.expire(now);
  traffic.counts.unknown += expired.length;
  traffic.unansweredSince ??= expired[0]?.sentAt;
  return expired.map((request) => ({ kind: "answered", context: request.context, outcome: TIMED_OUT }));
}
