import type { ReceivedMessage } from "#adapters/vonage-smpp/received-message.ts";
import { waitingLine } from "#adapters/vonage-smpp/waiting-line.ts";

/** Acknowledged deliveries remembered until the peer is known to have read the acknowledgement; the oldest go first. */
const UNCONFIRMED_MAX = 20_000;

/** How many acknowledgements may lie between a delivery and one that came after it. */
const OVERTAKING_MAX = 2_000;

/** A deliver_sm that waits for its answer, or had one. */
export interface Delivery {
  /** Names the session it came on, so that an answer never goes out on another one. */
  readonly session: string;
  readonly sequence: number;
  /** When it came, on the session's clock. */
  readonly receivedAt: number;
  /**
   * Equal for two deliveries of the same message, as far as can be told, and different for two messages. Whoever takes a delivery
   * gives it its key; the connection has done so when it recognises a repetition. Null: not known yet, or given up before it was
   * known; then it will be new the next time.
   */
  key: string | null;
  /** This process has seen it before, under the same key. */
  isRepeated: boolean;
  /** Our answer has not gone out yet. */
  isWaiting: boolean;
  /** When it was accepted, on the session's clock; infinity: it was not. */
  acknowledgedAt: number;
  readonly message: ReceivedMessage;
}

/**
 * What became of a session's deliver_sm: waiting for our answer, acknowledged but perhaps never read by the peer, or confirmed.
 * An acknowledgement is confirmed by a later round trip: the peer answers in the order in which it reads, so the answer to an
 * enquire_link or submit_sm that was written after it proves that it arrived. After a cut, only the unconfirmed can come again.
 */
export interface Acknowledgements {
  /** Takes a delivery in; `false` if as many as allowed are waiting already. */
  readonly receive: (delivery: Delivery) => boolean;
  /** Notes that a delivery of this session is answered now; `false` if it was before. */
  readonly answer: (delivery: Delivery, accepted: boolean, now: number) => boolean;
  /** How many acknowledgements were ever written: what a round trip started now will confirm. */
  readonly written: () => number;
  readonly confirm: (written: number) => void;
  readonly waitingCount: () => number;
  readonly waiting: () => readonly Delivery[];
  readonly unconfirmedCount: () => number;
  /** When the oldest one came that the peer may deliver again, be it acknowledged or not; infinity: none. */
  readonly inDoubtSince: () => number;
  /** When the oldest unconfirmed one was written, or infinity. */
  readonly oldestUnconfirmedAt: () => number;
  readonly unconfirmed: () => readonly Delivery[];
}

export function acknowledgements(waitingMax: number): Acknowledgements {
  const waiting = waitingLine<Delivery>((delivery) => delivery.isWaiting);
  let unconfirmed: (Delivery | undefined)[] = [];
  let head = 0;
  let written = 0;

  const dropOldest = (count: number) => {
    const next = head + Math.min(count, unconfirmed.length - head);
    // Cleared, so that a text that is done with is not kept, and moved about by the garbage collector, with its neighbours.
    unconfirmed.fill(undefined, head, next);
    head = next;
    if (head === unconfirmed.length) {
      unconfirmed = [];
      head = 0;
    } else if (head > 1_024 && head * 2 > unconfirmed.length) {
      unconfirmed = unconfirmed.slice(head);
      head = 0;
    }
  };
  const count = () => unconfirmed.length - head;

  return {
    receive(delivery) {
      if (waiting.size() >= waitingMax) return false;
      waiting.add(delivery);
      return true;
    },
    answer(delivery, accepted, now) {
      if (!delivery.isWaiting) return false;
      delivery.isWaiting = false;
      waiting.left();
      if (accepted) {
        written += 1;
        delivery.acknowledgedAt = now;
        unconfirmed.push(delivery);
        if (count() > UNCONFIRMED_MAX) dropOldest(1);
      }
      return true;
    },
    written: () => written,
    confirm(mark) {
      const stillUnknown = written - mark;
      if (count() > stillUnknown) dropOldest(count() - stillUnknown);
    },
    waitingCount: waiting.size,
    waiting: waiting.all,
    unconfirmedCount: count,
    inDoubtSince() {
      let since = Number.POSITIVE_INFINITY;
      // Answers overtake one another a little, so the one acknowledged first need not be the one that came first.
      for (let at = head; at < Math.min(head + OVERTAKING_MAX, unconfirmed.length); at++)
        since = Math.min(since, unconfirmed[at]!.receivedAt);
      return Math.min(since, waiting.first()?.receivedAt ?? Number.POSITIVE_INFINITY);
    },
    oldestUnconfirmedAt: () => unconfirmed[head]?.acknowledgedAt ?? Number.POSITIVE_INFINITY,
    unconfirmed: () => unconfirmed.slice(head).map((delivery) => delivery!),
  };
}
