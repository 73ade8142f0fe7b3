import { LRUCache } from "lru-cache";
import type { ReceivedMessage } from "#adapters/smpp/protocol/received-message.ts";
import type { Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import { REPEATS_MS, type UnconfirmedKey } from "#core/domain/redelivery.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { fingerprintOf } from "./fingerprint.ts";
import { createRecentSet } from "./recent-set.ts";

/** Deliveries remembered because they may come again, and texts of which it is remembered how often they came; the oldest go first. */
const TEXTS_MAX = 100_000;
/** Texts of which it is remembered when a redelivery was acknowledged; the oldest go first. */
const ACKNOWLEDGED_MAX = 10_000;
/** Suspects of one fingerprint. */
const ALIKE_MAX = 100;

/** Ordinals of one text that are known to be our own; storage notices when a forgotten one is counted anew. */
const OWN_MAX = 100;

/** One coming of a text: what it says, and the how many-th it is to say so, from 0. */
export interface Occurrence {
  readonly fingerprint: string;
  readonly ordinal: number;
}

export const keyOf = ({ fingerprint, ordinal }: Occurrence): string => `${prefixOf(fingerprint)}${ordinal}`;

/** The occurrence that a key of `message` names. */
export const occurrenceOf = ({ key }: UnconfirmedKey, message: ReceivedMessage): Occurrence => {
  const fingerprint = fingerprintOf(message);
  return { fingerprint, ordinal: Number(key.slice(prefixOf(fingerprint).length)) };
};

const nameOf = ({ key, at }: UnconfirmedKey): string => `${key}@${at}`;

const prefixOf = (fingerprint: string): string => `smpp:${fingerprint}:`;

/**
 * Recognises what a carrier delivers again, without swallowing two equal texts. Suspected is only what may come again: what was
 * put off, and what was cut off before the carrier is known to have read our answer. A redelivery gets the key of the first
 * delivery, so that storage can tell whether that one is there; each suspicion serves once.
 *
 * What seems new gets a key made of what it says and how often that came: so another process that gets the same text from the carrier
 * finds its key known, and looks into it.
 *
 * One of these is shared by all links of an account, because the carrier delivers again on whichever link is up.
 */
export interface Redeliveries {
  readonly suspect: (delivery: Delivery) => void;
  /** A redelivery of the text of this key is acknowledged, at `now`. */
  readonly acknowledged: (key: UnconfirmedKey, now: number) => void;
  /** When one was last, on whichever link; minus infinity: none lately. */
  readonly acknowledgedAt: (key: UnconfirmedKey) => number;
  /** The key under which the same was offered to storage before; null: it is new. */
  readonly earlierKey: (delivery: Delivery) => UnconfirmedKey | null;
  /** The next occurrence of a text that seems new: this process's own, until it turns out to be another's. */
  readonly next: (message: ReceivedMessage) => Occurrence;
  /** Another process has that occurrence, and perhaps others after it. */
  readonly release: (occurrence: Occurrence) => void;
  /** This process has an occurrence: a free one, or that of a text which the carrier delivers again. */
  readonly claim: (occurrence: Occurrence) => void;
  /** It could not be found out whose that occurrence is: what comes again tries it first. */
  readonly giveBack: (occurrence: Occurrence) => void;
  /** Whether this process has the occurrence; of those long ago that may be forgotten. */
  readonly isOwn: (occurrence: Occurrence) => boolean;
  /** Adds a link whose unconfirmed deliveries count. */
  readonly watch: (link: WatchedLink) => void;
  /**
   * Whether the same was accepted over another link just now, and the carrier may not know that yet. It may have cut that link and
   * be delivering again over this one, before we have seen the cut.
   */
  readonly isUnconfirmedElsewhere: (occurrence: Occurrence, session: string) => boolean;
}

export interface WatchedLink {
  /** Null: it is down, and has named its suspects. */
  readonly session: () => string | null;
  readonly unconfirmed: () => readonly Delivery[];
}

interface Ordinals {
  next: number;
  /** Those of this process, the last ones. */
  readonly own: number[];
  /** Those below `next` to be tried first. */
  readonly open: number[];
}

export const createRedeliveries = (suspectMs = REPEATS_MS, textsMax = TEXTS_MAX): Redeliveries => {
  const suspects = new LRUCache<string, readonly UnconfirmedKey[]>({ max: textsMax, ttl: suspectMs });
  const acknowledgements = new LRUCache<string, number>({ max: ACKNOWLEDGED_MAX });
  const links: WatchedLink[] = [];
  /** Nearly all texts: they came once, and to this process. */
  const once = createRecentSet(textsMax);
  /** The others. */
  const others = createGenerationalCache<Ordinals>(textsMax);

  const ordinalsOf = (fingerprint: string): Ordinals => {
    const known = others.get(fingerprint);
    if (known !== undefined) return known;
    const ordinals: Ordinals = once.has(fingerprint)
      ? { next: 1, own: [0], open: [] }
      : { next: 0, own: [], open: [] };
    others.set(fingerprint, ordinals);
    return ordinals;
  };
  const own = (ordinals: Ordinals, ordinal: number): void => {
    if (ordinals.own.push(ordinal) > OWN_MAX) ordinals.own.shift();
  };
  const release = ({ fingerprint, ordinal }: Occurrence): void => {
    const ordinals = ordinalsOf(fingerprint);
    const at = ordinals.own.indexOf(ordinal);
    if (at >= 0) ordinals.own.splice(at, 1);
  };

  return {
    suspect({ message, key }) {
      if (key === null) return;
      const fingerprint = fingerprintOf(message);
      suspects.set(fingerprint, [...(suspects.get(fingerprint) ?? []), key].slice(-ALIKE_MAX));
    },
    acknowledged: (key, now) => void acknowledgements.set(nameOf(key), now),
    acknowledgedAt: (key) => acknowledgements.get(nameOf(key)) ?? Number.NEGATIVE_INFINITY,
    earlierKey({ message }) {
      if (suspects.size === 0) return null;
      const fingerprint = fingerprintOf(message);
      const [key = null, ...more] = suspects.get(fingerprint) ?? [];
      if (more.length > 0) suspects.set(fingerprint, more);
      else suspects.delete(fingerprint);
      return key;
    },
    next(message) {
      const fingerprint = fingerprintOf(message);
      // What both have forgotten seems new; storage will know better.
      // breakage: name-each-delivery-anew
      if (once.add(fingerprint) && others.get(fingerprint) === undefined) return { fingerprint, ordinal: 0 };
      const ordinals = ordinalsOf(fingerprint);
      const ordinal = ordinals.open.shift() ?? ordinals.next++;
      own(ordinals, ordinal);
      return { fingerprint, ordinal };
    },
    release,
    claim({ fingerprint, ordinal }) {
      const ordinals = ordinalsOf(fingerprint);
      ordinals.next = Math.max(ordinals.next, ordinal + 1);
      own(ordinals, ordinal);
    },
    giveBack(occurrence) {
      release(occurrence);
      ordinalsOf(occurrence.fingerprint).open.push(occurrence.ordinal);
    },
    isOwn: ({ fingerprint, ordinal }) =>
      others.get(fingerprint)?.own.includes(ordinal) ?? (ordinal === 0 && once.has(fingerprint)),
    watch(link) {
      links.push(link);
    },
    isUnconfirmedElsewhere({ fingerprint }, session) {
      const prefix = prefixOf(fingerprint);
      return links.some((link) => {
        const other = link.session();
        if (other === null || other === session) return false;
        return link.unconfirmed().some(({ key }) => key?.key.startsWith(prefix) ?? false);
      });
    },
  };
};
