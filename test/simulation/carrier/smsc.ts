import { type ShortMessage, STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { Carrier } from "./carrier.ts";
import { createSmscBind, type SmscBind } from "./smsc-bind.ts";
import type { Wire } from "./wire.ts";

/** Something that the SMSC has to bring us: a text or a receipt. */
export interface Parcel {
  readonly message: ShortMessage;
  /** Our side writes that it has taken this; the SMSC may yet not read it. */
  acknowledging(): void;
  /**
   * It goes out again, and an earlier try went to another process, whose memory is no help. `blindly`: or it went over a
   * connection of which our side does not know yet that it is gone.
   */
  readdressed(blindly: boolean): void;
  /**
   * The connection over which our side has acknowledged it has gone before our side could know that the carrier has read that: the next
   * of the same words may be taken for it. `read`: the carrier has, and does not bring it again.
   */
  unconfirmed(read: boolean): void;
}

/** The carrier's SMPP side: any number of binds, over any of which it brings what it has to bring. */
export interface Smsc {
  /** Whether a connection is taken now. */
  isUp(): boolean;
  /** A process (by its life's name) has connected. */
  connected(wire: Wire, process: string): SmscBind;
  bring(parcel: Parcel, delayMs: number): void;
  /** Connections that stand. */
  wires(): readonly Wire[];
  /** Parcels not taken yet. */
  waiting(): number;
}

interface Queued {
  readonly parcel: Parcel;
  readonly tries: SmscBind[];
}

/** deliver_sm unanswered on one bind at most. */
const WINDOW = 8;

export const createSmsc = (scheduler: Scheduler, random: Random, carrier: Carrier): Smsc => {
  const binds = new Set<SmscBind>();
  const wires = new Map<SmscBind, Wire>();
  const queue: Queued[] = [];
  let waiting = 0;

  const pump = (): void => {
    for (let i = 0; i < queue.length; ) {
      const able = [...binds].filter((bind) => bind.takesDeliveries() && bind.unanswered() < WINDOW);
      if (able.length === 0) return;
      deliver(queue.splice(i, 1)[0]!, random.pick(able));
    }
  };

  const again = (queued: Queued, ms: number): void => {
    scheduler.after(ms, () => {
      queue.push(queued);
      pump();
    });
  };

  const deliver = (queued: Queued, bind: SmscBind): void => {
    const isBlind = queued.tries.some((before) => !binds.has(before) && !before.isLostToUs());
    if (isBlind || queued.tries.some(({ process }) => process !== bind.process))
      queued.parcel.readdressed(isBlind);
    queued.tries.push(bind);
    bind.deliver(queued.parcel, (status) => {
      if (status === null) again(queued, random.int(1_000, 3_000));
      else if (isTryAgain(status)) again(queued, random.int(1_000, 4_000));
      // Any other answer is final: taken, or dropped for good.
      else waiting -= 1;
      pump();
    });
  };

  return {
    isUp: () => scheduler.now() >= carrier.faults.awayUntil,
    connected: (wire, process) => {
      const bind = createSmscBind(wire.theirs, process, { scheduler, random, carrier, changed: pump });
      binds.add(bind);
      wires.set(bind, wire);
      bind.onGone(() => {
        binds.delete(bind);
        wires.delete(bind);
      });
      return bind;
    },
    bring: (parcel, delayMs) => {
      waiting += 1;
      again({ parcel, tries: [] }, delayMs);
    },
    wires: () => [...wires.values()],
    waiting: () => waiting,
  };
};

const isTryAgain = (status: number): boolean =>
  status === STATUS.systemError || status === STATUS.queueFull || status === STATUS.throttled;
