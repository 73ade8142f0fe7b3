import type { Broadcast, BroadcastLine, LineState } from "#core/domain/broadcast.ts";
import type { Failure } from "#core/domain/failure.ts";
import type { FinalState } from "#core/domain/message-state.ts";

/** Broadcasts and their lines. Whoever feeds moves lines into the outbound queue, by `claimLines`, `Conversations.addMessages` and `settle`. */
export interface Broadcasts {
  /** In state `receiving`; a known id stays as it is. */
  begin(broadcast: NewBroadcast): Promise<void>;
  /** Adds lines to one that is being received; those that are there already stay. Answers the lines whose `ref` another line has. */
  append(id: string, lines: readonly BroadcastLine[]): Promise<readonly number[]>;
  /** All lines are there: from now on they are sent. One without lines is completed. */
  activate(id: string, at: number): Promise<Broadcast | null>;
  /** Forgets one that is still being received. */
  discard(id: string): Promise<void>;
  get(id: string): Promise<Broadcast | null>;
  /**
   * Pauses, resumes or cancels; one that has ended or is being received stays as it is, but that what is still in the queue of a completed
   * one can be cancelled. What is in the queue of one that is cancelled must not leave: `Dispatch` says so of it. Answers it as it is
   * afterwards.
   */
  move(id: string, state: "active" | "paused" | "cancelled", at: number): Promise<Broadcast | null>;
  counts(id: string): Promise<Readonly<Record<LineState, number>>>;
  /** In the order of the lines, those after `after`; of any state where it is null. */
  results(id: string, state: LineState | null, after: number, limit: number): Promise<readonly LineResult[]>;
  /**
   * Lines of active broadcasts whose turn has come: as their rates allow, fairly, and no more than fit into the queue, where `room` texts
   * of broadcasts may wait. Each gets an id for its message, for good. One that is not settled within the lease is claimed again.
   */
  claimLines(claim: LineClaim): Promise<readonly ClaimedLine[]>;
  /** What has become of claimed lines: their texts are forgotten here. A broadcast whose last line this was is completed. */
  settle(lines: readonly SettledLine[], at: number): Promise<void>;
  /** Claimed lines that are not fed after all: anybody may claim them at once. */
  release(lines: readonly Pick<ClaimedLine, "broadcastId" | "line">[]): Promise<void>;
  /** Claimed lines that are not fed before an instant: from then on anybody may claim them. `leaseMs` as in the claim. */
  hold(lines: readonly HeldLine[], leaseMs: number): Promise<void>;
  /** Forgets those made before an instant that have ended, or were never received whole. */
  prune(before: number): Promise<void>;
}

export type NewBroadcast = Omit<Broadcast, "state" | "endedAt">;

export interface LineClaim {
  readonly now: number;
  readonly room: number;
  /** Lines at most, all broadcasts together. */
  readonly limit?: number;
  readonly leaseMs: number;
  readonly nextId: () => string;
}

export interface ClaimedLine extends Omit<BroadcastLine, "text"> {
  /** Null: what is stored cannot be read. */
  readonly text: string | null;
  readonly broadcastId: string;
  readonly messageId: string;
  readonly expiresAt: number | null;
  readonly isPromotional: boolean;
}

export interface HeldLine extends Pick<ClaimedLine, "broadcastId" | "line"> {
  /** Milliseconds since 1970. */
  readonly until: number;
}

export interface SettledLine {
  readonly broadcastId: string;
  readonly line: number;
  readonly ref: string | null;
  /** Why it was not queued; null: it was. */
  readonly refusal: LineRefusal | null;
}

export interface LineRefusal extends Failure {
  readonly state: FinalState;
}

export interface LineResult {
  readonly line: number;
  readonly ref: string | null;
  readonly state: LineState;
  /** Null: it was never queued. */
  readonly messageId: string | null;
  readonly failure: Failure | null;
}
