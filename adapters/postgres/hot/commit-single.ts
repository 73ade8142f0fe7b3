import { type Connection, executeOn } from "#adapters/postgres/database.ts";
import { isRefused, UNIQUE_VIOLATION } from "#adapters/postgres/failure.ts";
import type { KeyGuard } from "#adapters/postgres/partitions/key-guard.ts";
import type { IdRange } from "#adapters/postgres/partitions/periods.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { FinalOutcome } from "#core/domain/message.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Batch, BatchOutcome } from "#core/ports/traffic.ts";
import { messageRows } from "./commit-columns.ts";
import type { KnownRows } from "./commit-sections.sql.ts";
import { knownBy, outcomeOf, outcomesOf, type Plan } from "./inbound-outcomes.ts";
import { matchParkedOf } from "./parked-receipts.ts";
import type { RecentIds } from "./recent-ids.ts";
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
  readonly guard: KeyGuard;
  /** Ids of the messages that receipts can be meant for. */
  readonly heard: IdRange;
}

/** Writes a batch of the usual kinds by one statement; null when its dispatcher is dead. */
export const commitAtOnce = async (
  writer: Writer,
  batch: Batch,
  { messages }: Plan,
): Promise<Written | null> => {
  const { connection, index, sealed, recent, guard, heard } = writer;
  const execute = executeOn(connection);
  const keys = messages.map(({ inbound }) => index.of("key", inbound.key));
  recent.note(batch.accepted);
  const said = recognised(recent, batch.receipts);
  const rows = messageRows(messages, keys, index, sealed);
  const statement = commitStatement({
    dispatcher: batch.dispatcher,
    asked: guard.asked,
    heard,
    messages: rows,
    accepted: batch.accepted,
    ends: [...batch.outcomes, ...said.outcomes],
    receipts: said.others,
  });
  const run = async (known: KnownRows): Promise<CommitRow> =>
    (await connection.query<CommitRow>(statement(known))).rows[0]!;
  // To ask of each row whether it is known costs a sixth of the statement, and mostly all is new. A batch that is not takes a second try.
  const row = await run("refused").catch((error) => {
    if (isRefused(error, UNIQUE_VIOLATION)) return run("skipped");
    throw error;
  });
  if (!row.alive) return null;
  const parked = row.parked
    ? await matchParkedOf(
        execute,
        batch.accepted.map(({ carrierId }) => carrierId),
        heard.from,
      )
    : null;
  const matched = row.matched + said.outcomes.length;
  const toQueue = rows.filter(
    ({ hold }, place) => !hold && messages[place]!.decision.kind === "relay",
  ).length;
  const isPlain = row.written === rows.length && row.queued === toQueue;
  return {
    inbound: isPlain
      ? messages.map((write, place) => outcomeOf(write, rows[place]!.hold))
      : outcomesOf(batch, index, await knownBy(execute, keys, guard.since)),
    receipts: { matched, parked: batch.receipts.length - matched },
    fates: [...(row.fates ?? []), ...(parked?.fates ?? [])],
  };
};

/** Receipts of which this process knows the message. A statement cannot see what it, or one beside it, is about to write. */
const recognised = (recent: RecentIds, receipts: readonly FinalReceipt[]) => {
  const outcomes: FinalOutcome[] = [];
  const others: FinalReceipt[] = [];
  for (const receipt of receipts) {
    const messageId = firstKnown(recent, receipt.carrierIds);
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
