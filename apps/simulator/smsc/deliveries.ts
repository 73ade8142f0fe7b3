import type { RetryProfile } from "#apps/simulator/options.ts";
import type { Timers } from "#apps/simulator/timers.ts";
import { createDeque, type Deque } from "#core/structures/deque.ts";
import { RETRYABLE } from "./command-status.ts";
import type { Audience, Delivery, Outcome, Receiver } from "./delivery.ts";

/** deliver_sm that wait for a bind, of one kind. */
const WAITING_MAX = 200_000;

/** All deliver_sm that wait, and the binds that take them. */
export interface Deliveries {
  readonly offer: (delivery: Delivery, audience: Audience) => void;
  readonly join: (receiver: Receiver) => void;
  /** `unanswered`: what the receiver had, oldest first. */
  readonly leave: (receiver: Receiver, unanswered: readonly Delivery[]) => void;
  readonly answered: (receiver: Receiver, delivery: Delivery, status: number) => void;
  /** No answer in time. */
  readonly overdue: (receiver: Receiver, delivery: Delivery) => void;
  readonly hasReceiver: (systemType: string) => boolean;
  readonly waiting: () => number;
}

interface Group {
  readonly queue: Deque<Delivery>;
  readonly receivers: Receiver[];
  next: number;
  readonly isForEverybody: boolean;
}

export const createDeliveries = (retry: RetryProfile, timers: Timers): Deliveries => {
  const everybody: Group = newGroup(true);
  const groups = new Map<string, Group>();
  const groupOf = new Map<Delivery, Group>();
  let receiptsFirst = false;

  const group = (systemType: string): Group => {
    const known = groups.get(systemType) ?? newGroup(false);
    groups.set(systemType, known);
    return known;
  };

  const finish = (delivery: Delivery, outcome: Outcome): void => {
    groupOf.delete(delivery);
    delivery.done(outcome);
  };

  /** Round the receivers, as long as one has room. */
  const pump = (target: Group): void => {
    const { queue, receivers } = target;
    while (queue.size() > 0) {
      const count = receivers.length;
      let turn = 0;
      while (turn < count && !receivers[(target.next + turn) % count]!.hasRoom()) turn += 1;
      if (turn === count) return;
      const receiver = receivers[(target.next + turn) % count]!;
      target.next = (target.next + turn + 1) % count;
      const delivery = queue.shift()!;
      delivery.attempts += 1;
      delivery.tried();
      receiver.send(delivery);
    }
  };

  /** To the front: it has waited longest. */
  const requeue = (delivery: Delivery) => {
    const target = groupOf.get(delivery);
    if (!target) return;
    if (isReturnable(delivery, target)) return finish(delivery, "returned");
    target.queue.unshift(delivery);
    pump(target);
  };

  const isReturnable = (delivery: Delivery, target: Group): boolean =>
    !target.isForEverybody && target.receivers.length === 0 && !delivery.unit.isTouched;

  const mayTryAgain = (delivery: Delivery): boolean => {
    const age = performance.now() - delivery.createdAt;
    const isOver = delivery.attempts >= retry.attempts || age >= retry.horizonMs;
    if (isOver) finish(delivery, "lost");
    else delivery.retrying();
    return !isOver;
  };

  return {
    offer: (delivery, audience) => {
      const target = audience === "everybody" ? everybody : group(audience.systemType);
      if (target.queue.size() >= WAITING_MAX) return delivery.done("lost");
      groupOf.set(delivery, target);
      if (isReturnable(delivery, target)) return finish(delivery, "returned");
      target.queue.push(delivery);
      pump(target);
    },
    join: (receiver) => {
      for (const target of [group(receiver.systemType), everybody]) {
        target.receivers.push(receiver);
        pump(target);
      }
    },
    leave: (receiver, unanswered) => {
      for (const target of [group(receiver.systemType), everybody]) {
        const place = target.receivers.indexOf(receiver);
        if (place >= 0) target.receivers.splice(place, 1);
      }
      for (const delivery of unanswered) delivery.unit.isTouched = true;
      for (const delivery of unanswered.toReversed()) {
        if (mayTryAgain(delivery)) groupOf.get(delivery)?.queue.unshift(delivery);
      }
      const left = group(receiver.systemType);
      for (const delivery of left.receivers.length === 0 ? left.queue.drain() : []) {
        if (isReturnable(delivery, left)) finish(delivery, "returned");
        else left.queue.push(delivery);
      }
      pump(left);
      pump(everybody);
    },
    answered: (receiver, delivery, status) => {
      if (status === 0) {
        delivery.unit.isTouched = true;
        finish(delivery, "acknowledged");
      } else if (RETRYABLE.has(status)) {
        const wait = delivery.waitMs;
        delivery.waitMs = Math.min(wait * retry.factor, retry.maxMs);
        if (mayTryAgain(delivery)) timers.after(wait, () => requeue(delivery));
      } else finish(delivery, "lost");
      // Receipts and texts go first by turns, so that neither starves.
      const own = group(receiver.systemType);
      receiptsFirst = !receiptsFirst;
      for (const target of receiptsFirst ? [everybody, own] : [own, everybody]) pump(target);
    },
    overdue: (receiver, delivery) => {
      delivery.unit.isTouched = true;
      if (mayTryAgain(delivery)) requeue(delivery);
      pump(group(receiver.systemType));
    },
    hasReceiver: (systemType) => group(systemType).receivers.length > 0,
    waiting: () => groupOf.size,
  };
};

const newGroup = (isForEverybody: boolean): Group => ({
  queue: createDeque<Delivery>(),
  receivers: [],
  next: 0,
  isForEverybody,
});
