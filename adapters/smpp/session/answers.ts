import { submitResultClass } from "#adapters/smpp/profile.ts";
import { NO_TLVS, type Pdu } from "#adapters/smpp/protocol/pdu.ts";
import type { Counts } from "./counts.ts";
import { drain } from "./ending.ts";
import type { SubmitOutcome } from "./output.ts";
import type { Session } from "./state.ts";

export const onSubmitAnswer = <C>(
  session: Session<C>,
  sequence: number,
  outcome: SubmitOutcome,
  now: number,
): void => {
  const request = session.window.take(sequence);
  if (request === null) {
    onLateAnswer(session, sequence, outcome, now);
    return;
  }
  session.unansweredSince = null;
  session.lastAnswerAt = now;
  session.deliveries.confirm(request.acknowledgedBefore);
  count(session.counts, outcome);
  const { faultDrainMs } = session.settings.times; // breakage: close-at-nack
  if (
    outcome.kind === "refused" &&
    submitResultClass(session.settings.profile, outcome.status, outcome.nack) === "session-fault"
  )
    // The answer names its request, so both streams are sound: what else is in flight is answered yet, and nothing new is sent.
    drain(session, { kind: "session-fault", status: outcome.status }, now + faultDrainMs);
  session.output.answered(request.context, outcome, now - request.sentAt);
};

const onLateAnswer = <C>(
  session: Session<C>,
  sequence: number,
  outcome: SubmitOutcome,
  now: number,
): void => {
  const late = session.window.takeLate(sequence, now);
  if (late === null) {
    unexpected(session);
    return;
  }
  session.unansweredSince = null;
  session.lastAnswerAt = now;
  session.counts.late += 1;
  session.output.answeredLate(late.context, outcome);
};

export const onEnquiryAnswer = <C>(session: Session<C>, sequence: number): void => {
  const { enquiry } = session;
  if (enquiry?.sequence !== sequence) {
    unexpected(session);
    return;
  }
  session.enquiry = null;
  session.deliveries.confirm(enquiry.written);
};

export const unexpected = <C>({ counts, output }: Session<C>, answer?: Pdu): void => {
  counts.unexpected += 1;
  if (answer !== undefined) output.write(answer);
};

const count = (counts: Counts, outcome: SubmitOutcome): void => {
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
};

export const refused = (status: number, nack = false): SubmitOutcome => ({ kind: "refused", status, nack });

export const answerMessage = (
  kind: "deliver_sm_resp" | "data_sm_resp" | "submit_sm_resp",
  sequence: number,
  status: number,
): Pdu => ({ kind, sequence, status, messageId: "", tlvs: NO_TLVS });
