import { type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { Delivery } from "./acknowledgements.ts";
import { connect, type Endpoint, expiryOfCertificate } from "./endpoint.ts";
import type { LinkHooks, SocketLink } from "./link-hooks.ts";
import { createOutgoing } from "./outgoing.ts";
import type { SessionOutput } from "./output.ts";
import { createPduReader, type PduReader } from "./pdu-reader.ts";
import { answer, happen, receive, type SessionEvent, submit, whyNotSubmit } from "./session.ts";
import type { SessionSettings } from "./settings.ts";
import { createSession } from "./state.ts";
import { nextTickAt } from "./timers.ts";

/** Unsent octets at which no more is submitted, and at which the peer is given up: it does not read. */
const UNSENT_SUBMIT_MAX = 1_048_576;
const UNSENT_MAX = 8 * UNSENT_SUBMIT_MAX;

const KEEP_ALIVE_MS = 30_000;

/**
 * The only code that touches a socket: it feeds the session and does what the session says. All that happens in one turn of
 * the event loop goes out in one write at its end.
 */
export const openSocketLink = <C>(
  endpoint: Endpoint,
  settings: SessionSettings,
  hooks: LinkHooks<C>,
): SocketLink<C> => {
  const out = createOutgoing();
  let turnScheduled = false;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;
  let errorCode = "";
  let certificateExpiresAt: number | null = null;

  const isClosed = () => session.phase.state === "closed";

  /** A listener that throws must not make the link deaf. */
  const reporting =
    <A extends unknown[]>(report: (...args: A) => void) =>
    (...args: A): void => {
      try {
        report(...args);
      } catch (error) {
        hooks.onFault(error);
      }
    };

  const reportDown = reporting(hooks.down);
  const output: SessionOutput<C> = {
    write: (pdu) => out.add(pdu),
    deliver(delivery) {
      try {
        hooks.deliver(delivery);
      } catch (error) {
        hooks.onFault(error);
        // It is refused, to come again.
        answer(session, delivery, STATUS.systemError, hooks.now());
      }
    },
    answered: reporting(hooks.answered),
    answeredLate: reporting(hooks.answeredLate),
    malformed: reporting(hooks.malformed),
    up: reporting(hooks.up),
    end() {
      flush();
      socket.end();
    },
    down(end) {
      flush();
      socket.destroy();
      clearTimeout(timer);
      reportDown(end);
    },
  };
  const session = createSession<C>(settings, output, hooks.now());

  const endTurnSoon = (): void => {
    if (turnScheduled) return;
    turnScheduled = true;
    setImmediate(endTurn);
  };

  const dispatch = (event: SessionEvent, now: number): void => {
    happen(session, event, now);
    endTurnSoon();
  };

  /** Listeners of the socket and of timers: whatever goes wrong in there ends this connection, not the process. */
  const guarded =
    <A extends unknown[], R>(work: (...args: A) => R) =>
    (...args: A): R | null => {
      try {
        return work(...args);
      } catch (error) {
        hooks.onFault(error);
        dispatch({ kind: "lost", reason: { kind: "fault" } }, hooks.now());
        return null;
      }
    };

  const flush = (): void => {
    if (out.isEmpty() || !socket.writable) return;
    socket.cork();
    out.flush((bytes, done) => socket.write(bytes, done));
    socket.uncork();
  };

  const endTurn = guarded(() => {
    turnScheduled = false;
    if (isClosed()) return;
    flush();
    if (socket.writableLength > UNSENT_MAX) {
      dispatch({ kind: "lost", reason: { kind: "overflow" } }, hooks.now());
      return;
    }
    const at = nextTickAt(session);
    if (at >= timerAt) return;
    clearTimeout(timer);
    timerAt = at;
    timer = setTimeout(onTimer, Math.max(0, Math.ceil(at - hooks.now())));
  });

  // What the peer sent while this process was busy is read before the peer is called late.
  const onTimer = () => {
    timerAt = Number.POSITIVE_INFINITY;
    setImmediate(guarded(() => dispatch({ kind: "tick" }, hooks.now())));
  };

  const reader: PduReader = createPduReader({
    pdu: (pdu) => receive(session, pdu, hooks.now()),
    badLength() {
      out.add({ kind: "generic_nack", sequence: 0, status: STATUS.invalidCommandLength });
      dispatch({ kind: "lost", reason: { kind: "bad-frame" } }, hooks.now());
    },
    fragment: (pending) => dispatch({ kind: "fragment", pending }, hooks.now()),
    done: endTurnSoon,
    isClosed,
    pause() {
      socket.pause();
      setImmediate(guarded(reader.readOn));
    },
    resume: () => socket.resume(),
  });

  const socket = connect(endpoint);
  socket.on(
    "connect",
    guarded(() => {
      socket.setNoDelay(true);
      socket.setKeepAlive(true, KEEP_ALIVE_MS);
      dispatch({ kind: "connected" }, hooks.now());
    }),
  );
  socket.on(
    "secureConnect",
    guarded(() => {
      certificateExpiresAt = expiryOfCertificate(socket);
      dispatch({ kind: "secured" }, hooks.now());
    }),
  );
  socket.on(
    "data",
    guarded((chunk: Buffer) => reader.feed(chunk)),
  );
  socket.on("error", (error: NodeJS.ErrnoException) => {
    errorCode = error.code ?? error.name;
  });
  const onGone = guarded(() => dispatch({ kind: "socket-closed", code: errorCode }, hooks.now()));
  socket.on("end", onGone);
  socket.on("close", onGone);
  // The time limit on the connection runs even if nothing ever comes from the socket.
  dispatch({ kind: "tick" }, hooks.now());

  const submitFromAbove = guarded((message: ShortMessage, context: C) => {
    submit(session, message, context, hooks.now());
    endTurnSoon();
  });
  const answerFromAbove = guarded((delivery: Delivery, status: number) => {
    endTurnSoon();
    return answer(session, delivery, status, hooks.now());
  });
  const dispatchFromAbove = guarded(dispatch);

  return {
    session,
    certificateExpiresAt: () => certificateExpiresAt,
    submit(message, context) {
      const refusal = whyNotSubmit(session);
      if (refusal !== null) return refusal;
      if (socket.writableLength > UNSENT_SUBMIT_MAX) return "congested";
      submitFromAbove(message, context);
      return "submitted";
    },
    room() {
      if (whyNotSubmit(session) !== null || socket.writableLength > UNSENT_SUBMIT_MAX) return 0;
      return settings.windowMax - session.window.size();
    },
    answer: (delivery, status) => answerFromAbove(delivery, status) ?? false,
    stop: (drainMs) => dispatchFromAbove({ kind: "stop", drainMs }, hooks.now()),
  };
};
