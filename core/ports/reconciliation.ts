import type { WaitingText } from "#core/domain/delay.ts";
import type { PartReceipt } from "#core/domain/receipt.ts";
import type { OpenAsk, StoredPart } from "./traffic.ts";

/**
 * `elsewhere`: such messages are known, and all of them were sent between other numbers. `unknown`: none is known, or what is known of
 * one is erased or cannot be read.
 */
export type SentMatch = "sent" | "elsewhere" | "unknown";

/** Of several messages of one id, or of several ids: one that was sent decides, and one that is not known leaves it open. */
export const matchOf = (matches: readonly SentMatch[]): SentMatch => {
  if (matches.includes("sent")) return "sent";
  return matches.length === 0 || matches.includes("unknown") ? "unknown" : "elsewhere";
};

/** Numbers of what anybody can make us keep: receipts of ids that are not known, and texts that belong to no conversation. */
export interface ByExcess {
  readonly receipts: number;
  readonly strangers: number;
}

/** Longer than a carrier is waited for, and than what waits in memory is kept there. */
export const OVERDUE_GRACE_MS = 120_000;

/** Of what a sweep looks for, whether there may be any. */
export interface Due {
  /** Conversations whose time has come. */
  readonly conversations: boolean;
  /** Receipts that are parked, or of messages of several parts. */
  readonly receipts: boolean;
  /** Parts of long texts that wait. */
  readonly parts: boolean;
  /** Queued messages whose time is over. */
  readonly messages: boolean;
}

export interface QueuedText extends WaitingText {
  /** Null: its conversation is gone. */
  readonly serviceId: string | null;
}

/** The safety nets, swept now and then by every process: what two concurrent writes could not see of each other. */
export interface Reconciliation {
  /** One question in place of those that mostly find nothing: what it denies, none of them would find. */
  due(now: number): Promise<Due>;
  /** Gives parked receipts to the messages whose ids have been recorded since; answers how many. */
  matchParked(limit: number): Promise<number>;
  /**
   * Accepted messages of several parts without a verdict, for each part what is known of it. Those of which enough is
   * known for a verdict come first, so that those that wait for ever do not stand in their way.
   */
  openPartReceipts(
    limit: number,
  ): Promise<readonly { readonly messageId: string; readonly parts: readonly (PartReceipt | null)[] }[]>;
  /**
   * The parts of one pair, reference and total as `Traffic.parts` answers them, where every index waits, or one part that waits was
   * received before `startedBefore`. They may be of several texts.
   */
  ripeParts(startedBefore: number, limit: number): Promise<readonly (readonly StoredPart[])[]>;
  /**
   * Of each conversation in these partitions the text that came first of those that wait until the policy has been asked, unless its key
   * is among `except`; the oldest first. A text that cannot be read any more is given up, and is not among them.
   */
  openAsks(
    partitions: readonly number[],
    except: readonly string[],
    limit: number,
  ): Promise<readonly OpenAsk[]>;
  /**
   * What people have written to each other and nobody has in hand, received after an instant and until another; the oldest first, at most
   * so many.
   */
  waiting(
    received: { readonly after: number; readonly until: number },
    limit: number,
  ): Promise<readonly QueuedText[]>;
  /** These parts wait no longer, and nothing is made of them. What does not wait stays as it is; the keys stay known. */
  dropParts(keys: readonly string[]): Promise<void>;
  /** Erases the words of joined parts received before an instant; their keys stay known. */
  eraseJoinedParts(receivedBefore: number): Promise<void>;
  /** Accepted messages received before an instant of which no receipt has ended. */
  unreceipted(receivedBefore: number, limit: number): Promise<readonly string[]>;
  /** When the inbound message of each key was received; null where none was taken, or none since the last week began. */
  acceptedAt(keys: readonly string[]): Promise<readonly (number | null)[]>;
  /**
   * Whether a message that a carrier accepted under one of these ids was sent from the number `source` to the handset `destination`.
   * Asked for every receipt over HTTP: many questions at once cost little more than one.
   */
  matchSent(carrierIds: readonly string[], source: string, destination: string): Promise<SentMatch>;
  /**
   * Queued messages whose time to live is over: at once if nobody has claimed them, and {@link OVERDUE_GRACE_MS} later otherwise, since who
   * has claimed them ends them earlier.
   */
  overdue(now: number, limit: number): Promise<readonly string[]>;
  /** Forgets parked receipts and the keys of joined parts older than an instant; answers how many receipts there were. */
  prune(before: number): Promise<{ readonly parkedReceipts: number }>;
  /** Forgets the oldest receipts of unknown ids, and the oldest texts of strangers, beyond so many of each; answers how many. */
  dropExcess(kept: ByExcess): Promise<ByExcess>;
  /** Prepares for the messages of the next weeks. They are stored also without, so that it may fail and be called again. */
  createPartitions(now: number): Promise<void>;
  /**
   * Forgets messages received before an instant, with all that is known of them: they are not found any more, and their conversations,
   * which stay, lack them. It may keep them for up to a week longer, and for as long as something of the same week or earlier is
   * under way: queued, or in somebody's hand. What is of that instant or later stays, and so does more where our clock seems to be ahead.
   */
  dropPartitions(receivedBefore: number): Promise<void>;
}
