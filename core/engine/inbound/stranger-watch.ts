import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";

/** Texts of one sender that reach nobody and are asked about in an hour, in each process. */
export const OFFERS_PER_HOUR = 20;
const HOUR_MS = 3_600_000;
/** Senders who are remembered, at most, about a kilobyte each. */
const SENDERS_MAX = 10_000;

/** Counts what is asked about of strangers: who writes on and on, or is a machine, is not asked about for each text. */
export interface StrangerWatch {
  /** Decides the same again for the same text. */
  mayOffer(inbound: InboundMessage): boolean;
}

interface Offer {
  readonly key: string;
  readonly at: number;
}

export const createStrangerWatch = (): StrangerWatch => {
  const senders = createGenerationalCache<readonly Offer[]>(SENDERS_MAX);
  return {
    mayOffer: ({ from, key, receivedAt: at }) => {
      const offers = (senders.get(from) ?? []).filter((offer) => at - offer.at < HOUR_MS);
      if (offers.some((offer) => offer.key === key)) return true;
      // breakage: offer-without-limit
      if (offers.length >= OFFERS_PER_HOUR) return false;
      senders.set(from, [...offers, { key, at }]);
      return true;
    },
  };
};
