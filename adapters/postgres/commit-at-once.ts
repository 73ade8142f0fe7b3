import type { Verdict } from "#core/domain/message.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Accepted, Batch, BatchOutcome } from "#core/ports/traffic.ts";
import type { BlindIndex } from "./blind-index.ts";
import { acceptedColumns, endColumns, holdsOf, messageColumns, receiptColumns } from "./commit-columns.ts";
import { type Connection, executeOn } from "./database.ts";
import { knownBy, outcomeOf, outcomesOf, type Plan } from "./inbound-outcomes.ts";
import type { RecentIds } from "./recent-ids.ts";
import type { SealedValues } from "./sealed-values.ts";
import { plainArray } from "./sql/array-literal.ts";
import { type CommitRow, commitStatement } from "./traffic-commit.sql.ts";

/** What was written, before the fates of parts are added up. */
export interface Written extends Omit<Extract<BatchOutcome, { kind: "committed" }>, "kind"> {
  /** Messages of several parts of which something was heard. */
  readonly fates: readonly string[];
}

export interface Writer {
  readonly connection: Connection;
  readonly index: BlindIndex;
  readonly sealed: SealedValues;
  readonly recent: RecentIds;
}

/** Writes a batch of the usual kinds by one statement; null when its dispatcher is dead. */
export const commitAtOnce = async (
  writer: Writer,
  batch: Batch,
  { messages }: Plan,
): Promise<Written | null> => {
  const { connection, index, sealed, recent } = writer;
  const keys = messages.map(({ inbound }) => index.of("key", inbound.key));
  recent.note(batch.accepted);
  const known = recognised(recent, batch.receipts);
  const ends = [...batch.verdicts, ...known.verdicts];
  const { rows } = await connection.query<CommitRow>(
    commitStatement({
      dispatcher: batch.dispatcher,
      messages: messages.length > 0 ? messageColumns(messages, keys, index, sealed) : null,
      done: doneBy(batch.accepted, ends),
      accepted: batch.accepted.length > 0 ? acceptedColumns(batch.accepted) : null,
      ends: ends.length > 0 ? endColumns(ends) : null,
      receipts: known.others.length > 0 ? receiptColumns(known.others) : null,
    }),
  );
  const row = rows[0]!;
  if (!row.alive) return null;
  const matched = row.matched + known.verdicts.length;
  const holds = holdsOf(messages);
  const toQueue = messages.filter(({ decision }, place) => decision.kind === "relay" && !holds[place]).length;
  const isPlain = row.written === messages.length && row.queued === toQueue;
  return {
    inbound: isPlain
      ? messages.map((write, place) => outcomeOf(write, holds[place] ?? false))
      : outcomesOf(batch, index, await knownBy(executeOn(connection), keys)),
    receipts: { matched, parked: batch.receipts.length - matched },
    fates: row.fates ?? [],
  };
};

/** Receipts of which this process knows the message. A statement cannot see what it, or one beside it, is about to write. */
const recognised = (recent: RecentIds, receipts: readonly FinalReceipt[]) => {
  const verdicts: Verdict[] = [];
  const others: FinalReceipt[] = [];
  for (const receipt of receipts) {
    const messageId = firstKnown(recent, receipt.carrierIds);
    if (messageId === undefined) others.push(receipt);
    else verdicts.push({ messageId, state: receipt.state, failure: receipt.failure, at: receipt.at });
  }
  return { verdicts, others };
};

const firstKnown = (recent: RecentIds, carrierIds: readonly string[]): string | undefined => {
  for (const id of carrierIds) {
    const messageId = recent.messageOf(id);
    if (messageId !== undefined) return messageId;
  }
  return undefined;
};

/** Messages that leave the queue with these facts. */
export const doneBy = (accepted: readonly Accepted[], verdicts: readonly Verdict[]): string =>
  plainArray([
    ...accepted.filter(({ part, parts }) => part === parts - 1).map(({ messageId }) => messageId),
    ...verdicts.map(({ messageId }) => messageId),
  ]);
