import type { Beside } from "#core/domain/beside.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { HOUR_MS } from "#core/domain/text-limits.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

/** Texts of one sender that reach nobody and are asked about in an hour, in each process. */
export const OFFERS_PER_HOUR = 20;
/** So many texts of one sender that reach nobody are told one by one in an hour; what is more is ignored. */
export const STRANGER_TEXTS_PER_HOUR = 20;
/** Senders who are remembered, at most, about a kilobyte each. */
const SENDERS_MAX = 10_000;

/** Counts what strangers write, by what this process has received: who writes on and on, or is a machine, is not asked about for each text. */
export interface StrangerWatch {
  /** Whether an app may be asked about the text. Decides the same again for the same text. */
  mayOffer(inbound: InboundMessage): boolean;
  /** Looks at a text that reaches nobody. Null: it is one of few. `beside`: what is told of it, once an hour for each sender. */
  look(inbound: InboundMessage, serviceId: string): { readonly beside: Beside | null } | null;
  /** Counts a text that reaches nobody and is not ignored, once it is written: what the carrier brings again is one text. */
  written(inbound: InboundMessage): void;
}

interface Text {
  readonly key: string;
  readonly at: number;
}

interface Stranger {
  /** The first of an hour. */
  readonly texts: readonly Text[];
  /** With which text it was told. */
  readonly told: Text | null;
}

const UNKNOWN: Stranger = { texts: [], told: null };
const IGNORED = { beside: null };

export const createStrangerWatch = (): StrangerWatch => {
  const offered = createGenerationalCache<readonly Text[]>(SENDERS_MAX);
  const strangers = createGenerationalCache<Stranger>(SENDERS_MAX);
  return {
    mayOffer: ({ from, key, receivedAt: at }) => {
      const offers = (offered.get(from) ?? []).filter((offer) => at - offer.at < HOUR_MS);
      if (offers.some((offer) => offer.key === key)) return true;
      // breakage: offer-without-limit
      if (offers.length >= OFFERS_PER_HOUR) return false;
      offered.set(from, [...offers, { key, at }]);
      return true;
    },
    look: ({ from, to, key, receivedAt: at }, serviceId) => {
      const { texts, told } = strangers.get(from) ?? UNKNOWN;
      const recent = texts.filter((text) => at - text.at < HOUR_MS);
      const isFew = recent.length < STRANGER_TEXTS_PER_HOUR || recent.some((text) => text.key === key);
      if (isFew) return null;
      // breakage: tell-of-each-stranger
      if (told !== null && told.key !== key && at - told.at < HOUR_MS) return IGNORED;
      strangers.set(from, { texts: recent, told: { key, at: told?.key === key ? told.at : at } });
      const data = { perHour: STRANGER_TEXTS_PER_HOUR };
      return {
        beside: { notice: null, events: [{ type: "abuse.stranger", subject: to, data, serviceId, at }] },
      };
    },
    written: ({ from, key, receivedAt: at }) => {
      const { texts, told } = strangers.get(from) ?? UNKNOWN;
      const recent = texts.filter((text) => at - text.at < HOUR_MS);
      if (recent.length < STRANGER_TEXTS_PER_HOUR)
        strangers.set(from, { texts: [...recent, { key, at }], told });
    },
  };
};
