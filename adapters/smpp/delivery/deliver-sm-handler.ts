import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import { isReceipt } from "#adapters/smpp/text/receipt-text.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import { type After, type Due, deadlines } from "./answer-deadline.ts";
import type { MessageIdForm } from "./carrier-ids.ts";
import {
  type AcceptResult,
  type InboundSink,
  inboundMessageOf,
  receiptOf,
  STATUS_OF_RESULT,
} from "./inbound.ts";
import { TRY_AGAIN } from "./outcomes.ts";
import { keyOf, type Occurrence, type Redeliveries } from "./redelivery.ts";

/** SMSCs give up an unanswered deliver_sm after this or later (osmo-msc after five seconds, others later). */
const ANSWER_MS = 4_500;

/** How often an open question is asked again. */
const LOOK_AGAIN_MS = 100;

/** And whether the carrier has heard that we took what equals a new text, over another link. */
const SETTLE_MS = 20;

/** Places looked at in one go. */
const PLACES_AT_ONCE = 16;

export interface DeliverSmHandlerContext {
  readonly sink: InboundSink;
  readonly messageIdForm: MessageIdForm;
  readonly redeliveries: Redeliveries;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A clock that never goes back. */
  readonly now: () => number;
  readonly after: After;
  readonly answer: (delivery: Delivery, status: number) => void;
  /** Whether the link that it came on still waits for the answer. */
  readonly isWaiting: (delivery: Delivery) => boolean;
  /** It was refused for now, and may yet be written: when it comes again, perhaps to another process, it may be there. */
  readonly onDoubt: (key: string) => void;
  readonly onFault: (error: unknown) => void;
}

export interface DeliverSmHandler {
  readonly take: (delivery: Delivery) => void;
  /** Nothing is answered any more. */
  readonly stop: () => void;
}

/** A delivery until it is answered. */
interface PendingDelivery extends Due<PendingDelivery> {
  readonly receivedAt: number;
  /** Its key is another's; whether it is a repetition is being found out. */
  checkingDuplicate: Occurrence | null;
  /** It has been refused for now, while it was being written. */
  isLate: boolean;
  /** It has been refused for now, and nothing of it is written. */
  isGone: boolean;
}

/**
 * Takes each deliver_sm to where it belongs, and answers it when it is safe there; or after a while in any case, so that the
 * carrier brings it again, while the write goes on.
 */
export function createDeliverSmHandler(context: DeliverSmHandlerContext): DeliverSmHandler {
  const { sink, redeliveries: again, clock, ids } = context;

  const inTime = deadlines<PendingDelivery>(ANSWER_MS, context.now, context.after, (each) => {
    if (each.checkingDuplicate !== null || each.delivery.key === null) giveUp(each);
    else {
      each.isLate = true;
      context.onDoubt(each.delivery.key);
    }
    context.answer(each.delivery, TRY_AGAIN.systemError);
  });

  const offer = (
    { delivery, receivedAt }: PendingDelivery,
    key: string,
    done: (taken: AcceptResult | "known") => void,
  ): void => {
    delivery.key = key;
    sink.offer(inboundMessageOf(delivery.message, key, ids.next(), receivedAt), done);
  };

  const text = (each: PendingDelivery): void => {
    const { delivery } = each;
    if (delivery.isRepeated && delivery.key !== null) {
      offerAgain(each, delivery.key);
      return;
    }
    const saying = again.next(delivery.message);
    if (saying.ordinal === 0 || !again.isInDoubtElsewhere(saying, delivery.session)) offerNew(each, saying);
    else {
      again.giveBack(saying);
      settle(each, saying).catch((error) => fail(each, error));
    }
  };

  const offerNew = (each: PendingDelivery, saying: Occurrence): void =>
    offer(each, keyOf(saying), (taken) => {
      if (taken !== "known") conclude(each, taken);
      // Refused meanwhile, and taken where the carrier has brought it instead: writing it under another name would double it.
      // breakage: write-after-late-refusal
      else if (each.isLate) conclude(each, "unavailable");
      else lookInto(each, saying).catch((error) => fail(each, error));
    });

  const offerAgain = (each: PendingDelivery, key: string): void => {
    each.delivery.isRepeated = true;
    offer(each, key, (taken) => conclude(each, taken === "known" ? "accepted" : taken));
  };

  /** Waits until it is clear whether the same, taken over another link, may come again: then it has. */
  const settle = async (each: PendingDelivery, saying: Occurrence): Promise<void> => {
    const { delivery } = each;
    delivery.key = null;
    for (;;) {
      await pause(SETTLE_MS);
      if (isLeft(each)) return;
      const earlier = again.earlierKey(delivery);
      if (earlier !== undefined) return offerAgain(each, earlier);
      if (!again.isInDoubtElsewhere(saying, delivery.session))
        return offerNew(each, again.next(delivery.message));
    }
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      context.after(ms, resolve);
    });

  /** The text is known: as what the carrier brings again, or as an equal text that somebody sent before. */
  const lookInto = async (each: PendingDelivery, first: Occurrence): Promise<void> => {
    const { delivery } = each;
    again.release(first);
    // That name is another's.
    delivery.key = null;
    for (let { fingerprint, ordinal } = first; ; ) {
      const sayings = Array.from({ length: PLACES_AT_ONCE }, (_, i) => ({
        fingerprint,
        ordinal: ordinal + i,
      }));
      each.checkingDuplicate = first;
      const looked = await sink.look(sayings.map(keyOf));
      if (isLeft(each)) return;
      if (looked === null) {
        giveUp(each);
        return conclude(each, "unavailable");
      }
      // breakage: merge-equal-texts
      const states = looked.map((state, i) => (again.isOwn(sayings[i]!) ? "settled" : state));
      const repeated = sayings[states.indexOf("unconfirmed")];
      if (repeated !== undefined) {
        // Ours from now on: each doubt serves once.
        again.take(repeated);
        delivery.key = keyOf(repeated);
        delivery.isRepeated = true;
        return conclude(each, "accepted");
      }
      if (states.includes("open")) {
        await pause(LOOK_AGAIN_MS);
        if (isLeft(each)) return;
        continue;
      }
      const free = sayings[states.indexOf("free")];
      if (free === undefined) {
        ordinal += PLACES_AT_ONCE;
        continue;
      }
      again.take(free);
      each.checkingDuplicate = null;
      const taken = await new Promise<AcceptResult | "known">((resolve) => offer(each, keyOf(free), resolve));
      if (taken !== "known" || each.isLate) return conclude(each, taken === "known" ? "accepted" : taken);
      again.release(free);
      ordinal = free.ordinal;
    }
  };

  /** Without a name nobody suspects it: when its link goes, it must not be written, since it will come again. */
  const isLeft = (each: PendingDelivery): boolean => {
    if (!each.isGone && !context.isWaiting(each.delivery)) {
      inTime.done(each);
      giveUp(each);
    }
    return each.isGone;
  };

  /** When it comes again it is looked at anew. */
  const giveUp = (each: PendingDelivery): void => {
    const { delivery, checkingDuplicate } = each;
    each.isGone = true;
    delivery.key = null;
    if (checkingDuplicate !== null) again.giveBack(checkingDuplicate);
  };

  const receipt = (each: PendingDelivery): void => {
    const { delivery, receivedAt } = each;
    delivery.key = null;
    const said = receiptOf(delivery.message, context.messageIdForm, receivedAt);
    // A receipt for nothing in particular will be no better the next time.
    if (said === undefined) conclude(each, "accepted");
    else sink.offerReceipt(said, (taken) => conclude(each, taken));
  };

  /** Answers, unless that has been done because it took too long. What was refused for now may have been written all the same. */
  const conclude = (each: PendingDelivery, taken: AcceptResult): void => {
    if (!inTime.done(each)) return;
    const { delivery } = each;
    if (taken === "unavailable" && delivery.key !== null) context.onDoubt(delivery.key);
    context.answer(delivery, STATUS_OF_RESULT[taken]);
  };

  const fail = (each: PendingDelivery, error: unknown): void => {
    if (inTime.done(each)) context.answer(each.delivery, STATUS.systemError);
    context.onFault(error);
  };

  return {
    take: (delivery) => {
      const each: PendingDelivery = {
        delivery,
        receivedAt: clock.now(),
        checkingDuplicate: null,
        isLate: false,
        isGone: false,
        previous: null,
        next: null,
        isLinked: false,
      };
      // breakage: answer-at-once
      inTime.add(each);
      try {
        if (isReceipt(delivery.message)) receipt(each);
        else text(each);
      } catch (error) {
        fail(each, error);
      }
    },
    stop: inTime.stop,
  };
}
