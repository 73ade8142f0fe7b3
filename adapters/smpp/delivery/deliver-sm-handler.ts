import type { SmppProfile } from "#adapters/smpp/profile.ts";
import { STATUS } from "#adapters/smpp/protocol/pdu.ts";
import type { Delivery } from "#adapters/smpp/session/acknowledgements.ts";
import { isProgramData } from "#adapters/smpp/text/program-data.ts";
import { isReceipt, maybeReceipt } from "#adapters/smpp/text/receipt-text.ts";
import type { UnconfirmedKey } from "#core/domain/redelivery.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { AcceptResult } from "#core/ports/inbound.ts";
import { type After, createDeadlines } from "./answer-deadline.ts";
import { senderOf, virtualNumberOf } from "./inbound-message.ts";
import type { InboundSink } from "./inbound-sink.ts";
import { createPendingDelivery, type PendingDelivery } from "./pending-delivery.ts";
import { receiptOf, type UselessReceipt } from "./receipt.ts";
import type { Redeliveries } from "./redelivery.ts";
import { createTextAcceptance } from "./text-acceptance.ts";

/** SMSCs give up an unanswered deliver_sm after this or later (osmo-msc after five seconds, others later). */
const ANSWER_MS = 4_500;

/** A receipt may come before the id in the carrier's answer is stored: so often, and after such a pause, storage is asked for it. */
const QUESTIONS_MAX = 3;
const ASK_AGAIN_MS = 400;

/** Why a delivery was acknowledged and goes no further. */
export type IgnoredReason = UselessReceipt | "program-data";

export interface DeliverSmHandlerContext {
  readonly sink: InboundSink;
  readonly profile: SmppProfile;
  readonly redeliveries: Redeliveries;
  readonly clock: Clock;
  readonly ids: Ids;
  /** A clock that never goes back, in milliseconds. */
  readonly now: () => number;
  readonly after: After;
  readonly answer: (delivery: Delivery, status: number) => void;
  /** Whether the link that it came on still waits for the answer. */
  readonly isWaiting: (delivery: Delivery) => boolean;
  /** It was put off, and may yet be written: when it comes again, perhaps to another process, it may be there. */
  readonly onUnconfirmed: (key: UnconfirmedKey) => void;
  readonly onIgnored: (reason: IgnoredReason) => void;
  readonly onFault: (error: unknown) => void;
}

export interface DeliverSmHandler {
  readonly handle: (delivery: Delivery) => void;
  /** Nothing is answered any more. */
  readonly stop: () => void;
}

/**
 * Brings each deliver_sm to where it belongs, and answers it when it is safe there; or after a while in any case, so that the
 * carrier delivers it again, while the write goes on.
 */
export const createDeliverSmHandler = (context: DeliverSmHandlerContext): DeliverSmHandler => {
  const { sink, profile, redeliveries, clock, ids } = context;

  const inTime = createDeadlines<PendingDelivery>(ANSWER_MS, context.now, context.after, (pending) => {
    const { delivery, checkingDuplicate } = pending;
    if (checkingDuplicate !== null || delivery.key === null) abandon(pending);
    else {
      pending.isLate = true;
      context.onUnconfirmed(delivery.key);
    }
    context.answer(delivery, profile.tryAgain.unavailable);
  });

  /** When it comes again it is looked at anew. */
  const abandon = (pending: PendingDelivery): void => {
    pending.isAbandoned = true;
    pending.delivery.key = null;
    if (pending.checkingDuplicate !== null) redeliveries.giveBack(pending.checkingDuplicate);
  };

  /** Without a key nobody suspects it: when its link goes, it must not be written, since it will come again. */
  const isLeft = (pending: PendingDelivery): boolean => {
    if (!pending.isAbandoned && !context.isWaiting(pending.delivery)) {
      inTime.done(pending);
      abandon(pending);
    }
    return pending.isAbandoned;
  };

  const statusOf = (result: AcceptResult): number =>
    result === "accepted" ? STATUS.ok : profile.tryAgain[result];

  /** Answers, unless that has been done because it took too long. What was put off may have been written all the same. */
  const conclude = (pending: PendingDelivery, result: AcceptResult): void => {
    if (!inTime.done(pending)) return;
    const { delivery } = pending;
    if (result === "unavailable" && delivery.key !== null) context.onUnconfirmed(delivery.key);
    context.answer(delivery, statusOf(result));
  };

  const fail = (pending: PendingDelivery, error: unknown): void => {
    if (inTime.done(pending)) context.answer(pending.delivery, profile.tryAgain.unavailable);
    context.onFault(error);
  };

  const acceptText = createTextAcceptance({
    sink,
    profile,
    redeliveries,
    clock,
    ids,
    now: context.now,
    after: context.after,
    conclude,
    fail,
    isLeft,
    abandon,
    onUnconfirmed: context.onUnconfirmed,
  });

  const acceptReceipt = (pending: PendingDelivery): void => {
    const { delivery, receivedAt } = pending;
    delivery.key = null;
    const receipt = receiptOf(delivery.message, profile, receivedAt);
    if (typeof receipt === "string") ignore(pending, receipt);
    else sink.offerReceipt(receipt, (result) => conclude(pending, result));
  };

  /** It will be no better the next time. */
  const ignore = (pending: PendingDelivery, reason: IgnoredReason): void => {
    pending.delivery.key = null;
    context.onIgnored(reason);
    conclude(pending, "accepted");
  };

  /** A receipt, if it has the id of a message that we sent to its sender; else a text. */
  const acceptEither = async (pending: PendingDelivery): Promise<void> => {
    const { message } = pending.delivery;
    const receipt = receiptOf(message, profile, pending.receivedAt);
    if (typeof receipt === "string") return acceptText(pending);
    const ours = virtualNumberOf(message);
    const theirs = senderOf(message, ours);
    for (let times = 1; ; times += 1) {
      const match = await sink.matchSent(receipt.carrierIds, ours, theirs);
      if (isLeft(pending)) return;
      if (match === null) return conclude(pending, "unavailable");
      if (match === "sent") return acceptReceipt(pending); // breakage: receipt-of-anybody
      if (times === QUESTIONS_MAX) return acceptText(pending);
      await new Promise<void>((resolve) => {
        context.after(ASK_AGAIN_MS, resolve);
      });
      if (isLeft(pending)) return;
    }
  };

  return {
    handle: (delivery) => {
      const pending = createPendingDelivery(delivery, clock.now());
      // breakage: answer-at-once
      inTime.add(pending);
      try {
        const { message } = delivery;
        if (isReceipt(message)) acceptReceipt(pending);
        else if (maybeReceipt(message)) acceptEither(pending).catch((error) => fail(pending, error));
        else if (isProgramData(message)) ignore(pending, "program-data");
        else acceptText(pending);
      } catch (error) {
        fail(pending, error);
      }
    },
    stop: inTime.stop,
  };
};
