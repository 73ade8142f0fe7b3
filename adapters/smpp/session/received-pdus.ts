import {
  COMMAND,
  type Pdu,
  RESPONSE_BIT,
  type ReceivedDelivery,
  type ReceivedPdu,
  STATUS,
} from "#adapters/smpp/protocol/pdu.ts";
import { createDelivery } from "./acknowledgements.ts";
import { answerMessage, onEnquiryAnswer, onSubmitAnswer, refused, unexpected } from "./answers.ts";
import { close, drain, end } from "./ending.ts";
import { onMalformed } from "./malformed.ts";
import type { SubmitOutcome } from "./output.ts";
import type { Session } from "./state.ts";

/** Handles one PDU from the peer. The peer's own enquiries are answered in every phase. */
export const onPdu = <C>(session: Session<C>, pdu: ReceivedPdu, now: number): void => {
  const { output } = session;
  session.lastReceivedAt = now;
  session.counts.received += 1;
  switch (pdu.kind) {
    case "deliver_sm":
    case "data_sm":
      onDeliver(session, pdu, now);
      return;
    case "submit_sm_resp":
      onSubmitAnswer(session, pdu.sequence, outcomeOf(pdu.status, pdu.messageId), now);
      return;
    case "enquire_link":
      output.write({ kind: "enquire_link_resp", sequence: pdu.sequence, status: STATUS.ok });
      return;
    case "enquire_link_resp":
      onEnquiryAnswer(session, pdu.sequence);
      return;
    case "bind_resp":
      onBindAnswer(session, pdu, now);
      return;
    case "unbind":
      output.write({ kind: "unbind_resp", sequence: pdu.sequence, status: STATUS.ok });
      end(session, { kind: "peer-unbound" }, now);
      return;
    case "unbind_resp":
      onUnbindAnswer(session, pdu.sequence, now);
      return;
    case "generic_nack":
      onNack(session, pdu.sequence, pdu.status, now);
      return;
    case "deliver_sm_resp":
    case "data_sm_resp":
      unexpected(session);
      return;
    case "submit_sm":
      unexpected(session, answerMessage("submit_sm_resp", pdu.sequence, STATUS.wrongBindState));
      return;
    case "bind":
      unexpected(session, {
        kind: "bind_resp",
        sequence: pdu.sequence,
        status: STATUS.wrongBindState,
        type: pdu.type,
      });
      return;
    case "unknown":
      onUnknown(session, pdu.commandId, pdu.sequence);
      return;
    case "malformed":
      onMalformed(session, pdu, now);
      return;
  }
};

const outcomeOf = (status: number, messageId: string): SubmitOutcome =>
  status === STATUS.ok ? { kind: "accepted", messageId } : refused(status);

/**
 * A text or a receipt. What cannot be accepted now is answered with a status after which the carrier delivers it again, even where
 * the standard would have 0x04: any other status may be final, and the text would be lost.
 */
const onDeliver = <C>(session: Session<C>, pdu: ReceivedDelivery, now: number): void => {
  const { settings, counts, deliveries, output } = session;
  const { kind, sequence, message, damage } = pdu;
  if (damage !== undefined) {
    counts.malformed += 1;
    output.malformed(kind === "deliver_sm" ? COMMAND.deliverSm : COMMAND.dataSm, damage);
  }
  if (session.phase.state !== "bound" || settings.bindType === "transmitter") {
    unexpected(session, answerMessage(`${kind}_resp`, sequence, settings.profile.tryAgain.unavailable));
    return;
  }
  const delivery = createDelivery(settings.id, sequence, message, now, kind);
  if (!deliveries.receive(delivery)) {
    counts.overloaded += 1;
    // breakage: drop-too-fast
    output.write(answerMessage(`${kind}_resp`, sequence, settings.profile.tryAgain.overloaded));
    return;
  }
  counts.delivered += 1;
  output.deliver(delivery);
};

const onBindAnswer = <C>(
  session: Session<C>,
  pdu: Extract<Pdu, { kind: "bind_resp" }>,
  now: number,
): void => {
  const { phase, settings, output } = session;
  if (phase.state !== "binding" || pdu.sequence !== phase.sequence) unexpected(session);
  else if (pdu.status !== STATUS.ok) close(session, { kind: "bind-refused", status: pdu.status }, now);
  else if (pdu.type !== settings.bindType) close(session, { kind: "bad-bind-answer" }, now);
  else {
    session.phase = { state: "bound", since: now };
    output.up();
  }
};

const onUnbindAnswer = <C>(session: Session<C>, sequence: number, now: number): void => {
  const { phase, deliveries } = session;
  if (phase.state !== "unbinding" || sequence !== phase.sequence) {
    unexpected(session);
    return;
  }
  deliveries.confirm(phase.written);
  end(session, phase.reason, now);
};

/** A generic_nack names the request it refuses, or nothing: then the peer can no longer read our stream. */
const onNack = <C>(session: Session<C>, sequence: number, status: number, now: number): void => {
  const { phase, enquiry } = session;
  if (sequence === 0) onStreamLost(session, now);
  else if (phase.state === "binding" && sequence === phase.sequence)
    close(session, { kind: "bind-refused", status }, now);
  else if (phase.state === "unbinding" && sequence === phase.sequence) end(session, phase.reason, now);
  // A peer that does not know enquire_link is alive all the same.
  else if (enquiry?.sequence === sequence) onEnquiryAnswer(session, sequence);
  else onSubmitAnswer(session, sequence, refused(status, true), now);
};

/** The peer cannot read what we send now; what it has read before it may answer still. */
const onStreamLost = <C>(session: Session<C>, now: number): void => {
  const { phase, settings } = session;
  if (phase.state === "bound") drain(session, { kind: "nacked" }, now + settings.times.faultDrainMs);
  else if (phase.state !== "draining") close(session, { kind: "nacked" }, now);
};

/** alert_notification and outbind want no answer (SMPP 3.4 §4.12, §4.1.7), and no response does. */
const onUnknown = <C>(session: Session<C>, commandId: number, sequence: number): void => {
  const silent = commandId === COMMAND.alertNotification || commandId === COMMAND.outbind;
  if (silent || (commandId & RESPONSE_BIT) !== 0) {
    unexpected(session);
    return;
  }
  unexpected(session, { kind: "generic_nack", sequence, status: STATUS.invalidCommandId });
};
