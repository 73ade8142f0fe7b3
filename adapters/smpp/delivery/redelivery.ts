import { LRUCache } from "lru-cache";
import type { ReceivedMessage } from "#adapters/smpp/protocol/received-message.ts";
import type { Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import { REPEATS_MS } from "#core/domain/redelivery.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { recentSet } from "./recent-set.ts";

/** Deliveries kept in mind as possibly to come again, and texts of which it is remembered how often they came; the oldest go first. */
const TEXTS_MAX = 100_000;
/** Suspects of one fingerprint. */
const ALIKE_MAX = 100;

/** Places of one text that are known to be our own; storage notices when a forgotten one is counted anew. */
const OWN_MAX = 100;

/** One coming of a text: what it says, and the how many-th it is to say so, from 0. */
export interface Occurrence {
  readonly fingerprint: string;
  readonly ordinal: number;
}

export const keyOf = ({ fingerprint, ordinal }: Occurrence): string => `${prefixOf(fingerprint)}${ordinal}`;

const prefixOf = (fingerprint: string): string => `smpp:${fingerprint}:`;

/**
 * Recognises what a carrier delivers again, without swallowing two equal texts. Suspected is only what may come again: what we
 * refused for now, and what was cut off before the carrier is known to have read our answer. A repetition gets the key of the first
 * delivery, so that storage can tell whether that one is there; each suspicion serves once.
 *
 * What seems new is named by what it says and how often that was said: so another process that takes the same text from the carrier
 * finds its name taken, and looks into it.
 *
 * One of these is shared by all links of an account, because the carrier repeats on whichever link is up.
 */
export interface Redeliveries {
  readonly suspect: (delivery: Delivery) => void;
  /** The key under which the same was delivered before; `undefined`: it is new. */
  readonly earlierKey: (delivery: Delivery) => string | undefined;
  /** The next place of a text that seems new: taken by this process, until it turns out to be another's. */
  readonly next: (message: ReceivedMessage) => Occurrence;
  /** Another process has taken that place, and perhaps others after it. */
  readonly release: (saying: Occurrence) => void;
  /** This process takes a place: a free one, or that of a text which the carrier brings again. */
  readonly take: (saying: Occurrence) => void;
  /** It could not be found out whose that place is: what comes again shall try it first. */
  readonly giveBack: (saying: Occurrence) => void;
  /** Whether this process took the place; of places taken long ago that may be forgotten. */
  readonly isOwn: (saying: Occurrence) => boolean;
  /** Tells of a link what it has in doubt. */
  readonly watch: (link: WatchedLink) => void;
  /**
   * Whether the same was taken over another link just now, and the carrier may not know that yet. It may have cut that link and
   * be bringing it again over this one, before we have seen the cut.
   */
  readonly isInDoubtElsewhere: (saying: Occurrence, session: string) => boolean;
}

export interface WatchedLink {
  /** `undefined`: it is down, and has told what is suspect. */
  readonly session: () => string | undefined;
  readonly inDoubt: () => readonly Delivery[];
}

interface Places {
  next: number;
  /** Places that this process took, the last ones. */
  readonly own: number[];
  /** Places below `next` to be tried first. */
  readonly open: number[];
}

export function redeliveries(suspectMs = REPEATS_MS, textsMax = TEXTS_MAX): Redeliveries {
  const keys = new LRUCache<string, readonly string[]>({ max: textsMax, ttl: suspectMs });
  const links: WatchedLink[] = [];
  /** Nearly all texts: said once, and by us. */
  const once = recentSet(textsMax);
  /** The others. */
  const sayings = createGenerationalCache<Places>(textsMax);

  const placesOf = (fingerprint: string): Places => {
    const known = sayings.get(fingerprint);
    if (known !== undefined) return known;
    const places: Places = once.has(fingerprint)
      ? { next: 1, own: [0], open: [] }
      : { next: 0, own: [], open: [] };
    sayings.set(fingerprint, places);
    return places;
  };
  const own = ({ own: places }: Places, place: number): void => {
    if (places.push(place) > OWN_MAX) places.shift();
  };
  const release = ({ fingerprint, ordinal }: Occurrence): void => {
    const { own: places } = placesOf(fingerprint);
    const at = places.indexOf(ordinal);
    if (at >= 0) places.splice(at, 1);
  };

  return {
    suspect({ message, key }) {
      if (key === null) return;
      const fingerprint = fingerprintOf(message);
      keys.set(fingerprint, [...(keys.get(fingerprint) ?? []), key].slice(-ALIKE_MAX));
    },
    earlierKey({ message }) {
      if (keys.size === 0) return undefined;
      const fingerprint = fingerprintOf(message);
      const [key, ...others] = keys.get(fingerprint) ?? [];
      if (others.length > 0) keys.set(fingerprint, others);
      else keys.delete(fingerprint);
      return key;
    },
    next(message) {
      const fingerprint = fingerprintOf(message);
      // What both have forgotten seems new; storage will know better.
      // breakage: name-each-delivery-anew
      if (once.add(fingerprint) && sayings.get(fingerprint) === undefined) return { fingerprint, ordinal: 0 };
      const places = placesOf(fingerprint);
      const ordinal = places.open.shift() ?? places.next++;
      own(places, ordinal);
      return { fingerprint, ordinal };
    },
    release,
    take({ fingerprint, ordinal }) {
      const places = placesOf(fingerprint);
      places.next = Math.max(places.next, ordinal + 1);
      own(places, ordinal);
    },
    giveBack(saying) {
      release(saying);
      placesOf(saying.fingerprint).open.push(saying.ordinal);
    },
    isOwn: ({ fingerprint, ordinal }) =>
      sayings.get(fingerprint)?.own.includes(ordinal) ?? (ordinal === 0 && once.has(fingerprint)),
    watch(link) {
      links.push(link);
    },
    isInDoubtElsewhere({ fingerprint }, session) {
      const prefix = prefixOf(fingerprint);
      const others = links.filter((link) => ![session, undefined].includes(link.session()));
      return others.some((link) => link.inDoubt().some(({ key }) => key?.startsWith(prefix) ?? false));
    },
  };
}
