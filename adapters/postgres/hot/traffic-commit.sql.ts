import type { QueryConfig } from "pg";
import type { IdRange } from "#adapters/postgres/partitions/periods.ts";
import { encoded } from "#adapters/postgres/sql/columns.ts";
import type { FinalOutcome } from "#core/domain/message.ts";
import type { FinalReceipt } from "#core/domain/receipt.ts";
import type { Accepted } from "#core/ports/traffic.ts";
import {
  ACCEPTED_COLUMNS,
  END_COLUMNS,
  MESSAGE_COLUMNS,
  type MessageRow,
  RECEIPT_COLUMNS,
} from "./commit-columns.ts";
import {
  clearQueue,
  doneBy,
  givenEnds,
  heardEnds,
  isParked,
  type KnownRows,
  lookUpReceipts,
  recordAccepted,
  writeMessages,
  writeVerdicts,
} from "./commit-sections.sql.ts";

/**
 * The statement that writes a micro-batch: everything in one round trip and one commit. It is put together from sections, of
 * which a batch needs some; each combination has a name of its own and is planned once per connection.
 *
 * - Inserts go in the order of their keys, since two batches with the same keys in different order would deadlock.
 * - The writer's row is locked `for key share`: a burial locks it `for update`, so that either this batch is written before the
 *   dead one's messages are looked for, or it finds itself fenced.
 * - The route of every message is joined with the version that the decision was made on: what does not match is not written.
 */
export interface CommitParameters {
  readonly dispatcher: string;
  /** Other ids among which the keys of the messages must not be. */
  readonly asked: IdRange | null;
  /** Ids of the messages that receipts can be meant for. */
  readonly heard: IdRange;
  readonly messages: readonly MessageRow[];
  readonly accepted: readonly Accepted[];
  readonly ends: readonly FinalOutcome[];
  readonly receipts: readonly FinalReceipt[];
}

export interface CommitRow {
  readonly alive: boolean;
  readonly written: number;
  readonly queued: number;
  readonly matched: number;
  /** Messages of several parts of which something was heard. */
  readonly fates: string[] | null;
  /** Receipts of what was accepted have come before. */
  readonly parked: boolean;
}

export const commitStatement = ({
  dispatcher,
  asked,
  heard,
  messages,
  accepted,
  ends,
  receipts,
}: CommitParameters): ((known: KnownRows) => QueryConfig) => {
  const sections = {
    messages: messages.length > 0,
    accepted: accepted.length > 0,
    ends: ends.length > 0,
    receipts: receipts.length > 0,
    asked: messages.length > 0 && asked !== null,
  };
  const values = [
    dispatcher,
    ...(messages.length > 0 ? encoded(MESSAGE_COLUMNS, messages) : []),
    ...(accepted.length > 0 ? encoded(ACCEPTED_COLUMNS, accepted) : []),
    ...(ends.length > 0 ? encoded(END_COLUMNS, ends) : []),
    ...(receipts.length > 0 ? [...encoded(RECEIPT_COLUMNS, receipts), heard.from, heard.to] : []),
    ...(messages.length > 0 && asked !== null ? [asked.from, asked.to] : []),
  ];
  return (known) => ({ ...textOf(sections, known), values });
};

type Sections = Readonly<Record<"messages" | "accepted" | "ends" | "receipts" | "asked", boolean>>;

type StatementText = Readonly<Record<"name" | "text", string>>;

/** There are forty-six of them at most. */
const texts = new Map<string, StatementText>();

const textOf = (sections: Sections, known: KnownRows): StatementText => {
  const { messages, accepted, ends, receipts, asked } = sections;
  const name = `commit ${messages ? "m" : ""}${accepted ? "a" : ""}${ends ? "e" : ""}${receipts ? "r" : ""} ${known}${asked ? " asked" : ""}`;
  const text = texts.get(name) ?? { name, text: build(sections, known) };
  texts.set(name, text);
  return text;
};

const DISPATCHER = "$1::uuid";
const FIRST_COLUMN = 2;

const build = (sections: Sections, known: KnownRows): string => {
  const { messages, accepted, ends, receipts, asked } = sections;
  const acceptedAt = FIRST_COLUMN + (messages ? MESSAGE_COLUMNS.length : 0);
  const endsAt = acceptedAt + (accepted ? ACCEPTED_COLUMNS.length : 0);
  const receiptsAt = endsAt + (ends ? END_COLUMNS.length : 0);
  const heardAt = receiptsAt + RECEIPT_COLUMNS.length;
  const askedAt = receipts ? heardAt + 2 : receiptsAt;
  const ctes = [
    `alive as materialized (select id from dispatcher where id = ${DISPATCHER} and not dead for key share)`,
  ];
  const done = doneBy(accepted ? acceptedAt : null, ends ? endsAt : null);
  if (messages) ctes.push(...writeMessages(FIRST_COLUMN, done, known, asked ? askedAt : null));
  if (accepted) ctes.push(recordAccepted(acceptedAt));
  if (receipts) ctes.push(...lookUpReceipts(receiptsAt, heardAt));
  const outcomes = [ends && givenEnds(endsAt), receipts && heardEnds(heardAt)].filter(
    (part) => part !== false,
  );
  if (outcomes.length > 0) ctes.push(writeVerdicts(outcomes, known));
  if (accepted || ends) ctes.push(clearQueue(done));
  return `with ${ctes.join(",\n")}
select exists (select from alive) as alive,
  ${messages ? "(select count(*)::int from written)" : "0"} as written,
  ${messages ? "(select count(*)::int from queued)" : "0"} as queued,
  ${receipts ? "(select count(*)::int from matched)" : "0"} as matched,
  ${receipts ? "(select array_agg(distinct message_id::text) from fate)" : "null::text[]"} as fates,
  ${accepted ? isParked(acceptedAt) : "false"} as parked
  ${messages ? ", (select pg_notify('work', '') from queued limit 1)" : ""}`;
};
