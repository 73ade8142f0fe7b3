import type { Beside } from "#core/domain/beside.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { Ending } from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import type { LinkKind } from "#core/domain/link-kind.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Pair } from "#core/domain/pair.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Refusal } from "#core/domain/refusal.ts";
import type { Route } from "#core/domain/route.ts";
import type { Command } from "#core/domain/wishes/command.ts";
import type { LastText } from "#core/domain/wishes/last-text.ts";

/**
 * The hot path of storage: asked once per micro-batch, never once per message. Every call is one or two round trips,
 * whatever the size of the batch (at most `BATCH_MAX`).
 */
export interface Traffic {
  /** The routes of the pairs, in the order asked. */
  routes(pairs: readonly Pair[]): Promise<readonly FoundRoute[]>;
  /**
   * The stored parts of these pairs, references and totals, in the order in which they came: those that wait, and of those that have been
   * joined the ones whose words are still known.
   */
  parts(sets: readonly PartSet[]): Promise<readonly StoredPart[]>;
  /**
   * The last texts of ours (intros, the platform's, notices) to a participant in a conversation, at most `TOLD_MAX` of each, in the
   * order asked. Asked for reactions alone, which may quote one of them.
   */
  told(asked: readonly Listener[]): Promise<readonly (readonly string[])[]>;
  /**
   * The last text to a participant in a conversation that was not refused, in the order asked; null: none. Asked for words alone that mean
   * one thing as an answer to us and another as an answer to the other one. What is held for longer has not been read, and does not count.
   */
  last(asked: readonly Reader[]): Promise<readonly (LastText | null)[]>;
  /**
   * The last texts of both participants in each conversation, at most `SEEN_MAX`, in the order in which they were received: when, and by
   * whom to whom. Asked for a few conversations at a time, and at most once a second.
   */
  seen(conversationIds: readonly string[]): Promise<readonly (readonly SeenText[])[]>;
  /**
   * One transaction: all of the batch or nothing. What it answers is committed and durable.
   * - A message whose key is known is `duplicate` and changes nothing. Keys are known for 25 hours at least.
   * - A message whose route has another version than the decision was made on (or which has one, or none, against
   *   the decision) is `stale` and changes nothing: decide it again.
   * - A message with `joins` of which one does not wait any more (others have joined it) is `duplicate` and changes
   *   nothing: what is left of its parts waits on. Parts that come with the same batch may be joined.
   * - `dispatcher` has been declared dead, or never joined: the whole batch is `fenced` and changes nothing.
   * - Of one batch, each message finds the queue as the ones before it and `requeued` leave it.
   * - Repeating a batch whose answer was lost is safe: a message that the first try has written (same key and same
   *   id) is answered as if it were written now, never as `duplicate`.
   * - A requeuedMessage takes effect only while the message is in the writer's hand: repeated, it changes nothing.
   * - An outcome or a receipt that is the first to say that the recipient has opted out at the carrier (`OPTED_OUT`) opts them out
   *   here as well, with source `carrier`.
   * - Facts about messages (accepted, requeued, outcomes, receipts) may repeat and come in any order; the first
   *   verdict of a message stays, and a receipt of an unknown id is kept until its id is recorded.
   */
  commit(batch: Batch): Promise<BatchOutcome>;
}

/** Null: nothing was ever routed. `unreadable`: there is a route, and its stored row is damaged or sealed with a key that we lack. */
export type FoundRoute = Route | null | "unreadable";

export const TOLD_MAX = 20;

export const SEEN_MAX = 72;

/** A participant's text, whatever became of it. */
export interface SeenText {
  readonly senderId: string;
  readonly recipientId: string;
  /** When it was received, in milliseconds since 1970. */
  readonly at: number;
}

/** A participant as somebody whom we have told something. */
export interface Listener {
  readonly conversationId: string;
  readonly participantId: string;
}

/** Who has read what came until an instant, in milliseconds since 1970. */
export interface Reader extends Listener {
  readonly at: number;
}

/** So far the clocks of two processes may be apart. */
export const READ_AHEAD_MS = 60_000;

export const BATCH_MAX = 2_000;

export interface Batch {
  /** The process that writes; its messages marked `hold` are born leased to it. */
  readonly dispatcher: string;
  readonly inbound: readonly InboundWrite[];
  readonly accepted: readonly Accepted[];
  readonly requeued: readonly RequeuedMessage[];
  readonly outcomes: readonly FinalOutcome[];
  readonly receipts: readonly FinalReceipt[];
}

/** A long text is told apart by who sent it to whom under which reference. */
export interface PartSet {
  readonly from: string;
  readonly to: string;
  readonly reference: string;
  readonly total: number;
}

export interface StoredPart extends PartSet {
  readonly key: string;
  readonly index: number;
  readonly text: string;
  readonly receivedAt: number;
  readonly link: LinkKind;
  /** It waits no longer: it has gone into a text, or was dropped. */
  readonly isJoined: boolean;
}

/** An inbound message with what was decided about it. */
export interface InboundWrite {
  readonly inbound: InboundMessage;
  /** Of the number that was texted; null: it is none of ours. */
  readonly serviceId: string | null;
  /** The version of the route on which it was decided; null when there was none. Parts are decided without a route, and asking about a text goes by none. */
  readonly routeVersion: string | null;
  readonly decision: StoredDecision;
  /** Keys of the stored parts that are joined into this message: they are consumed with it. */
  readonly joins: readonly string[];
  /** A text from somebody who has opted out at the carrier alone: it takes that back, in the same transaction. */
  readonly liftsOptOut?: boolean;
  /** It reaches nobody, and so did many of its sender before: nobody is told of it. */
  readonly isIgnored?: true;
  /** Seldom anything. */
  readonly beside?: Beside;
}

export type StoredDecision =
  /** `hold`: the writing process keeps it in hand, unless older messages of the thread are queued. */
  | { readonly kind: "relay"; readonly message: OutboundMessage; readonly own: boolean }
  | { readonly kind: "refuse"; readonly refusal: Refusal; readonly route: Route | null }
  /**
   * A word for us, not for the other one; `autoReply` answers it, from the queue. Kept as a delivered message. Its effect
   * (opt-out, block, the bars that follow from them, and the wish itself for proof) is part of the same transaction.
   */
  | {
      readonly kind: "command";
      readonly command: Command;
      readonly route: Route | null;
      readonly autoReply: OutboundMessage | null;
      /** Ends as by a close, if it has not ended yet. */
      readonly closes?: Ending;
    }
  | { readonly kind: "wait"; readonly set: PartSet }
  /**
   * It waits, whole, until an app has been asked about it: see `Reconciliation.openAsks`. Consumes its `joins` like a message. Of a text
   * that reaches nobody `conversationId` is its `strangerTalk`.
   */
  | { readonly kind: "ask"; readonly conversationId: string };

/** A text that waits until the policy has been asked. Another text that has its key among its `joins` ends the waiting. */
export interface OpenAsk {
  readonly key: string;
  readonly conversationId: string;
  readonly from: string;
  readonly to: string;
  readonly text: string;
  readonly receivedAt: number;
  readonly link: LinkKind;
}

/** The carrier has taken one part. */
export interface Accepted {
  readonly messageId: string;
  /** From 0. */
  readonly part: number;
  readonly parts: number;
  readonly carrierId: string | null;
  readonly link: LinkKind;
  readonly attempts: number;
  readonly at: number;
}

/** The message waits in the queue and nobody has it in hand. */
export interface RequeuedMessage {
  readonly message: OutboundMessage;
  /** Not before. */
  readonly dueAt: number;
  readonly attempts: number;
  /** An answer was lost. */
  readonly answerLost: boolean;
}

export type BatchOutcome =
  | { readonly kind: "fenced" }
  | {
      readonly kind: "committed";
      /** In the order of `batch.inbound`. */
      readonly inbound: readonly InboundOutcome[];
      /** Receipts whose message was found, and those kept until it is. */
      readonly receipts: { readonly matched: number; readonly parked: number };
    };

/** `owned`: in the writer's hand. `queued`: whoever owns the partition will claim it. `stored`: nothing to send. */
export type InboundOutcome = "owned" | "queued" | "stored" | "duplicate" | "stale";
