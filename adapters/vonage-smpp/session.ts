import { NO_TLVS, STATUS } from "#adapters/vonage-smpp/pdu.ts";
import { closed, type Step, unbind, write } from "#adapters/vonage-smpp/session-end.ts";
import { onPdu } from "#adapters/vonage-smpp/session-pdus.ts";
import type { Effect, Session, SessionEvent } from "#adapters/vonage-smpp/session-state.ts";
import { onTick } from "#adapters/vonage-smpp/session-timers.ts";

/**
 * The life of one connection: connecting -> (securing) -> binding -> bound -> (draining) -> unbinding -> ending -> closed. Any
 * trouble leads straight to closed, by a `down` effect; nothing survives it, and the next connection is a new session.
 *
 * No clock, no socket, no chance: the same events at the same times give the same effects. The traffic inside the session is changed
 * in place, so a session has one owner, who uses what this returns and forgets what was passed in.
 */
export function step<C>(session: Session<C>, event: SessionEvent<C>, now: number): Step<C> {
  if (session.phase.state === "closed") return [session, NOTHING];
  const stepped = handle(session, event, now);
  return stepped[0].phase.state === "draining" ? unbindWhenDrained(stepped, now) : stepped;
}

const NOTHING: readonly Effect<never>[] = [];

function handle<C>(session: Session<C>, event: SessionEvent<C>, now: number): Step<C> {
  switch (event.kind) {
    case "pdu":
      return onPdu(session, event.pdu, now);
    case "submit": {
      const { traffic } = session;
      const refusal = whyNotSubmit(session);
      if (refusal !== undefined) throw new Error(`Cannot submit on a session that is "${refusal}"`);
      const sequence = traffic.window.nextSequence(traffic.enquiry?.sequence);
      traffic.window.add(sequence, event.context, now, traffic.deliveries.written());
      traffic.counts.submitted += 1;
      return [session, [write({ kind: "submit_sm", sequence, message: event.message })]];
    }
    case "answer": {
      const accepted = event.status === STATUS.ok;
      if (!session.traffic.deliveries.answer(event.delivery, accepted, now)) return [session, NOTHING];
      const { sequence } = event.delivery;
      return [session, [{ kind: "write", pdu: deliverResponse(sequence, event.status) }]];
    }
    case "fragment":
      session.traffic.fragmentSince = event.pending ? now : undefined;
      return [session, NOTHING];
    case "tick":
      return onTick(session, now);
    case "connected":
      if (session.phase.state !== "connecting") return [session, NOTHING];
      if (!session.traffic.settings.tls) return bind(session, now);
      return [
        { ...session, phase: { state: "securing", deadline: now + session.traffic.settings.times.tlsMs } },
        NOTHING,
      ];
    case "secured":
      return session.phase.state === "securing" ? bind(session, now) : [session, NOTHING];
    case "lost":
      return closed(session, event.reason, now);
    case "socket-closed":
      return onSocketClosed(session, event.code, now);
    case "stop":
      return stop(session, event.drainMs, now);
  }
}

/** Why a submit_sm cannot be taken now, or `undefined` if it can. */
export function whyNotSubmit<C>(session: Session<C>): "not-bound" | "window-full" | undefined {
  const { settings, window } = session.traffic;
  if (session.phase.state !== "bound" || settings.bindType === "receiver") return "not-bound";
  return window.size() >= settings.windowMax ? "window-full" : undefined;
}

function bind<C>(session: Session<C>, now: number): Step<C> {
  const { settings, window } = session.traffic;
  const sequence = window.nextSequence(undefined);
  const { credentials, bindType, times } = settings;
  return [
    { ...session, phase: { state: "binding", deadline: now + times.bindMs, sequence } },
    [write({ kind: "bind", sequence, type: bindType, credentials })],
  ];
}

function onSocketClosed<C>(session: Session<C>, code: string, now: number): Step<C> {
  const { phase } = session;
  if (phase.state === "ending") return closed(session, phase.reason, now);
  if (phase.state === "unbinding") return closed(session, { kind: "stopped" }, now);
  const wasOpen = phase.state !== "connecting" && phase.state !== "securing";
  return closed(session, { kind: wasOpen ? "peer-closed" : "unreachable", code }, now);
}

function stop<C>(session: Session<C>, drainMs: number, now: number): Step<C> {
  const { phase } = session;
  switch (phase.state) {
    case "bound":
      return [
        { ...session, phase: { state: "draining", since: phase.since, deadline: now + drainMs } },
        NOTHING,
      ];
    case "draining":
      return [
        { ...session, phase: { ...phase, deadline: Math.min(phase.deadline, now + drainMs) } },
        NOTHING,
      ];
    case "unbinding":
    case "ending":
      return [session, NOTHING];
    default:
      return closed(session, { kind: "stopped" }, now);
  }
}

function unbindWhenDrained<C>(stepped: Step<C>, now: number): Step<C> {
  const { window, deliveries } = stepped[0].traffic;
  if (window.size() > 0 || deliveries.waitingCount() > 0) return stepped;
  const [session, effects] = unbind(stepped[0], now);
  return [session, [...stepped[1], ...effects]];
}

const deliverResponse = (sequence: number, status: number) =>
  ({ kind: "deliver_sm_resp", sequence, status, messageId: "", tlvs: NO_TLVS }) as const;
