import { LRUCache } from "lru-cache";
import type { Delivery } from "#adapters/vonage-smpp/acknowledgements.ts";
import { fingerprint } from "#adapters/vonage-smpp/fingerprint.ts";

/** Deliveries kept in mind as possibly to come again, and of one fingerprint; the oldest go first. */
const SUSPECTS_MAX = 100_000;
const ALIKE_MAX = 100;

/**
 * How long. Too short and a late repetition is relayed twice; too long and a person who happens to send the same words again is not
 * heard. Carriers repeat as soon as a link is back.
 */
const SUSPECT_MS = 3_600_000;

/**
 * Recognises what a carrier delivers again, without swallowing two equal texts. Suspected is only what may come again: what we
 * refused for now, and what was cut off before the carrier is known to have read our answer. A repetition gets the key of the first
 * delivery, so that storage can tell whether that one is there; each suspicion serves once.
 *
 * One of these is shared by all links of an account, because the carrier repeats on whichever link is up.
 */
export interface Redeliveries {
  readonly suspect: (delivery: Delivery) => void;
  /** The key under which the same was delivered before; `undefined`: it is new. */
  readonly earlierKey: (delivery: Delivery) => string | undefined;
}

export function redeliveries(suspectMs = SUSPECT_MS): Redeliveries {
  const keys = new LRUCache<string, readonly string[]>({ max: SUSPECTS_MAX, ttl: suspectMs });
  return {
    suspect({ message, key }) {
      const print = fingerprint(message);
      keys.set(print, [...(keys.get(print) ?? []), key].slice(-ALIKE_MAX));
    },
    earlierKey({ message }) {
      if (keys.size === 0) return undefined;
      const print = fingerprint(message);
      const [key, ...others] = keys.get(print) ?? [];
      if (others.length > 0) keys.set(print, others);
      else keys.delete(print);
      return key;
    },
  };
}
