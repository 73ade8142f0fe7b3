import type { Conversation } from "#core/domain/conversation.ts";
import type { MessageRecord } from "#core/domain/message-record.ts";
import type { MessageState } from "#core/domain/message-state.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Opening, OpeningFacts } from "#core/domain/opening.ts";
import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Pair } from "#core/domain/pair.ts";
import type { Repetition } from "#core/domain/repeating.ts";
import type { Swapping } from "#core/domain/swapping.ts";
import type { Ended } from "#core/domain/unreachable.ts";

/** Conversations, their participants and their routes. Reads are snapshots; writes verify what they were decided on. */
export interface Conversations {
  /**
   * What deciding on an opening (or a swap) in a service needs to know, in the order of `numbers`. The pool may come from memory,
   * unless it has to be `fresh`. `aliveSince`: of two who met before that and have not both texted since, nobody is taken for the same
   * person (see `isRemembered`); absent: everybody is remembered.
   */
  openingFacts(
    serviceId: string,
    numbers: readonly [Msisdn, Msisdn],
    fresh?: boolean,
    aliveSince?: number,
  ): Promise<OpeningFacts>;
  /**
   * One transaction: the conversation, both routes (blocked if an opt-out or a block says so), the intro messages
   * (queued). A conflict too when a number has been drained or is another service's, or a participant's number is one of ours.
   */
  open(opening: Opening): Promise<OpeningOutcome>;
  get(id: string): Promise<Conversation | null>;
  /** Newest first. */
  list(filter: ConversationFilter, page: Page): Promise<Slice<Conversation>>;
  /**
   * Closes an open conversation and puts both pairs in quarantine; one that is closed already stays as it is.
   * With `unlessTextedAfter`, only if no text (a message in the lane `relay`) is younger. Answers the conversation as it is afterwards.
   */
  close(closing: Closing): Promise<Conversation | null>;
  /**
   * Replaces one participant: the old one's pair goes into quarantine, the other one's keeps its number. Repeated, it
   * answers as at first; a conflict when the one who leaves has been replaced already.
   */
  swap(swap: Swap): Promise<SwapOutcome>;
  /** Changes what may be changed of an open conversation, if its version is one of those allowed (null, or absent: any). */
  patch(
    id: string,
    change: ConversationChange,
    versions?: readonly number[] | null,
  ): Promise<Conversation | "closed" | "version-mismatch" | null>;
  /**
   * One transaction: queues messages from the app into a conversation, all or none. Refused when the conversation has closed, or when
   * one of the recipients wants no texts from us. Known ids are not queued twice. The conversation is not idle then. `durable`: on the
   * answer; or `with-next`, when anything is that is written afterwards, also the claim with which they leave.
   */
  addMessages(
    conversationId: string,
    messages: readonly OutboundMessage[],
    durable?: "now" | "with-next",
  ): Promise<"added" | "closed" | OptedOutRecipient>;
  /**
   * One transaction, as `addMessages`: queues a message that says once more what `of` said, in the lane of that one, and remembers it of both.
   * A message is repeated once at most: then what repeats it is answered, also when nothing could be added any more. `blocked`: one of the
   * two has blocked the other, which stops what one of them has written and what advertises.
   */
  addRetry(
    of: string,
    message: Repetition,
  ): Promise<"added" | "closed" | "blocked" | OptedOutRecipient | { readonly retriedAs: string }>;
  /**
   * Ids of the texts from our numbers that failed or expired for one reason and were not repeated, the oldest first. Of the oldest
   * {@link FAILED_SCANNED_MAX} failures after the cursor: a page may be short of items and still have a next.
   */
  failed(query: FailedQuery, page: Page): Promise<Slice<string>>;
  /**
   * Participants of open conversations to whom a text has failed with one of the codes since an instant, at most so many. Reads the
   * failures of some days: asked seldom.
   */
  failing(query: FailingQuery): Promise<Failing>;
  /** Participants of a conversation, by id, who have not texted in it since an instant. */
  silent(conversationId: string, since: number): Promise<readonly string[]>;
  /** Open conversations whose end may have come, oldest first. */
  due(now: number, limit: number): Promise<readonly Conversation[]>;
  /** Oldest first. */
  messages(conversationId: string, page: Page): Promise<Slice<MessageRecord>>;
  message(id: string): Promise<MessageRecord | null>;
  /** Messages from and to a number, newest first: of participants and of strangers. A page may be short of items and still have a next. */
  searchMessages(query: MessageSearch, page: Page): Promise<Slice<FoundMessage>>;
  /** At most `limit` open conversations in which a participant texts this virtual number. */
  openOn(virtualNumber: Msisdn, limit: number): Promise<readonly Conversation[]>;
  /**
   * The number belongs to another person now: of pairs that have closed, none is with the same two people any more. They stay in
   * quarantine.
   */
  unlinkPairs(number: Msisdn): Promise<void>;
  /** Who was behind `virtualNumber` for `sender` at an instant. */
  routeAt(pair: Pair, at: number): Promise<PastRoute | null>;
  /** Erases the texts of conversations closed before an instant that are not on hold now; answers how many conversations were done. */
  eraseTexts(closedBefore: number, limit: number, now: number): Promise<number>;
}

/** Failures that are looked at for one page. */
export const FAILED_SCANNED_MAX = 50_000;

export interface FailedQuery {
  /** Null: of any. */
  readonly serviceId: string | null;
  /** As `Failure` has it; `unknown` where none is known. */
  readonly code: string;
  /** When it was received at the earliest, in milliseconds since 1970. */
  readonly since: number;
  /** And before. */
  readonly until: number;
}

export interface FailingQuery {
  /** As `Failure` has them. */
  readonly codes: readonly string[];
  readonly since: number;
  /** Participants with higher ids; null: from the first on. */
  readonly after: string | null;
  /** So many are looked at. */
  readonly limit: number;
}

export interface Failing {
  /** Those among them who are still there. */
  readonly items: readonly FailingRecipient[];
  /** After whom to go on; null: these were the last. */
  readonly next: string | null;
}

export interface FailingRecipient {
  readonly conversationId: string;
  readonly participantId: string;
  readonly serviceId: string;
  /** What became of the last texts to them in the conversation that have ended, the newest first: `FAILURES_IN_A_ROW` at most. */
  readonly last: readonly Ended[];
  /** When they last texted there, lately; null: they did not. */
  readonly heardAt: number | null;
}

/** The first of the recipients who has opted out. */
export interface OptedOutRecipient {
  readonly optedOut: string;
}

export type OpeningOutcome =
  | { readonly kind: "opened" }
  /** A conversation of this id exists: the request was carried out before. */
  | { readonly kind: "exists" }
  | { readonly kind: "reference-in-use" }
  /** A pair or a number was taken meanwhile: choose again. */
  | { readonly kind: "conflict" };

export interface ConversationFilter {
  /** Null: of any. */
  readonly serviceId: string | null;
  readonly state: "open" | "closed" | null;
  readonly participant: Msisdn | null;
  readonly reference: string | null;
}

export interface MessageSearch {
  /** Null: of any. */
  readonly serviceId: string | null;
  readonly number: Msisdn;
  /** Null: in any state. */
  readonly state: MessageState | null;
  /** When it was received, in milliseconds since the epoch; both ends belong to it. */
  readonly from: number;
  readonly until: number;
}

export interface FoundMessage extends MessageRecord {
  /** The virtual number that a stranger texted; null for messages of a conversation. */
  readonly texted: Msisdn | null;
}

/** `limit` 1 to 200; `after` is the opaque cursor of the last item seen. */
export interface Page {
  readonly limit: number;
  readonly after: string | null;
}

export interface Slice<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}

export interface Closing {
  readonly id: string;
  readonly reason: string;
  readonly at: number;
  readonly quarantinedUntil: number;
  readonly unlessTextedAfter: number | null;
}

export interface Swap extends Swapping {
  readonly conversationId: string;
  readonly at: number;
  readonly quarantinedUntil: number;
}

export type SwapOutcome =
  | { readonly kind: "swapped"; readonly conversation: Conversation }
  | { readonly kind: "closed" }
  | { readonly kind: "conflict" };

export interface ConversationChange {
  readonly expiresAt?: number | null;
  readonly idleTtlMs?: number | null;
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface PastRoute {
  readonly conversationId: string;
  readonly senderId: string;
  readonly recipientId: string;
  readonly from: number;
  readonly until: number | null;
}
