import { close, unbind } from "./ending.ts";
import type { DownReason, SubmitOutcome } from "./output.ts";
import type { Phase, Session } from "./state.ts";
import type { InFlight } from "./window.ts";

const TIMED_OUT: SubmitOutcome = { kind: "unknown", reason: "timeout" };

/** What is due now. Calling it too early changes nothing, too often neither. */
export const onTick = <C>(session: Session<C>, now: number): void => {
  const { phase, settings, output } = session;
  if (phase.state === "draining" && now >= phase.deadline) {
    unbind(session, phase.reason, now);
    return;
  }
  const reason = whyEndNow(session, now);
  if (reason !== null) {
    close(session, reason, now);
    return;
  }
  if (phase.state !== "bound" && phase.state !== "draining") return;
  const expired = expire(session, now);
  const tellExpired = () => {
    for (const { context } of expired) output.answered(context, TIMED_OUT, null);
  };
  if (session.unansweredSince !== null && now - session.unansweredSince >= settings.times.stallMs) {
    close(session, { kind: "stalled" }, now, tellExpired);
    return;
  }
  if (session.enquiry === null && now >= nextEnquiryAt(session)) enquire(session, now);
  tellExpired();
};

const whyEndNow = <C>(session: Session<C>, now: number): DownReason | null => {
  const { phase, enquiry, fragmentSince } = session;
  const { times } = session.settings;
  if ("deadline" in phase && now >= phase.deadline) return phaseOver(phase);
  if (fragmentSince !== null && now - fragmentSince >= times.pduReadMs) return { kind: "slow-pdu" };
  if (phase.state !== "bound" && phase.state !== "draining") return null;
  const isUnanswered = enquiry !== null && now - enquiry.sentAt >= times.enquireAnswerMs;
  // A second opinion, should the enquiry itself go wrong: nothing at all for two periods is the end in any case.
  const isDeaf = now - session.lastReceivedAt >= 2 * (times.enquireMs + times.enquireAnswerMs);
  return isUnanswered || isDeaf ? { kind: "silent" } : null;
};

const phaseOver = (phase: Extract<Phase, { deadline: number }>): DownReason => {
  switch (phase.state) {
    case "connecting":
      return { kind: "connect-timeout" };
    case "securing":
      return { kind: "tls-timeout" };
    case "binding":
      return { kind: "bind-timeout" };
    case "ending":
    case "draining":
    case "unbinding":
      return phase.reason;
  }
};

/** When `tick` has something to do next, if no other event comes before; infinity if never. */
export const nextTickAt = <C>(session: Session<C>): number => {
  const { phase } = session;
  const { times } = session.settings;
  if (phase.state === "closed") return Number.POSITIVE_INFINITY;
  let at = "deadline" in phase ? phase.deadline : Number.POSITIVE_INFINITY;
  if (session.fragmentSince !== null) at = Math.min(at, session.fragmentSince + times.pduReadMs);
  if (phase.state !== "bound" && phase.state !== "draining") return at;
  if (session.unansweredSince !== null) at = Math.min(at, session.unansweredSince + times.stallMs);
  const { enquiry } = session;
  const enquiryAt = enquiry === null ? nextEnquiryAt(session) : enquiry.sentAt + times.enquireAnswerMs;
  return Math.min(at, enquiryAt, session.window.nextDeadline());
};

/** After a silence; or sooner, to learn whether our last acknowledgements arrived. */
const nextEnquiryAt = <C>(session: Session<C>): number => {
  const { times } = session.settings;
  const silence = session.lastReceivedAt + times.enquireMs;
  const oldest = session.deliveries.oldestUnconfirmedAt();
  return Math.min(silence, Math.max(oldest + times.confirmDelayMs, session.lastConfirmAt + times.confirmMs));
};

const enquire = <C>(session: Session<C>, now: number): void => {
  const sequence = session.window.nextSequence(null);
  session.enquiry = { sequence, sentAt: now, written: session.deliveries.written() };
  session.lastConfirmAt = now;
  session.output.write({ kind: "enquire_link", sequence });
};

const expire = <C>(session: Session<C>, now: number): readonly InFlight<C>[] => {
  // breakage: never-expire-submits
  if (session.window.nextDeadline() > now) return [];
  const expired = session.window.expire(now);
  session.counts.unknown += expired.length;
  session.unansweredSince ??= expired[0]?.sentAt ?? null;
  return expired;
};
