import type { DedupStatus, UnconfirmedKey } from "#core/domain/redelivery.ts";
import type { AcceptResult, OfferResult } from "#core/ports/inbound.ts";
import type { InboundSink } from "./inbound-sink.ts";
import type { PendingDelivery } from "./pending-delivery.ts";
import { keyOf, type Occurrence, type Redeliveries } from "./redelivery.ts";

/** How often an open question is asked again. */
export const ASK_AGAIN_MS = 100;

/** Ordinals asked about in one go. */
const ORDINALS_AT_ONCE = 16;

export interface DuplicateSearch {
  readonly sink: InboundSink;
  readonly redeliveries: Redeliveries;
  readonly offer: (
    pending: PendingDelivery,
    key: UnconfirmedKey,
    done: (result: OfferResult) => void,
  ) => void;
  readonly conclude: (pending: PendingDelivery, result: AcceptResult) => void;
  readonly isLeft: (pending: PendingDelivery) => boolean;
  readonly abandon: (pending: PendingDelivery) => void;
  readonly recognised: (pending: PendingDelivery, key: UnconfirmedKey) => void;
  readonly pause: (ms: number) => Promise<void>;
}

/**
 * The key of a text is known to storage: either it is what the carrier delivers again, or an equal text came before. Looks from `first` on
 * for an equal text that may come again, or else for a free key.
 */
export const searchDuplicate = async (
  search: DuplicateSearch,
  pending: PendingDelivery,
  first: Occurrence,
): Promise<void> => {
  const { sink, redeliveries, offer, conclude, isLeft, abandon, pause } = search;
  const { delivery, receivedAt } = pending;
  redeliveries.release(first);
  delivery.key = null;
  for (let { fingerprint, ordinal } = first; ; ) {
    const occurrences = Array.from({ length: ORDINALS_AT_ONCE }, (_, i) => ({
      fingerprint,
      ordinal: ordinal + i,
    }));
    pending.checkingDuplicate = first;
    const known = await sink.checkDuplicate(occurrences.map(keyOf));
    if (isLeft(pending)) return;
    if (known === null) {
      abandon(pending);
      return conclude(pending, "unavailable");
    }
    const statuses: readonly DedupStatus[] = known.map(({ status }, i) =>
      // breakage: merge-equal-texts
      redeliveries.isOwn(occurrences[i]!) ? "settled" : status,
    );
    const at = statuses.indexOf("unconfirmed");
    if (at >= 0) {
      const key = { key: keyOf(occurrences[at]!), at: known[at]!.acceptedAt ?? receivedAt };
      // From now on it stands for that text: put off or cut off, it is to be recognised again.
      delivery.key = key; // breakage: forget-half-resolved
      pending.checkingDuplicate = null;
      // breakage: recognise-everywhere
      const isResolved = await sink.resolveUnconfirmed(key.key, receivedAt, known[at]!.resolved);
      if (isResolved === true) {
        redeliveries.claim(occurrences[at]!);
        delivery.isRepeated = true;
        return search.recognised(pending, key);
      }
      if (isLeft(pending)) return;
      if (isResolved === null) return conclude(pending, "unavailable");
      delivery.key = null;
      continue;
    }
    if (statuses.includes("open")) {
      await pause(ASK_AGAIN_MS);
      if (isLeft(pending)) return;
      continue;
    }
    const free = occurrences[statuses.indexOf("free")];
    if (free === undefined) {
      ordinal += ORDINALS_AT_ONCE;
      continue;
    }
    redeliveries.claim(free);
    pending.checkingDuplicate = null;
    const result = await new Promise<OfferResult>((resolve) =>
      offer(pending, { key: keyOf(free), at: receivedAt }, resolve),
    );
    if (result !== "known" || pending.isLate)
      return conclude(pending, result === "known" ? "unavailable" : result);
    redeliveries.release(free);
    delivery.key = null;
    ordinal = free.ordinal;
  }
};
