import { verdictOf } from "#adapters/vonage-smpp/outcomes.ts";
import { NO_TLVS, type Pdu } from "#adapters/vonage-smpp/pdu.ts";
import { closed, type Step, write } from "#adapters/vonage-smpp/session-end.ts";
import type { Effect, Session, SubmitOutcome, Traffic } from "#adapters/vonage-smpp/session-state.ts";

export function onSubmitAnswer<C>(
  session: Session<C>,
  sequence: number,
  outcome: SubmitOutcome,
  now: number,
): Step<C> {
  const { traffic } = session;
  const request = traffic.window.take(sequence);
  if (request !== undefined) {
    traffic.unansweredSince = undefined;
    traffic.deliveries.confirm(request.acknowledgedBefore);
    count(traffic, outcome);
    const answered: Effect<C> = { kind: "answered", context: request.context, outcome };
    if (outcome.kind !== "refused" || verdictOf(outcome.status, outcome.nack) !== "session-fault") {
      return [session, [answered]];
    }
    const [end, effects] = closed(session, { kind: "session-fault", status: outcome.status }, now);
    return [end, [answered, ...effects]];
  }
  const late = traffic.window.takeLate(sequence, now);
  if (late === undefined) return unexpected(session);
  traffic.unansweredSince = undefined;
  traffic.counts.late += 1;
  return [session, [{ kind: "answered-late", context: late.context, outcome }]];
}

export function onEnquiryAnswer<C>(session: Session<C>, sequence: number): Step<C> {
  const { traffic } = session;
  if (traffic.enquiry?.sequence !== sequence) return unexpected(session);
  traffic.deliveries.confirm(traffic.enquiry.written);
  traffic.enquiry = undefined;
  return [session, []];
}

export function unexpected<C>(session: Session<C>, answer?: Pdu): Step<C> {
  session.traffic.counts.unexpected += 1;
  return [session, answer === undefined ? [] : [write(answer)]];
}

function count<C>(traffic: Traffic<C>, outcome: SubmitOutcome): void {
  const { counts } = traffic;
  switch (outcome.kind) {
    case "accepted":
      counts.accepted += 1;
      return;
    case "refused":
      counts.refused.set(outcome.status, (counts.refused.get(outcome.status) ?? 0) + 1);
      return;
    case "unknown":
      counts.unknown += 1;
  }
}

export const refused = (status: number, nack = false): SubmitOutcome => ({ kind: "refused", status, nack });

export const answerMessage = (
  kind: "deliver_sm_resp" | "submit_sm_resp",
  sequence: number,
  status: number,
): Pdu => ({
  kind,
  sequence,
  status,
  messageId: "",
  tlvs: NO_TLVS,
});
