import { createLinkedList, type Linked } from "#core/structures/linked-list.ts";

/** The highest sequence number that a request may carry (SMPP 3.4 §3.2). */
export const SEQUENCE_MAX = 0x7fffffff;

/** Expired requests that are remembered for a late response; the oldest go first. */
const LATE_MAX = 10_000;

/** A submit_sm that was written and not yet answered. `C` is whatever the caller wants back with the answer. */
export interface InFlight<C> extends Linked<InFlight<C>> {
  readonly sequence: number;
  readonly context: C;
  readonly sentAt: number;
  /** How many acknowledgements had been written before it: its answer proves that the peer has read those. */
  readonly acknowledgedBefore: number;
}

/**
 * The requests in flight of one session: their numbers, deadlines and contexts. It belongs to one session and is changed in place
 * (a copy per message would cost more than the rest of the gateway), but it knows no clock and does no I/O.
 */
export interface Window<C> {
  /** The next free sequence number; `inUse` is a number in use outside the window. */
  readonly nextSequence: (inUse: number | null) => number;
  readonly add: (sequence: number, context: C, now: number, acknowledgedBefore: number) => void;
  /** The request with this number, which thereby is in flight no more. */
  readonly take: (sequence: number) => InFlight<C> | null;
  /** An expired request with this number, for a response that comes late. */
  readonly takeLate: (sequence: number, now: number) => InFlight<C> | null;
  /** The requests whose deadline has come; they stay known to `takeLate` until others have come and `lateMs` are over. */
  readonly expire: (now: number) => readonly InFlight<C>[];
  /** Everything still in flight, oldest first; afterwards nothing is. */
  readonly drain: () => readonly InFlight<C>[];
  readonly size: () => number;
  readonly nextDeadline: () => number;
}

export interface WindowTimes {
  /** How long an answer may take. */
  readonly responseMs: number;
  /** How long after its deadline a late answer still counts. */
  readonly lateMs: number;
}

/** Slots to begin with; there are always more than requests in flight. */
const SLOTS = 32;

export const createWindow = <C>(times: WindowTimes, lastSequence = 0): Window<C> => {
  /** Oldest first. Deadlines grow with the order in which requests are added. */
  const inFlight = createLinkedList<InFlight<C>>();
  /** Each request in the slot that its number names; numbers whose slot is in use are passed over. */
  let slots: (InFlight<C> | null)[] = new Array(SLOTS).fill(null);
  const late = new Map<number, InFlight<C>>();
  let last = lastSequence;

  const deadlineOf = ({ sentAt }: InFlight<C>): number => sentAt + times.responseMs;
  const isForgotten = (request: InFlight<C>, now: number): boolean =>
    deadlineOf(request) + times.lateMs < now;

  const slotOf = (sequence: number) => sequence & (slots.length - 1);

  const widen = () => {
    slots = new Array(2 * slots.length).fill(null);
    for (const request of inFlight) slots[slotOf(request.sequence)] = request;
  };

  const remove = (request: InFlight<C>) => {
    inFlight.remove(request);
    slots[slotOf(request.sequence)] = null;
  };

  return {
    nextSequence(inUse) {
      if (2 * inFlight.size() >= slots.length) widen();
      // Ends, since at least half of the slots are free.
      do {
        last = last >= SEQUENCE_MAX ? 1 : last + 1;
      } while (slots[slotOf(last)] !== null || last === inUse);
      return last;
    },
    add(sequence, context, now, acknowledgedBefore) {
      // A number that is used again can no longer name the expired request.
      if (late.size > 0) late.delete(sequence);
      const request: InFlight<C> = {
        sequence,
        context,
        sentAt: now,
        acknowledgedBefore,
        previous: null,
        next: null,
        isLinked: false,
      };
      inFlight.add(request);
      slots[slotOf(sequence)] = request;
    },
    take(sequence) {
      const request = slots[slotOf(sequence)];
      if (request?.sequence !== sequence) return null;
      // breakage: answer-by-order
      remove(request);
      return request;
    },
    takeLate(sequence, now) {
      const request = late.get(sequence);
      if (request === undefined) return null;
      late.delete(sequence);
      return isForgotten(request, now) ? null : request;
    },
    expire(now) {
      const expired: InFlight<C>[] = [];
      for (
        let oldest = inFlight.first();
        oldest !== null && deadlineOf(oldest) <= now;
        oldest = inFlight.first()
      ) {
        remove(oldest);
        expired.push(oldest);
        late.set(oldest.sequence, oldest);
      }
      for (const [sequence, request] of late) {
        if (late.size <= LATE_MAX && !isForgotten(request, now)) break;
        late.delete(sequence);
      }
      return expired;
    },
    drain() {
      const requests = [...inFlight];
      for (const request of requests) remove(request);
      late.clear();
      return requests;
    },
    size: inFlight.size,
    nextDeadline() {
      const oldest = inFlight.first();
      return oldest === null ? Number.POSITIVE_INFINITY : deadlineOf(oldest);
    },
  };
};
