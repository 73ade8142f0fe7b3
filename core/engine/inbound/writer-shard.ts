import type { Timer } from "#core/ports/timer.ts";
import { BATCH_MAX } from "#core/ports/traffic.ts";
import {
  isAwaited,
  notify,
  type PendingFacts,
  type PendingInbound,
  type PendingReceipt,
  type WriteBatch,
} from "./write-batch.ts";

/** A queue of what waits to be written. What shares a shard is written in order. */
export interface WriterShard {
  addInbound(item: PendingInbound): void;
  addReceipt(item: PendingReceipt): void;
  addFacts(item: PendingFacts): void;
  /** Messages and receipts in the queue. */
  waiting(): number;
  isEmpty(): boolean;
  /** How many entries may be written now: messages are held back while the side that sends is behind. */
  writable(): number;
  /** Whether one of them must not wait for company. */
  isAwaited(): boolean;
  /** Takes the next batch out of the queue. */
  take(): WriteBatch;
  /** Tells all messages and receipts in the queue that they are refused for now, and empties it but for facts. */
  refuseAll(): void;
  /** Id of the oldest message in the queue; null when there is none. */
  oldest(): string | null;
}

/** How long messages are held back while the side that sends is behind. */
const HELD_BACK_MS = 100;
/** How many are written then all the same: a side that hardly gets on must not keep everything out. */
const HELD_BACK_TAKEN = 50;

export const createWriterShard = (
  timer: Timer,
  /** Whether more is owned than leaves soon: what is written now would only wait in memory. */
  isBehind: () => boolean,
  /** More may be written than before. */
  ready: () => void,
): WriterShard => {
  let inbound: PendingInbound[] = [];
  let receipts: PendingReceipt[] = [];
  let facts: PendingFacts[] = [];
  let awaitedFacts = 0;
  let heldBack: { isOver: boolean; readonly cancel: () => void } | null = null;

  /** Facts are not held back: what became of messages makes room for new ones. */
  const writableInbound = (): number => {
    if (inbound.length > 0 && isBehind()) {
      heldBack ??= holdBack();
      return heldBack.isOver ? HELD_BACK_TAKEN : 0;
    }
    stopHoldingBack();
    return BATCH_MAX;
  };

  const holdBack = (): NonNullable<typeof heldBack> => {
    const wait = {
      isOver: false,
      cancel: timer.after(HELD_BACK_MS, () => {
        wait.isOver = true;
        ready();
      }),
    };
    return wait;
  };

  const stopHoldingBack = (): void => {
    heldBack?.cancel();
    heldBack = null;
  };

  return {
    addInbound: (item) => {
      inbound.push(item);
      ready();
    },
    addReceipt: (item) => {
      receipts.push(item);
      ready();
    },
    addFacts: (item) => {
      facts.push(item);
      if (isAwaited(item)) awaitedFacts += 1;
      ready();
    },
    waiting: () => inbound.length + receipts.length,
    isEmpty: () => inbound.length + receipts.length + facts.length === 0,
    writable: () => Math.min(inbound.length, writableInbound()) + receipts.length + facts.length,
    isAwaited: () => awaitedFacts > 0 || Math.min(inbound.length, writableInbound()) > 0,
    take: () => {
      const count = writableInbound();
      if (count > 0) stopHoldingBack();
      const [nextInbound, restInbound] = split(inbound, count);
      const [nextReceipts, restReceipts] = split(receipts, BATCH_MAX);
      const [nextFacts, restFacts] = split(facts, BATCH_MAX);
      inbound = restInbound;
      receipts = restReceipts;
      facts = restFacts;
      awaitedFacts = facts.length === 0 ? 0 : facts.filter(isAwaited).length;
      return { inbound: nextInbound, receipts: nextReceipts, facts: nextFacts };
    },
    refuseAll: () => {
      const refused = [...inbound, ...receipts];
      inbound = [];
      receipts = [];
      for (const each of refused) notify(each, "unavailable");
    },
    oldest: () => inbound.reduce<string | null>((oldest, { message }) => earlier(oldest, message.id), null),
  };
};

/** The first `count` items and the rest; without a copy where all or none are taken. */
const split = <T>(items: T[], count: number): readonly [T[], T[]] => {
  if (items.length <= count) return [items, []];
  if (count === 0) return [[], items];
  const rest = items.splice(count);
  return [items, rest];
};

/** The smaller of two ids; null is none. */
export const earlier = (a: string | null, b: string | null): string | null =>
  a === null || (b !== null && b < a) ? b : a;
