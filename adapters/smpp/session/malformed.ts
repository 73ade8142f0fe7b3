import { COMMAND, type MalformedPdu, RESPONSE_BIT, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import { answerMessage, onEnquiryAnswer, onSubmitAnswer, refused } from "./answers.ts";
import { close } from "./ending.ts";
import type { SubmitOutcome } from "./output.ts";
import type { Session } from "./state.ts";

const UNREADABLE: SubmitOutcome = { kind: "unknown", reason: "malformed-answer" };

/** The frame was sound, so the stream is; only this PDU is refused, by the response that belongs to it. */
export const onMalformed = <C>(session: Session<C>, pdu: MalformedPdu, now: number): void => {
  const { commandId, sequence, answer, status, reason } = pdu;
  const { phase, counts, output } = session;
  counts.malformed += 1;
  output.malformed(commandId, reason);
  switch (commandId) {
    case COMMAND.deliverSm:
      output.write(answerMessage("deliver_sm_resp", sequence, answer));
      return;
    case COMMAND.dataSm:
      output.write(answerMessage("data_sm_resp", sequence, answer));
      return;
    case COMMAND.submitSm:
      output.write(answerMessage("submit_sm_resp", sequence, answer));
      return;
    case COMMAND.enquireLink:
      output.write({ kind: "enquire_link_resp", sequence, status: answer });
      return;
    // The header says whom it answers, and that is all that matters of it.
    case COMMAND.enquireLinkResp:
      onEnquiryAnswer(session, sequence);
      return;
    case COMMAND.submitSmResp:
      onSubmitAnswer(session, sequence, status === STATUS.ok ? UNREADABLE : refused(status), now);
      return;
    default:
      if (phase.state === "binding") {
        close(session, { kind: "bad-bind-answer" }, now);
        return;
      }
      if ((commandId & RESPONSE_BIT) === 0) output.write({ kind: "generic_nack", sequence, status: answer });
  }
};
