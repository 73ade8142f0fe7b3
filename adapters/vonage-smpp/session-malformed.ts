import { COMMAND, type MalformedPdu, RESPONSE_BIT, STATUS } from "#adapters/vonage-smpp/pdu.ts";
import {
  answerMessage,
  onEnquiryAnswer,
  onSubmitAnswer,
  refused,
} from "#adapters/vonage-smpp/session-answers.ts";
import { closed, type Step, write } from "#adapters/vonage-smpp/session-end.ts";
import type { Effect, Session, SubmitOutcome } from "#adapters/vonage-smpp/session-state.ts";

/** The frame was sound, so the stream is; only this PDU is refused, by the response that belongs to it. */
export function onMalformed<C>(session: Session<C>, pdu: MalformedPdu, now: number): Step<C> {
  const { commandId, sequence, answer, status, reason } = pdu;
  session.traffic.counts.malformed += 1;
  const noted: Effect<C> = { kind: "malformed", commandId, reason };
  const [after, effects] = ((): Step<C> => {
    switch (commandId) {
      case COMMAND.deliverSm:
        return [session, [write(answerMessage("deliver_sm_resp", sequence, answer))]];
      case COMMAND.submitSm:
        return [session, [write(answerMessage("submit_sm_resp", sequence, answer))]];
      case COMMAND.enquireLink:
        return [session, [write({ kind: "enquire_link_resp", sequence, status: answer })]];
      // The header says whom it answers, and that is all that matters of it.
      case COMMAND.enquireLinkResp:
        return onEnquiryAnswer(session, sequence);
      case COMMAND.submitSmResp: {
        const unreadable: SubmitOutcome = { kind: "unknown", reason: "malformed-answer" };
        return onSubmitAnswer(session, sequence, status === STATUS.ok ? unreadable : refused(status), now);
      }
      default:
        if (session.phase.state === "binding") return closed(session, { kind: "bad-bind-answer" }, now);
        if ((commandId & RESPONSE_BIT) !== 0) return [session, []];
        return [session, [write({ kind: "generic_nack", sequence, status: answer })]];
    }
  })();
  return [after, [noted, ...effects]];
}
