import { decode, encode } from "#adapters/smpp/protocol/codec.ts";
import { type Pdu, type ReceivedPdu, type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { Endpoint } from "#adapters/smpp/session/endpoint.ts";
import type { LinkHooks, SocketLink } from "#adapters/smpp/session/link-hooks.ts";
import type { SessionOutput } from "#adapters/smpp/session/output.ts";
import {
  answer,
  happen,
  receive,
  type SessionEvent,
  submit,
  whyNotSubmit,
} from "#adapters/smpp/session/session.ts";
import type { SessionSettings } from "#adapters/smpp/session/settings.ts";
import type { openSocketLink } from "#adapters/smpp/session/socket-link.ts";
import { createSession } from "#adapters/smpp/session/state.ts";
import { nextTickAt } from "#adapters/smpp/session/timers.ts";
import type { ProcessBody } from "#test/simulation/machines/process.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { Smsc } from "./smsc.ts";
import type { SmscBind } from "./smsc-bind.ts";
import { identify, identityOf } from "./submit-identity.ts";
import type { Unheard } from "./unheard.ts";
import { createWire, type Wire } from "./wire.ts";

export interface SocketSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly process: Pick<ProcessBody, "name" | "alive" | "arrival" | "timer">;
  readonly smsc: Smsc;
  readonly unheard: Unheard;
  opened(wire: Wire): void;
}

/** What the peer wrote, as it is read. */
const overTheWire = (pdu: Pdu): ReceivedPdu => {
  const bytes = encode(pdu);
  return decode(bytes, 0, bytes.length);
};

/** Stands in for the code that touches sockets: real sessions, with their real timers, over a simulated wire. */
export const simulatedOpener = ({
  scheduler,
  random,
  process,
  smsc,
  unheard,
  opened,
}: SocketSurroundings): typeof openSocketLink => {
  return <C>(_endpoint: Endpoint, settings: SessionSettings, hooks: LinkHooks<C>): SocketLink<C> => {
    let wire: Wire | null = null;
    let bind: SmscBind | null = null;
    let cancelTick = (): void => {};
    let tickAt = Number.POSITIVE_INFINITY;
    const submits = new Map<number, ShortMessage>();

    const output: SessionOutput<C> = {
      ...hooks,
      write(pdu) {
        if (pdu.kind === "deliver_sm_resp" && pdu.status === STATUS.ok) bind?.acknowledging(pdu.sequence);
        if (pdu.kind === "submit_sm") submits.set(pdu.sequence, pdu.message);
        wire?.ours.send(pdu);
      },
      end: () => wire?.ours.close(),
      down(end) {
        wire?.ours.close();
        cancelTick();
        bind?.noticed();
        hooks.down(end);
      },
    };
    const session = createSession<C>(settings, output, hooks.now());

    /** What happens to the session of a process that is dead happens to nobody. */
    const whileAlive = (happens: () => void): void => {
      if (!process.alive()) return;
      happens();
      const at = nextTickAt(session);
      if (at >= tickAt) return;
      cancelTick();
      tickAt = at;
      cancelTick = process.timer.after(Math.max(0, Math.ceil(at - hooks.now())), () => {
        tickAt = Number.POSITIVE_INFINITY;
        // What arrived while the process was busy is read before the peer is called late.
        scheduler.after(0, () => process.arrival(() => dispatch({ kind: "tick" })));
      });
    };
    const dispatch = (event: SessionEvent): void => whileAlive(() => happen(session, event, hooks.now()));

    const connect = (): void => {
      if (!process.alive() || session.phase.state !== "connecting") return;
      if (!smsc.isUp()) {
        dispatch({ kind: "socket-closed", code: "ECONNREFUSED" });
        return;
      }
      wire = createWire(scheduler, random);
      wire.ours.onPdu = (pdu) =>
        process.arrival(() => {
          if (session.phase.state === "closed") return;
          if (pdu.kind === "submit_sm_resp") {
            const message = submits.get(pdu.sequence);
            if (message) unheard.heard(identityOf(message).messageId, message);
          }
          if (pdu.kind === "submit_sm_resp" || pdu.kind === "enquire_link_resp") bind?.heard(pdu.sequence);
          whileAlive(() => receive(session, overTheWire(pdu), hooks.now()));
        });
      wire.ours.onClosed = () =>
        process.arrival(() => dispatch({ kind: "socket-closed", code: "ECONNRESET" }));
      opened(wire);
      bind = smsc.connected(wire, process.name);
      dispatch({ kind: "connected" });
    };

    scheduler.after(random.int(1, 20), () => process.arrival(connect));
    dispatch({ kind: "tick" });

    return {
      session,
      certificateExpiresAt: () => null,
      submit: (message, context) => {
        const refusal = whyNotSubmit(session);
        if (refusal !== null) return refusal;
        unheard.asked(identify(message, context).messageId, message);
        whileAlive(() => submit(session, message, context, hooks.now()));
        return "submitted";
      },
      room: () => (whyNotSubmit(session) === null ? settings.windowMax - session.window.size() : 0),
      answer: (delivery, status) => {
        let isAnswered = false;
        whileAlive(() => {
          isAnswered = answer(session, delivery, status, hooks.now());
        });
        return isAnswered;
      },
      stop: (drainMs) => dispatch({ kind: "stop", drainMs }),
    };
  };
};
