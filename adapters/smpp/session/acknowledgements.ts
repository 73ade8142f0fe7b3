import type { ReceivedMessage } from "#adapters/smpp/protocol/received-message.ts";
import type { UnconfirmedKey } from "#core/domain/redelivery.ts";
import { createLinkedList, type Linked } from "#core/structures/linked-list.ts";

/** Acknowledged deliveries remembered until the peer is known to have read the acknowledgement; the oldest go first. */
const UNCONFIRMED_MAX = 20_000;

/** How many acknowledgements may lie between a delivery and one that came after it. */
const OVERTAKING_MAX = 2_000;

/** A deliver_sm or data_sm that waits for its answer, or had one. */
export interface Delivery extends Linked<Delivery> {
  /** Names the session it came on, so that an answer never goes out on another one. */
  readonly session: string;
  readonly sequence: number;
  /** By which command it came: its answer is of the same kind. */
  readonly command: "deliver_sm" | "data_sm";
  /** When it came, on the session's clock. */
  readonly receivedAt: number;
  /**
   * The key under which it is offered to storage, with the time of receipt that is stored with it: a key counts as this text's own
   * only if storage has both. The connection sets it on what it recognises as a redelivery. Null: not offered, or abandoned; then it
   * is new the next time.
   */
  key: UnconfirmedKey | null;
  /** This process has received it before, under the same key. */
  isRepeated: boolean;
  readonly message: ReceivedMessage;
  /** When it was accepted; infinity: not yet. */
  acknowledgedAt: number;
}

/** A deliver_sm that has just come. */
export const createDelivery = (
  session: string,
  sequence: number,
  message: ReceivedMessage,
  receivedAt: number,
  command: Delivery["command"] = "deliver_sm",
): Delivery => {
  return {
    session,
    sequence,
    command,
    receivedAt,
    key: null,
    isRepeated: false,
    message,
    acknowledgedAt: Number.POSITIVE_INFINITY,
    previous: null,
    next: null,
    isLinked: false,
  };
};

/**
 * What became of a session's deliver_sm: waiting for our answer, acknowledged but perhaps never read by the peer, or confirmed.
 * An acknowledgement is confirmed by a later round trip: the peer answers in the order in which it reads, so the answer to an
 * enquire_link or submit_sm that was written after it proves that it arrived. After a cut, only the unconfirmed can come again.
 */
export interface Acknowledgements {
  /** Adds a delivery; `false` if as many as allowed are waiting already. */
  readonly receive: (delivery: Delivery) => boolean;
  readonly isWaiting: (delivery: Delivery) => boolean;
  /** Notes that it is answered now; `false` if it was not waiting. */
  readonly answer: (delivery: Delivery, accepted: boolean, now: number) => boolean;
  /** How many acknowledgements were ever written: what a round trip started now will confirm. */
  readonly written: () => number;
  readonly confirm: (written: number) => void;
  readonly waitingCount: () => number;
  readonly waiting: () => readonly Delivery[];
  readonly unconfirmedCount: () => number;
  /** When the oldest one came that the peer may deliver again, acknowledged or not; infinity: none. */
  readonly unconfirmedSince: () => number;
  /** When the oldest unconfirmed one was written, or infinity. */
  readonly oldestUnconfirmedAt: () => number;
  readonly unconfirmed: () => readonly Delivery[];
  /** The session is over: nothing waits any more. */
  readonly clear: () => void;
}

export const createAcknowledgements = (waitingMax: number): Acknowledgements => {
  const waiting = createLinkedList<Delivery>();
  const unconfirmed = createLinkedList<Delivery>();
  let written = 0;

  const isWaiting = ({ isLinked, acknowledgedAt }: Delivery) =>
    isLinked && acknowledgedAt === Number.POSITIVE_INFINITY;
  const dropOldest = () => {
    const oldest = unconfirmed.first();
    if (oldest !== null) unconfirmed.remove(oldest);
  };

  return {
    receive(delivery) {
      if (waiting.size() >= waitingMax) return false;
      waiting.add(delivery);
      return true;
    },
    isWaiting,
    answer(delivery, accepted, now) {
      if (!isWaiting(delivery)) return false;
      waiting.remove(delivery);
      if (accepted) {
        written += 1;
        delivery.acknowledgedAt = now;
        unconfirmed.add(delivery);
        if (unconfirmed.size() > UNCONFIRMED_MAX) dropOldest();
      }
      return true;
    },
    written: () => written,
    confirm(mark) {
      const stillUnknown = written - mark;
      while (unconfirmed.size() > stillUnknown) dropOldest();
    },
    waitingCount: waiting.size,
    waiting: () => [...waiting],
    unconfirmedCount: unconfirmed.size,
    unconfirmedSince() {
      let since = waiting.first()?.receivedAt ?? Number.POSITIVE_INFINITY;
      // Answers overtake one another a little, so the one acknowledged first need not be the one that came first.
      let seen = 0;
      for (const { receivedAt } of unconfirmed) {
        since = Math.min(since, receivedAt);
        if (++seen === OVERTAKING_MAX) break;
      }
      return since;
    },
    oldestUnconfirmedAt: () => unconfirmed.first()?.acknowledgedAt ?? Number.POSITIVE_INFINITY,
    unconfirmed: () => [...unconfirmed],
    clear() {
      waiting.clear();
      unconfirmed.clear();
    },
  };
};
