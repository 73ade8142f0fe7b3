import { LRUCache } from "lru-cache";
import type { Delivery } from "./acknowledgements.ts";
import { fingerprint } from "./fingerprint.ts";

/** Deliveries kept in mind as possibly to come again; the oldest go first. */
const SUSPECTS_MAX = 100_000;

/**
 * How long. Too short and a late repetition is relayed twice; too long and a person who happens to send the same words again is not
 * heard. Carriers repeat as soon as a link is back.
 */
const SUSPECT_MS = 3_600_000;

/** What a delivery is, as far as the last cuts of links tell. */
export type Novelty =
  | "new"
  /** A repetition of one that was accepted, whose acknowledgement the carrier probably never read. */
  | "repeated"
  /** A repetition of one that is still being worked on: not to be taken now, nor refused for good. */
  | "undecided";

/**
 * Recognises deliveries that a carrier repeats after a link was cut, without swallowing two equal texts: only what was cut off
 * unconfirmed is suspected, each suspicion serves once, and a delivery that was confirmed never falls under it.
 *
 * One of these is shared by all links of an account, because the carrier repeats on whichever link is up.
 */
export interface Redeliveries {
  /** The link died before the carrier is known to have read that this was accepted. */
  readonly suspectAccepted: (delivery: Delivery) => void;
  /** The link died while this was being worked on. */
  readonly suspectWaiting: (delivery: Delivery) => void;
  /** The work on a delivery whose link had died has ended, after `suspectWaiting`. */
  readonly decide: (delivery: Delivery, accepted: boolean) => void;
  readonly judge: (delivery: Delivery) => Novelty;
}

interface Suspicion {
  accepted: number;
  waiting: number;
}

export function redeliveries(suspectMs = SUSPECT_MS): Redeliveries {
  const suspicions = new LRUCache<string, Suspicion>({ max: SUSPECTS_MAX, ttl: suspectMs });

  const change = (delivery: Delivery, accepted: number, waiting: number) => {
    const key = fingerprint(delivery.message);
    const before = suspicions.get(key) ?? { accepted: 0, waiting: 0 };
    const after = { accepted: before.accepted + accepted, waiting: Math.max(0, before.waiting + waiting) };
    if (after.accepted + after.waiting > 0) suspicions.set(key, after);
    else suspicions.delete(key);
  };

  return {
    suspectAccepted: (delivery) => change(delivery, 1, 0),
    suspectWaiting: (delivery) => change(delivery, 0, 1),
    decide: (delivery, accepted) => change(delivery, accepted ? 1 : 0, -1),
    judge(delivery) {
      if (suspicions.size === 0) return "new";
      const suspicion = suspicions.get(fingerprint(delivery.message));
      if (suspicion === undefined) return "new";
      if (suspicion.waiting > 0) return "undecided";
      change(delivery, -1, 0);
      return "repeated";
    },
  };
}
