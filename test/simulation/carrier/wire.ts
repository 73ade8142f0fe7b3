import type { Pdu } from "#adapters/smpp/protocol/pdu.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";

/** One side of a connection. Whoever holds it sets the two handlers. */
export interface WireEnd {
  send(pdu: Pdu): void;
  /** Nothing more comes from here; what was sent arrives first. */
  close(): void;
  onPdu: (pdu: Pdu) => void;
  /** Once, when the other side or the network has ended it. */
  onClosed: () => void;
}

/** A connection that carries decoded PDUs, in order in each direction, and takes its time. */
export interface Wire {
  readonly ours: WireEnd;
  readonly theirs: WireEnd;
  /** The network ends it; what is under way in a direction arrives, or none of it. */
  cut(): void;
  /** Nothing passes any more, and nobody is told; the carrier gives it up after a while. */
  mute(): void;
}

const LATENCY_MAX_MS = 15;
const NOTICED_MAX_MS = 30;
/** When the carrier gives up a silent connection: later than we do. */
const CARRIER_PATIENCE_MS = 20_000;

export const createWire = (scheduler: Scheduler, random: Random): Wire => {
  const ours = createEnd();
  const theirs = createEnd();
  const out = createDirection(scheduler, random, theirs);
  const back = createDirection(scheduler, random, ours);
  ours.send = out.send;
  theirs.send = back.send;
  ours.close = out.close;
  theirs.close = back.close;
  return {
    ours,
    theirs,
    cut: () => {
      for (const way of [out, back]) {
        if (random.chance(0.5)) way.lose();
        way.close();
      }
    },
    mute: () => {
      out.lose();
      back.lose();
      scheduler.after(CARRIER_PATIENCE_MS, () => theirs.onClosed());
    },
  };
};

const createEnd = (): WireEnd => ({
  send: () => {},
  close: () => {},
  onPdu: () => {},
  onClosed: () => {},
});

const createDirection = (scheduler: Scheduler, random: Random, to: WireEnd) => {
  let due = 0;
  let lost = false;
  let closed = false;
  const later = (run: () => void, latencyMs: number): void => {
    due = Math.max(due, scheduler.now() + latencyMs);
    scheduler.after(due - scheduler.now(), run);
  };
  return {
    send: (pdu: Pdu): void => {
      if (closed || lost) return;
      later(() => lost || to.onPdu(pdu), random.int(1, LATENCY_MAX_MS));
    },
    close: (): void => {
      if (closed) return;
      closed = true;
      later(() => to.onClosed(), random.int(1, NOTICED_MAX_MS));
    },
    lose: (): void => {
      lost = true;
    },
  };
};
