import type { SmppProfile } from "#adapters/smpp/profile.ts";
import type { UnconfirmedKey } from "#core/domain/redelivery.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { AcceptResult, OfferResult } from "#core/ports/inbound.ts";
import type { After } from "./answer-deadline.ts";
import { ASK_AGAIN_MS, type DuplicateSearch, searchDuplicate } from "./check-duplicate.ts";
import { inboundMessageOf } from "./inbound-message.ts";
import type { InboundSink } from "./inbound-sink.ts";
import type { PendingDelivery } from "./pending-delivery.ts";
import { keyOf, type Occurrence, occurrenceOf, type Redeliveries } from "./redelivery.ts";

/** How often it is asked again whether the carrier has read that an equal text was accepted over another link. */
const OTHER_LINK_MS = 20;

export interface TextAcceptanceContext {
  readonly sink: InboundSink;
  readonly profile: Pick<SmppProfile, "defaultAlphabet">;
  readonly redeliveries: Redeliveries;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
  readonly after: After;
  readonly conclude: (pending: PendingDelivery, result: AcceptResult) => void;
  readonly fail: (pending: PendingDelivery, error: unknown) => void;
  /** Whether nobody waits for the answer any more: the link is gone, or the delivery was put off. */
  readonly isLeft: (pending: PendingDelivery) => boolean;
  readonly abandon: (pending: PendingDelivery) => void;
  readonly onUnconfirmed: (key: UnconfirmedKey) => void;
}

/** Offers texts to storage, each under its own key: a new text under a free one, a redelivery under that of the first delivery. */
export const createTextAcceptance = (
  context: TextAcceptanceContext,
): ((pending: PendingDelivery) => void) => {
  const { sink, profile, redeliveries, clock, ids } = context;

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      context.after(ms, resolve);
    });

  const offer = (
    { delivery }: PendingDelivery,
    key: UnconfirmedKey,
    done: (result: OfferResult) => void,
  ): void => {
    delivery.key = key;
    const message = inboundMessageOf(delivery.message, key.key, ids.next(), key.at, profile.defaultAlphabet);
    sink.offer(message, done);
  };

  /**
   * A redelivery was recognised. If it cannot be acknowledged any more, it will come again, and everybody has to know; unless one that came
   * later has been acknowledged: then what is late here says nothing new, and would stand for the next equal text.
   */
  const recognised = (pending: PendingDelivery, key: UnconfirmedKey): void => {
    if (!context.isLeft(pending)) {
      redeliveries.acknowledged(key, context.now());
      context.conclude(pending, "accepted");
      return;
    }
    // breakage: name-what-was-acknowledged
    if (pending.delivery.receivedAt > redeliveries.acknowledgedAt(key)) context.onUnconfirmed(key);
  };

  const search: DuplicateSearch = { ...context, offer, pause, recognised };

  const offerNew = (pending: PendingDelivery, occurrence: Occurrence): void =>
    offer(pending, { key: keyOf(occurrence), at: Math.min(pending.receivedAt, clock.now()) }, (result) => {
      if (result !== "known") context.conclude(pending, result);
      // Put off meanwhile, and accepted where the carrier has brought it instead: under another key it would be there twice.
      // breakage: write-after-late-refusal
      else if (pending.isLate) context.conclude(pending, "unavailable");
      else searchDuplicate(search, pending, occurrence).catch((error) => context.fail(pending, error));
    });

  const acceptNew = (pending: PendingDelivery, cameBefore = false): void => {
    const occurrence = redeliveries.next(pending.delivery.message);
    const isFirst = occurrence.ordinal === 0 && !cameBefore;
    if (isFirst || !redeliveries.isUnconfirmedElsewhere(occurrence, pending.delivery.session)) {
      offerNew(pending, occurrence);
      return;
    }
    redeliveries.giveBack(occurrence);
    waitForOtherLink(pending, occurrence).catch((error) => context.fail(pending, error));
  };

  /** A key is stored that this process has offered before: for this very text, or it was another's and this text is new. */
  const resolve = async (pending: PendingDelivery, key: UnconfirmedKey): Promise<void> => {
    const known = (await sink.checkDuplicate([key.key]))?.[0] ?? null;
    if (context.isLeft(pending)) return;
    const isOurs = known?.acceptedAt === key.at;
    // Another process has recognised it, and whether the carrier knows that will be clear soon.
    if (isOurs && known.resolved !== null && known.status === "open") {
      await pause(ASK_AGAIN_MS);
      if (!context.isLeft(pending)) return resolve(pending, key);
      return;
    }
    // breakage: recognise-once-for-all
    const instead = known?.status === "unconfirmed" ? known.resolved : null;
    const isResolved = isOurs ? await sink.resolveUnconfirmed(key.key, pending.receivedAt, instead) : false;
    if (known === null || isResolved === null) {
      context.conclude(pending, "unavailable");
      return;
    }
    if (isResolved) {
      recognised(pending, key);
      return;
    }
    // What storage has was written by another process: it may be this text, which the carrier brought there meanwhile.
    // breakage: keep-anothers-key
    if (!isOurs) redeliveries.giveBack(occurrenceOf(key, pending.delivery.message));
    pending.delivery.key = null;
    pending.delivery.isRepeated = false;
    if (context.isLeft(pending)) return;
    // Of two equal texts that were put off the other one may have been recognised elsewhere: then this is the next.
    // breakage: suspect-one-alone
    const other = redeliveries.earlierKey(pending.delivery);
    if (other === null) acceptNew(pending, true);
    else offerAgain(pending, other);
  };

  const offerAgain = (pending: PendingDelivery, key: UnconfirmedKey): void => {
    pending.delivery.isRepeated = true;
    offer(pending, key, (result) => {
      // Accepted only now, it was named before, when it was put off unwritten: nobody is to take another text for it.
      const isStored = result === "known" || result === "accepted"; // breakage: leave-named
      if (!isStored) context.conclude(pending, result);
      else resolve(pending, key).catch((error) => context.fail(pending, error));
    });
  };

  /** Waits until it is clear whether an equal text, accepted over another link, may come again: then this is it. */
  const waitForOtherLink = async (pending: PendingDelivery, occurrence: Occurrence): Promise<void> => {
    const { delivery } = pending;
    delivery.key = null;
    for (;;) {
      await pause(OTHER_LINK_MS);
      if (context.isLeft(pending)) return;
      const earlier = redeliveries.earlierKey(delivery);
      if (earlier !== null) return offerAgain(pending, earlier);
      if (!redeliveries.isUnconfirmedElsewhere(occurrence, delivery.session))
        return offerNew(pending, redeliveries.next(delivery.message));
    }
  };

  return (pending) => {
    const { key, isRepeated } = pending.delivery;
    if (isRepeated && key !== null) offerAgain(pending, key);
    else acceptNew(pending);
  };
};
