import { chooseLink } from "#core/domain/choose-link.ts";
import {
  LANES,
  type LinkKind,
  type OutboundMessage,
  partitionOf,
  type Verdict,
} from "#core/domain/message.ts";
import { countSegments } from "#core/domain/message-text.ts";
import { nextAttempt } from "#core/domain/retry.ts";
import type { Intake } from "#core/engine/inbound/batch-writer.ts";
import type { CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";
import type { Chance } from "#core/ports/chance.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { Dispatch } from "#core/ports/dispatch.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { Accepted, Deferral } from "#core/ports/traffic.ts";
import { startClaiming } from "./claiming.ts";
import { createLinkViews } from "./link-views.ts";
import { createHand, type Hand, toDeferral } from "./owned-messages.ts";
import type { Pacing } from "./pacing.ts";
import { createThreads, type InHand, type Thread } from "./recipient-queues.ts";

/**
 * Sends what this process has in hand: in lanes, one message of a thread at a time, over the best live link, at the
 * account's and the number's pace. What cannot leave for a while goes back into the queue, from which it is claimed
 * again. Nothing is held in storage while a carrier is being waited for.
 */
export interface Dispatcher {
  /** A message that is durable and ours to send. */
  take(message: OutboundMessage): void;
  /** There may be something in the queue. */
  claim(): void;
  /** Whether one more message may be kept in hand. */
  hasRoom(): boolean;
  /** Whether more is in hand than all links together take in a little while, and it is their windows that it waits for. */
  isBehind(): boolean;
  inHand(): number;
  oldestInHand(): string | null;
  /** Looks for what may leave now. */
  pump(): void;
  /**
   * Empties the hand of these partitions, waiting for what is under way. What is left goes to `giveUp`; until that is done
   * it counts as in hand, so that it is recovered if we die before.
   */
  handOver(partitions: readonly number[], giveUp: GiveUp): Promise<void>;
  /** Forgets what is not under way: it belongs to others now. */
  dropAll(): void;
  /** Puts back what has waited too long in hand. */
  retreatOld(): void;
  /** Stops sending, waits for what is under way, answers what is left. */
  stop(): Promise<readonly Deferral[]>;
}

/** Gives messages to others; resolves when they are durably out of our hands. */
export type GiveUp = (inHand: readonly Deferral[]) => Promise<void>;

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
  /** How long a thread is kept from others after its conversation has closed. */
  readonly quarantineMs: number;
  readonly inHandMax?: number;
  readonly claimMax?: number;
}

/** The dispatcher's view of its surroundings. */
export interface DispatcherContext {
  readonly record: Intake["record"];
  /** Resolves when every write that is under way has been answered. */
  readonly settled: Intake["settled"];
  readonly pacing: Pacing;
  /** The id to claim under. */
  dispatcher(): string;
  /** Whether sending is allowed: the lease holds. */
  maySend(): boolean;
}

/** Messages in hand; beyond that they wait in the queue, until the hand and then the queue have been worked off: in order of age. */
const IN_HAND_MAX = 20_000;
const CLAIM_MAX = 500;
/** More than this is in hand only because links are slow to take it. */
const WINDOWS_IN_HAND = 2;
/** What waits longer than this in hand goes back into the queue, where it costs no memory and is checked again. */
const IN_HAND_MS = 30_000;
/** With the shortest quarantines there is no certainty; sending goes on nevertheless. */
const IN_HAND_LEAST_MS = 1_000;
/** A link that says it has room and then takes nothing is not asked for ever. */
const UNSENT_MAX = 10;
/** A message put back because nothing moved is looked at again after this. */
const RETREAT_MS = 5_000;

export const startDispatcher = (
  { links, dispatch, clock, timer, chance }: DispatcherPorts,
  options: DispatcherOptions,
  { record, settled, pacing, dispatcher, maySend }: DispatcherContext,
): Dispatcher => {
  const threads = createThreads();
  const views = createLinkViews(links, pacing);
  const behindAbove = WINDOWS_IN_HAND * views.window;
  const inHandMax = options.inHandMax ?? IN_HAND_MAX;
  /** What comes goes into the queue, behind what is there. */
  let isSpilling = false;
  /** Partitions on their way to another dispatcher: nothing of them is started. */
  const frozen = new Set<number>();
  let stopped = false;
  let cancelWake = (): void => {};
  let wakeAt = Number.POSITIVE_INFINITY;
  const whenQuieter: (() => void)[] = [];

  const hand: Hand = createHand(
    {
      threads,
      clock,
      chance,
      record,
      settled,
      quarantineMs: Math.max(options.quarantineMs, IN_HAND_LEAST_MS),
    },
    {
      released: (item, as) => {
        if (as === "done") claiming.concluded(item.message.id);
        if (item.claimed) claiming.claim();
      },
      puttingBack: (items) => {
        for (const { message } of items) claiming.putBack(message.id);
      },
      recorded: () => pumpSoon(),
      returned: () => {
        quieter();
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
      isHandingOver: () => frozen.size > 0,
      // It would have to look past everybody for whom something is in hand.
      isFull: () => threads.size() > inHandMax / 2,
      drained: () => {
        isSpilling = false;
      },
      claimMax: options.claimMax ?? CLAIM_MAX,
    },
    hand,
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
    for (const lane of LANES) {
      for (;;) {
        const thread = threads.first(lane);
        if (!thread || !sendFirst(thread, now, at)) break;
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
   * Sends the first message of a thread that is first in line; false when the line has to wait. `now` is the time of day, `at`
   * the time that never jumps, by which rates are kept.
   */
  const sendFirst = (thread: Thread, now: number, at: number): boolean => {
    const item = thread.items[0]!;
    const { message } = item;
    if (frozen.has(partitionOf(thread.id))) {
      threads.shift(message.lane);
      return true;
    }
    if (item.leaveBefore <= now) {
      threads.shift(message.lane);
      if (item.leaveBefore > 0) {
        hand.retreat(thread, now);
        return true;
      }
      end(thread, item, "expired", {
        code: "reassigned",
        detail: "its conversation is over, and the number it would have come from may be another's",
      });
      return true;
    }
    if (message.expiresAt <= now) {
      threads.shift(message.lane);
      end(thread, item, "expired", {
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
    threads.shift(message.lane);
    const numberOpenAt = pacing.numberOpenAt(message.source, at);
    if (numberOpenAt > at) {
      park(thread, Math.ceil(numberOpenAt - at));
      return true;
    }
    return send(thread, item, views.byName.get(chosen.link)!, at);
  };

  /** A thread that waits for its number's pace steps out of the line, so that others can pass. */
  const park = (thread: Thread, ms: number): void => {
    thread.state = "parked";
    thread.unpark = timer.after(ms, () => {
      if (thread.state !== "parked") return;
      threads.line(thread, "front");
      pump();
    });
  };

  const send = (thread: Thread, item: InHand, link: CarrierLink, at: number): boolean => {
    if (item.pinned !== link.name) startOver(item);
    const wanted = link.whole ? 1 : segmentsOf(item) - item.partsAccepted;
    const departure = pacing.take(
      link.kind,
      item.message.source,
      Math.min(wanted, link.whole ? 1 : link.room()),
      at,
    );
    if (!departure) {
      threads.line(thread, "front");
      wake(at + 1);
      return false;
    }
    thread.state = "busy";
    const partsMax = departure.segments;
    const attempt = { partsAccepted: item.partsAccepted, partsMax, reference: item.reference };
    link.send(item.message, attempt, (outcome) => {
      pacing.answered(departure, outcome, clock.elapsed());
      answered(thread, item, link, outcome);
    });
    views.occupy(link.name, at);
    return true;
  };

  const answered = (thread: Thread, item: InHand, link: CarrierLink, outcome: SendOutcome): void => {
    const now = clock.now();
    thread.state = "idle";
    const ids = outcome.kind === "unsent" ? [] : outcome.carrierIds;
    const total = link.whole ? Math.max(1, ids.length) : segmentsOf(item);
    const accepted = acceptances(item, ids, total, link.kind, now);
    item.partsAccepted += ids.length;
    item.pinned = item.partsAccepted > 0 ? link.name : null;
    conclude(thread, item, outcome, accepted, total, link.name);
    quieter();
    pumpSoon();
  };

  const quieter = (): void => {
    if (whenQuieter.length === 0) return;
    for (const resolve of whenQuieter.splice(0)) resolve();
  };

  const conclude = (
    thread: Thread,
    item: InHand,
    outcome: SendOutcome,
    accepted: readonly Accepted[],
    total: number,
    link: string,
  ): void => {
    // A message that was given to others meanwhile is theirs; only what the carrier said of it is still worth keeping.
    const lost = !hand.has(item);
    if (outcome.kind === "accepted") {
      if (item.partsAccepted >= total) {
        threads.drop(thread);
        threads.line(thread, "back");
        hand.keep(item, { accepted }, () => views.settle(link));
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
      threads.drop(thread);
      threads.line(thread, "back");
      return;
    }
    switch (outcome.kind) {
      case "accepted":
        threads.line(thread, "front");
        return;
      case "unsent":
        item.unsent += 1;
        if (item.unsent > UNSENT_MAX) hand.retreat(thread, clock.now() + RETREAT_MS);
        else threads.line(thread, "front");
        return;
      case "throttled":
        threads.line(thread, "front");
        return;
      case "refused":
        end(thread, item, "failed", outcome.failure);
        return;
      case "retry":
        again(thread, item, outcome.failure);
        return;
      case "unknown":
        item.unknown = true;
        again(thread, item, { code: "unknown", detail: "the carrier's answers were lost" });
        return;
    }
  };

  /** Another attempt later, or the end. */
  const again = (thread: Thread, item: InHand, failure: Verdict["failure"] & object): void => {
    item.attempts += 1;
    const now = clock.now();
    const { expiresAt } = item.message;
    if (item.unknown && options.onUnknown === "hold") {
      hand.retreat(thread, expiresAt);
      return;
    }
    const { attempts, unknown: wasLost } = item;
    const next = nextAttempt({ attempts, wasLost, now, expiresAt, random: chance.next() });
    if (next.kind === "retry") hand.retreat(thread, next.at);
    else end(thread, item, "failed", failure);
  };

  /**
   * The next one of the thread leaves only when this end is durable: if we died before, the message would be taken up again
   * after what follows it.
   */
  const end = (thread: Thread, item: InHand, state: Verdict["state"], failure: Verdict["failure"]): void => {
    thread.state = "busy";
    hand.keep(item, { verdicts: [{ messageId: item.message.id, state, failure, at: clock.now() }] }, () => {
      thread.state = "idle";
      threads.drop(thread);
      threads.line(thread, "back");
      quieter();
    });
  };

  const startOver = (item: InHand): void => {
    if (item.partsAccepted > 0) item.reference = (item.reference + 1) % 256;
    item.partsAccepted = 0;
    item.pinned = null;
  };

  /** None of these threads is started any more: waits for what is under way. */
  const quiet = async (chosen: readonly Thread[]): Promise<void> => {
    while (chosen.some(({ state, retreating }) => state === "busy" || retreating)) {
      await new Promise<void>((resolve) => whenQuieter.push(resolve));
    }
  };

  return {
    take: (message) => {
      hand.hold(message, {
        claimed: false,
        attempts: 0,
        unknown: false,
        leaveBefore: Number.POSITIVE_INFINITY,
      });
      pumpSoon();
    },
    claim: claiming.claim,
    isBehind: () => threads.size() > behindAbove && views.isFull(),
    hasRoom: () => {
      if (threads.size() >= inHandMax) isSpilling = true;
      return !isSpilling && !stopped;
    },
    inHand: () => threads.size(),
    oldestInHand: hand.oldest,
    pump,
    handOver: async (partitions, giveUp) => {
      const wanted = new Set(partitions);
      const ofPartitions = (): Thread[] => [...threads.all()].filter(({ id }) => wanted.has(partitionOf(id)));
      const from = dispatcher();
      for (const partition of partitions) frozen.add(partition);
      // A claim that was asked for before may still bring something of them.
      await claiming.settled();
      await quiet(ofPartitions());
      // Their part of the rate goes with them: what is under way beyond ours must have arrived before.
      while (!pacing.keepsShare()) await new Promise<void>((resolve) => whenQuieter.push(resolve));
      // Whoever was to give them up is dead: what is in hand now belongs to the one who came after.
      if (from !== dispatcher()) return;
      const inHand = hand.collect(ofPartitions());
      const now = clock.now();
      await giveUp(inHand.map((item) => toDeferral(item, now)));
      if (from !== dispatcher()) return;
      for (const partition of partitions) frozen.delete(partition);
      hand.letGo(inHand);
      claiming.claim();
    },
    dropAll: () => {
      frozen.clear();
      hand.dropAll();
    },
    retreatOld: () => {
      const before = clock.now() - IN_HAND_MS;
      for (const thread of [...threads.all()]) {
        const oldest = thread.items[0];
        if (thread.state !== "busy" && !thread.retreating && oldest && oldest.since < before) {
          hand.retreat(thread, clock.now() + RETREAT_MS);
        }
      }
    },
    stop: async () => {
      stopped = true;
      cancelWake();
      claiming.stop();
      for (const { unpark } of threads.all()) unpark();
      await quiet([...threads.all()]);
      const now = clock.now();
      return hand.collect(threads.all()).map((item) => toDeferral(item, now));
    },
  };
};

/** What the carrier has taken of a message just now. */
const acceptances = (
  item: InHand,
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
const segmentsOf = ({ message }: InHand): number =>
  message.text.length <= 70 ? 1 : countSegments(message.text);
