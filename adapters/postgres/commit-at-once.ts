import type { Verdict } from "#core/domain/message.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Accepted, Batch, BatchOutcome } from "#core/ports/traffic.ts";
import { plainArray } from "./array-literal.ts";
import type { BlindIndex } from "./blind-index.ts";
import { acceptedColumns, endColumns, holdsOf, messageColumns, receiptColumns } from "./commit-columns.ts";
import { type Connection, executeOn } from "./database.ts";
import { knownBy, outcomeOf, outcomesOf, type Plan } from "./inbound-outcomes.ts";
import type { SealedValues } from "./sealed-values.ts";
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
}

/** Writes a batch of the usual kinds by one statement; null when its dispatcher is dead. */
export const commitAtOnce = async (
  writer: Writer,
  batch: Batch,
  { messages }: Plan,
): Promise<Written | null> => {
  const { connection, index, sealed } = writer;
  const keys = messages.map(({ inbound }) => index.of("key", inbound.key));
  const known = receiptsOfBatch(batch.accepted, batch.receipts);
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

/** A carrier's answer and its receipt often come together; the statement cannot see what it is about to write. */
const receiptsOfBatch = (accepted: readonly Accepted[], receipts: readonly FinalReceipt[]) => {
  const verdicts: Verdict[] = [];
  const others: FinalReceipt[] = [];
  const messageIdBy = new Map(accepted.map(({ carrierId, messageId }) => [carrierId, messageId]));
  for (const receipt of receipts) {
    const carrierId = receipt.carrierIds.find((id) => messageIdBy.has(id));
    const messageId = carrierId === undefined ? undefined : messageIdBy.get(carrierId);
    if (messageId === undefined) others.push(receipt);
    else verdicts.push({ messageId, state: receipt.state, failure: receipt.failure, at: receipt.at });
  }
  return { verdicts, others };
};

/** Messages that leave the queue with these facts. */
export const doneBy = (accepted: readonly Accepted[], verdicts: readonly Verdict[]): string =>
  plainArray([
    ...accepted.filter(({ part, parts }) => part === parts - 1).map(({ messageId }) => messageId),
    ...verdicts.map(({ messageId }) => messageId),
  ]);
