import { chooseLink } from "#core/domain/choose-link.ts";
import {
  type FinalOutcome,
  type LinkKind,
  type OutboundMessage,
  PRIORITIES,
  partitionOf,
} from "#core/domain/message.ts";
import { countSegments } from "#core/domain/message-text.ts";
import { nextAttempt } from "#core/domain/retry.ts";
import type { BatchWriter } from "#core/engine/inbound/batch-writer.ts";
import type { CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Dispatch } from "#core/ports/dispatch.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { Accepted, RequeuedMessage } from "#core/ports/traffic.ts";
import { startClaiming } from "./claiming.ts";
import { createLinkViews } from "./link-views.ts";
import { createOwnedMessages, type OwnedMessages, toRequeued } from "./owned-messages.ts";
import type { Pacing } from "./pacing.ts";
import { createRecipientQueues, type OwnedMessage, type RecipientQueue } from "./recipient-queues.ts";

/**
 * Sends what this process has in hand: in lanes, one message of a queue at a time, over the best live link, at the
 * account's and the number's pace. What cannot leave for a while goes back into the queue, from which it is claimed
 * again. Nothing is held in storage while a carrier is being waited for.
 */
export interface Dispatcher {
  /** A message that is durable and ours to send. */
  add(message: OutboundMessage): void;
  /** There may be something in the queue. */
  claim(): void;
  /** Whether one more message may be kept in hand. */
  hasRoom(): boolean;
  /** Whether more is in hand than all links together take in a little while, and it is their windows that it waits for. */
  isBehind(): boolean;
  ownedCount(): number;
  oldestOwned(): string | null;
  /** Looks for what may leave now. */
  pump(): void;
  /**
   * Empties the hand of these partitions, waiting for what is under way. What is left goes to `giveUp`; until that is done
   * it counts as in hand, so that it is recovered if we die before.
   */
  handOver(partitions: readonly number[], giveUp: GiveUp): Promise<void>;
  /** Forgets what is not under way: it belongs to others now. */
  discardAll(): void;
  /** Puts back what has waited too long in hand. */
  requeueOld(): void;
  /** Stops sending, waits for what is under way, answers what is left. */
  stop(): Promise<readonly RequeuedMessage[]>;
}

/** Gives messages to others; resolves when they are durably out of our hands. */
export type GiveUp = (inHand: readonly RequeuedMessage[]) => Promise<void>;

export interface DispatcherPorts {
  readonly links: readonly CarrierLink[];
  readonly dispatch: Pick<Dispatch, "claim" | "nextDueAt">;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly chance: Chance;
}

export interface DispatcherOptions {
  readonly fallbackAfterMs: number;
  /** After a lost answer: send again, or hold until the message's time is over. */
  readonly onUnknown: "resend" | "hold";
  /** How long a queue is kept from others after its conversation has closed. */
  readonly quarantineMs: number;
  readonly ownedMax?: number;
  readonly claimMax?: number;
}

/** The dispatcher's view of its surroundings. */
export interface DispatcherContext {
  readonly record: BatchWriter["record"];
  /** Resolves when every write that is under way has been answered. */
  readonly settled: BatchWriter["settled"];
  readonly pacing: Pacing;
  /** The id to claim under. */
  dispatcher(): string;
  /** Whether sending is allowed: the lease holds. */
  maySend(): boolean;
}

/** Messages in hand; beyond that they wait in the queue, until the hand and then the queue have been worked off: in order of age. */
const OWNED_MAX = 20_000;
const CLAIM_MAX = 500;
/** More than this is in hand only because links are slow to take it. */
const WINDOWS_OWNED = 2;
/** What waits longer than this in hand goes back into the queue, where it costs no memory and is checked again. */
const OWNED_MS = 30_000;
/** With the shortest quarantines there is no certainty; sending goes on nevertheless. */
const OWNED_LEAST_MS = 1_000;
/** A link that says it has room and then takes nothing is not asked for ever. */
const UNSENT_MAX = 10;
/** A message put back because nothing moved is looked at again after this. */
const REQUEUE_MS = 5_000;

export const startDispatcher = (
  { links, dispatch, clock, timer, chance }: DispatcherPorts,
  options: DispatcherOptions,
  { record, settled, pacing, dispatcher, maySend }: DispatcherContext,
): Dispatcher => {
  const queues = createRecipientQueues();
  const views = createLinkViews(links, pacing);
  const behindAbove = WINDOWS_OWNED * views.window;
  const ownedMax = options.ownedMax ?? OWNED_MAX;
  /** What comes goes into the queue, behind what is there. */
  let overflowsToQueue = false;
  /** Partitions on their way to another dispatcher: nothing of them is started. */
  const handingOver = new Set<number>();
  let stopped = false;
  let cancelWake = (): void => {};
  let wakeAt = Number.POSITIVE_INFINITY;
  const inFlightWaits: (() => void)[] = [];

  const owned: OwnedMessages = createOwnedMessages(
    {
      queues,
      clock,
      chance,
      record,
      settled,
      quarantineMs: Math.max(options.quarantineMs, OWNED_LEAST_MS),
    },
    {
      released: (item, as) => {
        if (as === "done") claiming.concluded(item.message.id);
        if (item.claimed) claiming.claim();
      },
      requeuing: (items) => {
        for (const { message } of items) claiming.requeued(message.id);
      },
      recorded: () => pumpSoon(),
      returned: () => {
        resolveWaits();
        claiming.claim();
      },
    },
  );
  const claiming = startClaiming(
    {
      dispatch,
      clock,
      timer,
      dispatcher,
      maySend,
      isHandingOver: () => handingOver.size > 0,
      // It would have to look past everybody for whom something is in hand.
      isFull: () => queues.size() > ownedMax / 2,
      drained: () => {
        overflowsToQueue = false;
      },
      claimMax: options.claimMax ?? CLAIM_MAX,
    },
    owned,
    () => pump(),
  );

  const wake = (at: number): void => {
    if (at >= wakeAt) return;
    cancelWake();
    wakeAt = at;
    cancelWake = timer.after(Math.max(0, Math.ceil(at - clock.elapsed())), () => {
      wakeAt = Number.POSITIVE_INFINITY;
      pump();
    });
  };

  const pump = (): void => {
    if (stopped || !maySend()) return;
    const now = clock.now();
    const at = clock.elapsed();
    views.look(at);
    for (const lane of PRIORITIES) {
      for (;;) {
        const queue = queues.first(lane);
        if (!queue || !sendFirst(queue, now, at)) break;
      }
    }
  };

  /** Once for all that happens in one go: answers and commits come in batches, and a full window need be looked at once. */
  let isPumpDue = false;
  const pumpSoon = (): void => {
    if (isPumpDue) return;
    isPumpDue = true;
    void Promise.resolve().then(() => {
      isPumpDue = false;
      pump();
    });
  };

  /**
   * Sends the first message of a queue that is first in line; false when the line has to wait. `now` is the time of day, `at`
   * the time that never jumps, by which rates are kept.
   */
  const sendFirst = (queue: RecipientQueue, now: number, at: number): boolean => {
    const item = queue.items[0]!;
    const { message } = item;
    if (handingOver.has(partitionOf(queue.id))) {
      queues.shift(message.priority);
      return true;
    }
    // breakage: send-reassigned
    if (item.validUntil <= now) {
      queues.shift(message.priority);
      if (item.validUntil > 0) {
        owned.requeue(queue, now);
        return true;
      }
      end(queue, item, "expired", {
        code: "reassigned",
        detail: "its conversation is over, and the number it would have come from may be another's",
      });
      return true;
    }
    // breakage: send-too-old
    if (message.expiresAt <= now) {
      queues.shift(message.priority);
      end(queue, item, "expired", {
        code: "ttl",
        detail: "its time to live was over before a carrier took it",
      });
      return true;
    }
    const chosen = chooseLink({
      links: views.all,
      pinned: item.pinned,
      waitedMs: now - message.receivedAt,
      fallbackAfterMs: options.fallbackAfterMs,
      now: at,
    });
    if (chosen.kind === "wait") {
      if (chosen.until !== null) wake(chosen.until);
      return false;
    }
    queues.shift(message.priority);
    const numberOpenAt = pacing.numberOpenAt(message.source, at);
    if (numberOpenAt > at) {
      park(queue, Math.ceil(numberOpenAt - at));
      return true;
    }
    return send(queue, item, views.byName.get(chosen.link)!, at);
  };

  /** A queue that waits for its number's pace steps out of the line, so that others can pass. */
  const park = (queue: RecipientQueue, ms: number): void => {
    queue.state = "parked";
    queue.unpark = timer.after(ms, () => {
      if (queue.state !== "parked") return;
      queues.line(queue, "front");
      pump();
    });
  };

  const send = (queue: RecipientQueue, item: OwnedMessage, link: CarrierLink, at: number): boolean => {
    if (item.pinned !== link.name) startOver(item);
    const wanted = link.sendsWholeText ? 1 : segmentsOf(item) - item.partsAccepted;
    const departure = pacing.take(
      link.kind,
      item.message.source,
      Math.min(wanted, link.sendsWholeText ? 1 : link.room()),
      at,
    );
    if (!departure) {
      queues.line(queue, "front");
      wake(at + 1);
      return false;
    }
    // breakage: reorder-queue
    queue.state = "busy";
    const partsMax = departure.segments;
    // breakage: resend-accepted-parts
    const attempt = { partsAccepted: item.partsAccepted, partsMax, reference: item.reference };
    link.send(item.message, attempt, (outcome) => {
      pacing.answered(departure, outcome, clock.elapsed());
      answered(queue, item, link, outcome);
    });
    views.occupy(link.name, at);
    return true;
  };

  const answered = (
    queue: RecipientQueue,
    item: OwnedMessage,
    link: CarrierLink,
    outcome: SendOutcome,
  ): void => {
    const now = clock.now();
    queue.state = "idle";
    const ids = outcome.kind === "unsent" ? [] : outcome.carrierIds;
    const total = link.sendsWholeText ? Math.max(1, ids.length) : segmentsOf(item);
    const accepted = acceptances(item, ids, total, link.kind, now);
    item.partsAccepted += ids.length;
    item.pinned = item.partsAccepted > 0 ? link.name : null;
    conclude(queue, item, outcome, accepted, total, link.name);
    resolveWaits();
    pumpSoon();
  };

  const resolveWaits = (): void => {
    if (inFlightWaits.length === 0) return;
    for (const resolve of inFlightWaits.splice(0)) resolve();
  };

  const conclude = (
    queue: RecipientQueue,
    item: OwnedMessage,
    outcome: SendOutcome,
    accepted: readonly Accepted[],
    total: number,
    link: string,
  ): void => {
    // A message that was given to others meanwhile is theirs; only what the carrier said of it is still worth keeping.
    const lost = !owned.has(item);
    if (outcome.kind === "accepted") {
      // breakage: resend-accepted
      if (item.partsAccepted >= total) {
        queues.drop(queue);
        queues.line(queue, "back");
        // breakage: never-record-acceptance
        owned.complete(item, { accepted }, () => views.settle(link));
        return;
      }
    }
    if (accepted.length > 0) {
      record({ accepted }, () => {
        views.settle(link);
        pumpSoon();
      });
    } else views.settle(link);
    if (lost) {
      queues.drop(queue);
      queues.line(queue, "back");
      return;
    }
    switch (outcome.kind) {
      case "accepted":
        queues.line(queue, "front");
        return;
      case "unsent":
        item.unsent += 1;
        if (item.unsent > UNSENT_MAX) owned.requeue(queue, clock.now() + REQUEUE_MS);
        else queues.line(queue, "front");
        return;
      case "throttled":
        queues.line(queue, "front");
        return;
      case "refused":
        end(queue, item, "failed", outcome.failure);
        return;
      case "retry":
        again(queue, item, outcome.failure);
        return;
      case "unknown":
        item.answerLost = true;
        again(queue, item, { code: "unknown", detail: "the carrier's answers were lost" });
        return;
    }
  };

  /** Another attempt later, or the end. */
  const again = (
    queue: RecipientQueue,
    item: OwnedMessage,
    failure: FinalOutcome["failure"] & object,
  ): void => {
    item.attempts += 1;
    const now = clock.now();
    const { expiresAt } = item.message;
    if (item.answerLost && options.onUnknown === "hold") {
      owned.requeue(queue, expiresAt);
      return;
    }
    const { attempts, answerLost: wasLost } = item;
    const next = nextAttempt({ attempts, wasLost, now, expiresAt, random: chance.next() });
    // breakage: never-retry
    if (next.kind === "retry") owned.requeue(queue, next.at);
    else end(queue, item, "failed", failure);
  };

  /**
   * The next one of the queue leaves only when this end is durable: if we died before, the message would be taken up again
   * after what follows it.
   */
  const end = (
    queue: RecipientQueue,
    item: OwnedMessage,
    state: FinalOutcome["state"],
    failure: FinalOutcome["failure"],
  ): void => {
    queue.state = "busy";
    owned.complete(
      item,
      { outcomes: [{ messageId: item.message.id, state, failure, at: clock.now() }] },
      () => {
        queue.state = "idle";
        queues.drop(queue);
        queues.line(queue, "back");
        resolveWaits();
      },
    );
  };

  const startOver = (item: OwnedMessage): void => {
    if (item.partsAccepted > 0) item.reference = (item.reference + 1) % 256;
    item.partsAccepted = 0;
    item.pinned = null;
  };

  /** None of these threads is started any more: waits for what is under way. */
  const waitForInFlight = async (chosen: readonly RecipientQueue[]): Promise<void> => {
    while (chosen.some(({ state, requeuing }) => state === "busy" || requeuing)) {
      await new Promise<void>((resolve) => inFlightWaits.push(resolve));
    }
  };

  return {
    add: (message) => {
      owned.add(message, {
        claimed: false,
        attempts: 0,
        answerLost: false,
        validUntil: Number.POSITIVE_INFINITY,
      });
      pumpSoon();
    },
    claim: claiming.claim,
    isBehind: () => queues.size() > behindAbove && views.isFull(),
    hasRoom: () => {
      if (queues.size() >= ownedMax) overflowsToQueue = true;
      return !overflowsToQueue && !stopped;
    },
    ownedCount: () => queues.size(),
    oldestOwned: owned.oldest,
    pump,
    handOver: async (partitions, giveUp) => {
      const wanted = new Set(partitions);
      const ofPartitions = (): RecipientQueue[] =>
        [...queues.all()].filter(({ id }) => wanted.has(partitionOf(id)));
      const from = dispatcher();
      for (const partition of partitions) handingOver.add(partition);
      // A claim that was asked for before may still bring something of them.
      await claiming.settled();
      await waitForInFlight(ofPartitions());
      // Their part of the rate goes with them: what is under way beyond ours must have arrived before.
      while (!pacing.keepsShare()) await new Promise<void>((resolve) => inFlightWaits.push(resolve));
      // Whoever was to give them up is dead: what is in hand now belongs to the one who came after.
      if (from !== dispatcher()) return;
      const inHand = owned.drain(ofPartitions());
      const now = clock.now();
      await giveUp(inHand.map((item) => toRequeued(item, now)));
      if (from !== dispatcher()) return;
      for (const partition of partitions) handingOver.delete(partition);
      owned.discard(inHand);
      claiming.claim();
    },
    discardAll: () => {
      handingOver.clear();
      owned.discardAll();
    },
    requeueOld: () => {
      const before = clock.now() - OWNED_MS;
      for (const queue of [...queues.all()]) {
        const oldest = queue.items[0];
        if (queue.state !== "busy" && !queue.requeuing && oldest && oldest.since < before) {
          owned.requeue(queue, clock.now() + REQUEUE_MS);
        }
      }
    },
    stop: async () => {
      stopped = true;
      cancelWake();
      claiming.stop();
      for (const { unpark } of queues.all()) unpark();
      await waitForInFlight([...queues.all()]);
      const now = clock.now();
      return owned.drain(queues.all()).map((item) => toRequeued(item, now));
    },
  };
};

/** What the carrier has taken of a message just now. */
const acceptances = (
  item: OwnedMessage,
  carrierIds: readonly (string | null)[],
  parts: number,
  link: LinkKind,
  at: number,
): readonly Accepted[] =>
  carrierIds.map((carrierId, i) => ({
    messageId: item.message.id,
    part: item.partsAccepted + i,
    parts,
    carrierId,
    link,
    attempts: item.attempts + 1,
    at,
  }));

/** Short texts are one segment in any alphabet; counting the others costs more. */
const segmentsOf = ({ message }: OwnedMessage): number =>
  message.text.length <= 70 ? 1 : countSegments(message.text);
