import type { QueryConfig } from "pg";
import { tellFacts, tellNamedFacts } from "#adapters/postgres/events/tell.ts";
import { uuidArray } from "#adapters/postgres/sql/binary-array.ts";
import { encoded } from "#adapters/postgres/sql/columns.ts";
import { type IdRange, lowestOf } from "#adapters/postgres/table-partitions/periods.ts";
import type { FinalOutcome } from "#core/domain/final-outcome.ts";
import { isLastPart } from "#core/domain/last-part.ts";

import type { Accepted } from "#core/ports/traffic.ts";
import {
  ACCEPTED_COLUMNS,
  MESSAGE_COLUMNS,
  type MessageRow,
  OUTCOME_COLUMNS,
  RECEIPT_COLUMNS,
  type ReceiptRow,
} from "./commit-columns.ts";
import {
  clearQueue,
  doneBy,
  givenOutcomes,
  isParked,
  lookUpReceipts,
  type OnDuplicate,
  receiptedOutcomes,
  recordAccepted,
  writeMessages,
  writeOutcomes,
} from "./commit-sections.sql.ts";

/**
 * The statement that writes a micro-batch: everything in one round trip and one commit. It is put together from sections, of
 * which a batch needs some; each combination has a name of its own and is planned once per connection.
 *
 * - Inserts go in the order of their keys, since two batches with the same keys in different order would deadlock.
 * - The writer's row is locked `for key share`: an expiry locks it `for update`, so that either this batch is written before the
 *   expired one's messages are looked for, or it finds itself fenced.
 * - The route of every message is joined with the version that the decision was made on: what does not match is not written.
 */
export interface CommitParameters {
  readonly dispatcher: string;
  /** Other ids among which the keys of the messages must not be. */
  readonly dedupIdRange: IdRange | null;
  /** Ids of the messages that receipts can be meant for. */
  readonly receiptIdRange: IdRange;
  readonly messages: readonly MessageRow[];
  readonly accepted: readonly Accepted[];
  readonly outcomes: readonly FinalOutcome[];
  readonly receipts: readonly ReceiptRow[];
}

export interface CommitRow {
  readonly alive: boolean;
  readonly written: number;
  readonly queued: number;
  readonly matched: number;
  /** Messages of several parts of which something was received. */
  readonly multipart_ids: string[] | null;
  /** Receipts of what was accepted have come before. */
  readonly parked: boolean;
}

export const commitStatement = ({
  dispatcher,
  dedupIdRange,
  receiptIdRange,
  messages,
  accepted,
  outcomes,
  receipts,
}: CommitParameters): ((onDuplicate: OnDuplicate) => QueryConfig) => {
  const sections = {
    messages: messages.length > 0,
    accepted: accepted.length > 0,
    outcomes: outcomes.length > 0,
    receipts: receipts.length > 0,
    dedupIdRange: messages.length > 0 && dedupIdRange !== null,
  };
  const valuesOf = (onDuplicate: OnDuplicate) => [
    dispatcher,
    ...(messages.length > 0 ? encoded(MESSAGE_COLUMNS, messages) : []),
    ...(accepted.length > 0
      ? [
          ...encoded(ACCEPTED_COLUMNS, accepted),
          onDuplicate === "skip" ? lowestOf(accepted.map(({ messageId }) => messageId)) : sentBy(accepted),
        ]
      : []),
    ...(outcomes.length > 0 ? encoded(OUTCOME_COLUMNS, outcomes) : []),
    ...(receipts.length > 0
      ? [...encoded(RECEIPT_COLUMNS, receipts), receiptIdRange.from, receiptIdRange.to]
      : []),
    ...(messages.length > 0 && dedupIdRange !== null ? [dedupIdRange.from, dedupIdRange.to] : []),
  ];
  return (onDuplicate) => ({ ...textOf(sections, onDuplicate), values: valuesOf(onDuplicate) });
};

/** Messages of which the last part is among what was accepted. */
const sentBy = (accepted: readonly Accepted[]): Buffer | string =>
  uuidArray([...new Set(accepted.filter(isLastPart).map(({ messageId }) => messageId))]);

type Sections = Readonly<Record<"messages" | "accepted" | "outcomes" | "receipts" | "dedupIdRange", boolean>>;

type StatementText = Readonly<Record<"name" | "text", string>>;

/** There are forty-six of them at most. */
const texts = new Map<string, StatementText>();

const textOf = (sections: Sections, onDuplicate: OnDuplicate): StatementText => {
  const { messages, accepted, outcomes, receipts, dedupIdRange } = sections;
  const name = `commit ${messages ? "m" : ""}${accepted ? "a" : ""}${outcomes ? "o" : ""}${receipts ? "r" : ""} ${onDuplicate}${dedupIdRange ? " dedup" : ""}`;
  const text = texts.get(name) ?? { name, text: build(sections, onDuplicate) };
  texts.set(name, text);
  return text;
};

const DISPATCHER = "$1::uuid";
const FIRST_COLUMN = 2;

const build = (sections: Sections, onDuplicate: OnDuplicate): string => {
  const { messages, accepted, outcomes, receipts, dedupIdRange } = sections;
  const acceptedAt = FIRST_COLUMN + (messages ? MESSAGE_COLUMNS.length : 0);
  const lowestAt = acceptedAt + ACCEPTED_COLUMNS.length;
  const sentAt = lowestAt;
  const outcomesAt = accepted ? lowestAt + 1 : acceptedAt;
  const receiptsAt = outcomesAt + (outcomes ? OUTCOME_COLUMNS.length : 0);
  const rangeAt = receiptsAt + RECEIPT_COLUMNS.length;
  const dedupAt = receipts ? rangeAt + 2 : receiptsAt;
  const ctes = [
    `alive as materialized (select id from dispatcher where id = ${DISPATCHER} and not expired for key share)`,
  ];
  const done = doneBy(accepted ? acceptedAt : null, outcomes ? outcomesAt : null);
  if (messages) ctes.push(...writeMessages(FIRST_COLUMN, done, onDuplicate, dedupIdRange ? dedupAt : null));
  if (accepted) ctes.push(recordAccepted(acceptedAt, onDuplicate));
  if (receipts) ctes.push(...lookUpReceipts(receiptsAt, rangeAt));
  const endings = [outcomes && givenOutcomes(outcomesAt), receipts && receiptedOutcomes(rangeAt)].filter(
    (part) => part !== false,
  );
  // What is ended by receipts is known only afterwards.
  const isReadBack = onDuplicate === "skip" || receipts;
  if (endings.length > 0) ctes.push(writeOutcomes(endings, onDuplicate, isReadBack));
  if (accepted || outcomes) ctes.push(clearQueue(done));
  const endedNow = "(select array_agg(message_id order by at, message_id) from ended)";
  if (ctes.length > 1)
    ctes.push(
      onDuplicate === "skip"
        ? tellFacts({
            ...(accepted && { recorded: { from: "recorded", lowest: `$${lowestAt}::uuid` } }),
            ...(endings.length > 0 && { ended: "ended" }),
            ...(messages && { written: "written" }),
          })
        : tellNamedFacts(
            {
              sent: accepted ? `$${sentAt}::uuid[]` : null,
              ended: receipts ? endedNow : outcomes ? `$${outcomesAt}::uuid[]` : null,
              written: messages ? "written" : null,
            },
            "alive",
          ),
    );
  return `with ${ctes.join(",\n")}
select exists (select from alive) as alive,
  ${messages ? "(select count(*)::int from written)" : "0"} as written,
  ${messages ? "(select count(*)::int from queued)" : "0"} as queued,
  ${receipts ? "(select count(*)::int from matched)" : "0"} as matched,
  ${receipts ? "(select array_agg(distinct message_id::text) from multipart)" : "null::text[]"} as multipart_ids,
  ${accepted ? isParked(acceptedAt) : "false"} as parked`;
};
