import type { Connection } from "#adapters/postgres/connection.ts";
import { executeOn } from "#adapters/postgres/execute.ts";
import { isRefused, UNIQUE_VIOLATION } from "#adapters/postgres/failure.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { KeyGuard } from "#adapters/postgres/table-partitions/key-guard.ts";
import type { IdRange } from "#adapters/postgres/table-partitions/periods.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Batch, BatchOutcome } from "#core/ports/traffic.ts";
import { messageRows, receiptRows } from "./commit-columns.ts";
import type { OnDuplicate } from "./commit-sections.sql.ts";
import { knownBy, outcomeOf, outcomesOf, type Plan } from "./inbound-outcomes.ts";
import type { RecentIds } from "./recent-ids.ts";
import { type CommitRow, commitStatement } from "./traffic-commit.sql.ts";

/** What was written, before the multipartIds of parts are added up. */
export interface Written extends Omit<Extract<BatchOutcome, { kind: "committed" }>, "kind"> {
  /** Messages of several parts of which something was received. */
  readonly multipartIds: readonly string[];
  /** Receipts of what was accepted have come before. */
  readonly isParked: boolean;
  /** Something was put into the queue. */
  readonly isQueued: boolean;
}

export interface Writer {
  readonly connection: Connection;
  readonly index: BlindIndex;
  readonly sealed: SealedValues;
  readonly recent: RecentIds;
  readonly guard: KeyGuard;
  /** Ids of the messages that receipts can be meant for. */
  readonly receiptIdRange: IdRange;
}

/** What has been written, or tried: a batch whose answer was lost comes with the same list, and is not told of again. */
const written = new WeakSet<Batch["accepted"]>();

/** Writes a batch of the usual kinds by one statement; null when its dispatcher has expired. */
export const commitSingle = async (
  writer: Writer,
  batch: Batch,
  { messages }: Plan,
): Promise<Written | null> => {
  const { connection, index, sealed, recent, guard, receiptIdRange } = writer;
  const execute = executeOn(connection);
  const keys = messages.map(({ inbound }) => index.of("key", inbound.key));
  recent.add(batch.accepted);
  const said = recognised(recent, batch.receipts);
  const rows = messageRows(messages, keys, index, sealed);
  const statement = commitStatement({
    dispatcher: batch.dispatcher,
    dedupIdRange: guard.dedupIdRange,
    receiptIdRange,
    messages: rows,
    accepted: batch.accepted,
    outcomes: [...batch.outcomes, ...said.outcomes],
    receipts: receiptRows(said.others, index),
  });
  const run = async (onDuplicate: OnDuplicate): Promise<CommitRow> =>
    (await connection.query<CommitRow>(statement(onDuplicate))).rows[0]!;
  // Looking for duplicates of each row costs a sixth of the statement, and mostly there are none. A batch with one takes a second try.
  const isRepeated = batch.accepted.length > 0 && written.has(batch.accepted);
  written.add(batch.accepted);
  const row = await run(isRepeated ? "skip" : "abort").catch((error) => {
    if (isRefused(error, UNIQUE_VIOLATION)) return run("skip");
    throw error;
  });
  if (!row.alive) return null;
  const matched = row.matched + said.outcomes.length;
  const toQueue = rows.filter(({ own }, index) => !own && messages[index]!.decision.kind === "relay").length;
  const isPlain = row.written === rows.length && row.queued === toQueue;
  return {
    inbound: isPlain
      ? messages.map((write, index) => outcomeOf(write, rows[index]!.own))
      : outcomesOf(batch, index, await knownBy(execute, keys, guard.since)),
    receipts: { matched, parked: batch.receipts.length - matched },
    multipartIds: row.multipart_ids ?? [],
    isParked: row.parked,
    isQueued: row.queued > 0,
  };
};

/** Receipts of which this process knows the message. A statement cannot see what it, or one beside it, is about to write. */
const recognised = (recent: RecentIds, receipts: readonly FinalReceipt[]) => {
  const outcomes: FinalOutcome[] = [];
  const others: FinalReceipt[] = [];
  for (const receipt of receipts) {
    const messageId = receipt.between ? undefined : firstKnown(recent, receipt.carrierIds);
    if (messageId === undefined) others.push(receipt);
    else outcomes.push({ messageId, state: receipt.state, failure: receipt.failure, at: receipt.at });
  }
  return { outcomes, others };
};

const firstKnown = (recent: RecentIds, carrierIds: readonly string[]): string | undefined => {
  for (const id of carrierIds) {
    const messageId = recent.take(id);
    if (messageId !== undefined) return messageId;
  }
  return undefined;
};
