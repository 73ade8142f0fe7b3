import { type ReceivedPdu, type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { Delivery } from "./acknowledgements.ts";
import { answerMessage } from "./answers.ts";
import { close, drain, unbind } from "./ending.ts";
import type { DownReason } from "./output.ts";
import { onPdu } from "./received-pdus.ts";
import type { Session } from "./state.ts";
import { onTick } from "./timers.ts";

/*
 * The life of one connection: connecting -> (securing) -> binding -> bound -> (draining) -> unbinding -> ending -> closed. Any
 * trouble leads straight to closed, and the output gets `down`; nothing survives it, and the next connection is a new session.
 *
 * No clock, no socket, no chance: the same that happens at the same times gives the same output.
 */

/** What happens to a connection beside its traffic. */
export type SessionEvent =
  | { readonly kind: "connected" }
  | { readonly kind: "secured" }
  /** Whether the bytes that came last ended in the middle of a PDU. */
  | { readonly kind: "fragment"; readonly pending: boolean }
  | { readonly kind: "lost"; readonly reason: DownReason }
  | { readonly kind: "socket-closed"; readonly code: string }
  | { readonly kind: "tick" }
  /** `drainMs`: how long answers to what is in flight are waited for, before the unbind. */
  | { readonly kind: "stop"; readonly drainMs: number };

export const happen = <C>(session: Session<C>, event: SessionEvent, now: number): void => {
  if (session.phase.state === "closed") return;
  handle(session, event, now);
  unbindWhenDrained(session, now);
};

/** Handles a PDU from the peer. */
export const receive = <C>(session: Session<C>, pdu: ReceivedPdu, now: number): void => {
  if (session.phase.state === "closed") return;
  onPdu(session, pdu, now);
  unbindWhenDrained(session, now);
};

/** Answers a delivery; `false` if it came on another session or does not wait for an answer any more. */
export const answer = <C>(session: Session<C>, delivery: Delivery, status: number, now: number): boolean => {
  if (delivery.session !== session.settings.id || session.phase.state === "closed") return false;
  if (!session.deliveries.answer(delivery, status === STATUS.ok, now)) return false;
  session.output.write(answerMessage(`${delivery.command}_resp`, delivery.sequence, status));
  unbindWhenDrained(session, now);
  return true;
};

/** Sends a message: `context` comes back with what became of it. Not to be called when `whyNotSubmit` has a reason. */
export const submit = <C>(session: Session<C>, message: ShortMessage, context: C, now: number): void => {
  const refusal = whyNotSubmit(session);
  if (refusal !== null) throw new Error(`Cannot submit on a session that is "${refusal}"`);
  const sequence = session.window.nextSequence(session.enquiry?.sequence ?? null);
  session.window.add(sequence, context, now, session.deliveries.written());
  session.counts.submitted += 1;
  session.output.write({ kind: "submit_sm", sequence, message });
};

/** Why a submit_sm cannot be accepted now, or `null` if it can. */
export const whyNotSubmit = <C>({
  settings,
  phase,
  window,
}: Session<C>): "not-bound" | "window-full" | null => {
  if (phase.state !== "bound" || settings.bindType === "receiver") return "not-bound";
  return window.size() >= settings.windowMax ? "window-full" : null;
};

const handle = <C>(session: Session<C>, event: SessionEvent, now: number): void => {
  const { phase, settings } = session;
  switch (event.kind) {
    case "fragment":
      session.fragmentSince = event.pending ? now : null;
      return;
    case "tick":
      onTick(session, now);
      return;
    case "connected":
      if (phase.state !== "connecting") return;
      if (!settings.tls) {
        bind(session, now);
        return;
      }
      session.phase = { state: "securing", deadline: now + settings.times.tlsMs };
      return;
    case "secured":
      if (phase.state === "securing") bind(session, now);
      return;
    case "lost":
      close(session, event.reason, now);
      return;
    case "socket-closed":
      onSocketClosed(session, event.code, now);
      return;
    case "stop":
      stop(session, event.drainMs, now);
      return;
  }
};

const bind = <C>(session: Session<C>, now: number): void => {
  const { credentials, bindType, times } = session.settings;
  const sequence = session.window.nextSequence(null);
  session.phase = { state: "binding", deadline: now + times.bindMs, sequence };
  session.output.write({ kind: "bind", sequence, type: bindType, credentials });
};

const onSocketClosed = <C>(session: Session<C>, code: string, now: number): void => {
  const { phase } = session;
  if (phase.state === "ending") {
    close(session, phase.reason, now);
    return;
  }
  if (phase.state === "unbinding") {
    close(session, phase.reason, now);
    return;
  }
  const wasOpen = phase.state !== "connecting" && phase.state !== "securing";
  close(session, { kind: wasOpen ? "peer-closed" : "unreachable", code }, now);
};

const stop = <C>(session: Session<C>, drainMs: number, now: number): void => {
  const { phase } = session;
  switch (phase.state) {
    case "bound":
    case "draining":
      drain(session, { kind: "stopped" }, now + drainMs);
      return;
    case "unbinding":
    case "ending":
      return;
    default:
      close(session, { kind: "stopped" }, now);
  }
};

const unbindWhenDrained = <C>(session: Session<C>, now: number): void => {
  const { phase, window, deliveries } = session;
  if (phase.state === "draining" && window.size() === 0 && deliveries.waitingCount() === 0)
    unbind(session, phase.reason, now);
};
