import type { Delivery } from "#adapters/vonage-smpp/acknowledgements.ts";
import { COMMAND, type Pdu, RESPONSE_BIT, type ReceivedPdu, STATUS } from "#adapters/vonage-smpp/pdu.ts";
import {
  answerMessage,
  onEnquiryAnswer,
  onSubmitAnswer,
  refused,
  unexpected,
} from "#adapters/vonage-smpp/session-answers.ts";
import { closed, ending, type Step, write } from "#adapters/vonage-smpp/session-end.ts";
import { onMalformed } from "#adapters/vonage-smpp/session-malformed.ts";
import type { Session, SubmitOutcome } from "#adapters/vonage-smpp/session-state.ts";

/** Takes one PDU from the peer. The peer's own enquiries are answered in every phase. */
export function onPdu<C>(session: Session<C>, pdu: ReceivedPdu, now: number): Step<C> {
  const { traffic } = session;
  traffic.lastReceivedAt = now;
  traffic.counts.received += 1;
  switch (pdu.kind) {
    case "deliver_sm":
      return onDeliver(session, pdu, now);
    case "submit_sm_resp": {
      const { status, messageId, tlvs } = pdu;
      const accepted: SubmitOutcome = { kind: "accepted", messageId, tlvs };
      return onSubmitAnswer(session, pdu.sequence, status === STATUS.ok ? accepted : refused(status), now);
    }
    case "enquire_link":
      return [session, [write({ kind: "enquire_link_resp", sequence: pdu.sequence, status: STATUS.ok })]];
    case "enquire_link_resp":
      return onEnquiryAnswer(session, pdu.sequence);
    case "bind_resp":
      return onBindAnswer(session, pdu, now);
    case "unbind":
      return ending(session, { kind: "peer-unbound" }, now, [
        write({ kind: "unbind_resp", sequence: pdu.sequence, status: STATUS.ok }),
      ]);
    case "unbind_resp":
      if (session.phase.state !== "unbinding" || pdu.sequence !== session.phase.sequence)
        return unexpected(session);
      // It has read all that was written before the unbind.
      traffic.deliveries.confirm(traffic.deliveries.written());
      return ending(session, { kind: "stopped" }, now, []);
    case "generic_nack":
      return onNack(session, pdu.sequence, pdu.status, now);
    case "deliver_sm_resp":
      return unexpected(session);
    case "submit_sm":
      return unexpected(session, answerMessage("submit_sm_resp", pdu.sequence, STATUS.wrongBindState));
    case "bind":
      return unexpected(session, {
        kind: "bind_resp",
        sequence: pdu.sequence,
        status: STATUS.wrongBindState,
        type: pdu.type,
      });
    case "unknown":
      return onUnknown(session, pdu.commandId, pdu.sequence);
    case "malformed":
      return onMalformed(session, pdu, now);
  }
}

/**
 * A text or a receipt. What cannot be taken now is refused with a status after which Vonage sends it again (0x08, 0x58), even where
 * the standard would have 0x04: any other status is final there, and the text would be lost.
 */
function onDeliver<C>(session: Session<C>, pdu: Extract<Pdu, { kind: "deliver_sm" }>, now: number): Step<C> {
  const { traffic } = session;
  if (session.phase.state !== "bound" || traffic.settings.bindType === "transmitter") {
    return unexpected(session, answerMessage("deliver_sm_resp", pdu.sequence, STATUS.systemError));
  }
  const { id } = traffic.settings;
  // The peer's own numbers may come again in a session; how many PDUs came before this one does not.
  const key = `${id}:${traffic.counts.received}`;
  const delivery: Delivery = {
    session: id,
    sequence: pdu.sequence,
    receivedAt: now,
    key,
    isRepeated: false,
    message: pdu.message,
  };
  if (!traffic.deliveries.receive(delivery)) {
    traffic.counts.overloaded += 1;
    return [session, [write(answerMessage("deliver_sm_resp", pdu.sequence, STATUS.throttled))]];
  }
  traffic.counts.delivered += 1;
  return [session, [{ kind: "deliver", delivery }]];
}

function onBindAnswer<C>(
  session: Session<C>,
  pdu: Extract<Pdu, { kind: "bind_resp" }>,
  now: number,
): Step<C> {
  const { phase, traffic } = session;
  if (phase.state !== "binding" || pdu.sequence !== phase.sequence) return unexpected(session);
  if (pdu.status !== STATUS.ok) return closed(session, { kind: "bind-refused", status: pdu.status }, now);
  if (pdu.type !== traffic.settings.bindType) return closed(session, { kind: "bad-bind-answer" }, now);
  return [{ ...session, phase: { state: "bound", since: now } }, [{ kind: "up" }]];
}

/** A generic_nack names the request it refuses, or nothing: then the peer can no longer read our stream. */
function onNack<C>(session: Session<C>, sequence: number, status: number, now: number): Step<C> {
  const { phase, traffic } = session;
  if (sequence === 0) return closed(session, { kind: "nacked" }, now);
  if (phase.state === "binding" && sequence === phase.sequence) {
    return closed(session, { kind: "bind-refused", status }, now);
  }
  if (phase.state === "unbinding" && sequence === phase.sequence)
    return ending(session, { kind: "stopped" }, now, []);
  // A peer that does not know enquire_link is alive all the same.
  if (traffic.enquiry?.sequence === sequence) return onEnquiryAnswer(session, sequence);
  return onSubmitAnswer(session, sequence, refused(status, true), now);
}

/** alert_notification and outbind want no answer (SMPP 3.4 §4.12, §4.1.7), and no response does. */
function onUnknown<C>(session: Session<C>, commandId: number, sequence: number): Step<C> {
  const silent = commandId === COMMAND.alertNotification || commandId === COMMAND.outbind;
  if (silent || (commandId & RESPONSE_BIT) !== 0) return unexpected(session);
  return unexpected(session, { kind: "generic_nack", sequence, status: STATUS.invalidCommandId });
}
