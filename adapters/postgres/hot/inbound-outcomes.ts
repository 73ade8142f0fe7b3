import type { Execute } from "#adapters/postgres/execute.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import type { Batch, InboundOutcome, InboundWrite } from "#core/ports/traffic.ts";
import { tellsOfOptOut } from "./carrier-opt-outs.ts";
import type { MessageWrite } from "./commit-columns.ts";
import type { AskWrite } from "./inbound-asks.ts";
import { hexOf } from "./inbound-parts.ts";

/** A batch, and whether one statement can write it. */
export interface Plan {
  readonly messages: readonly MessageWrite[];
  readonly waits: readonly InboundWrite[];
  readonly asks: readonly AskWrite[];
  /** It has something that one statement cannot write. */
  readonly needsMultipleStatements: boolean;
}

export const planOf = (batch: Batch): Plan => {
  const { inbound, accepted, requeued, receipts } = batch;
  const messages = inbound.filter((write) => isMessage(write));
  const waits = inbound.filter(({ decision }) => decision.kind === "wait");
  const asks = inbound.filter((write) => isAsk(write));
  const needsMultipleStatements =
    waits.length > 0 ||
    asks.length > 0 ||
    requeued.length > 0 ||
    messages.some(
      ({ decision, joins, liftsOptOut, beside }) =>
        decision.kind === "command" || joins.length > 0 || liftsOptOut || beside || isHeld(decision),
    ) ||
    // breakage: ignore-carrier-opt-out
    tellsOfOptOut(batch) ||
    (receipts.length > 0 && accepted.some(({ parts }) => parts > 1));
  return { messages, waits, asks, needsMultipleStatements };
};

/** It is beyond a limit of its writer. */
export const isHeld = (decision: InboundWrite["decision"]): boolean =>
  decision.kind === "relay" && decision.message.hold !== undefined;

const isMessage = (write: InboundWrite): write is MessageWrite =>
  write.decision.kind !== "wait" && !isAsk(write);

const isAsk = (write: InboundWrite): write is AskWrite => write.decision.kind === "ask";

/** What is stored under the key of an inbound message. */
export interface Known {
  readonly id: string;
  /** The dispatcher that owned it from the start. */
  readonly dispatcher: string | null;
  /** Written by this transaction. */
  readonly fresh: boolean;
}

export const KNOWN = `select key, id, dispatcher, xmin = pg_current_xact_id_if_assigned()::xid as fresh
from message where key = any ($1::uuid[]) and id >= $2
union all
select key, id, null, false from inbound_part where key = any ($1::uuid[])`;

/** By the index of the key. `since`: messages with a lower id do not count. */
export const knownBy = async (
  execute: Execute,
  keys: readonly string[],
  since: string,
): Promise<ReadonlyMap<string, Known>> => {
  const rows = await execute<Known & { key: string }>(KNOWN, [plainArray(keys), since]);
  return new Map(rows.map((row) => [hexOf(row.key), { ...row, fresh: row.fresh ?? false }]));
};

/** What became of each message of a batch, read back from what is stored. */
export const outcomesOf = (
  { dispatcher, inbound }: Batch,
  index: BlindIndex,
  known: ReadonlyMap<string, Known>,
  withdrawn: ReadonlySet<InboundWrite> = new Set(),
): readonly InboundOutcome[] =>
  inbound.map((write): InboundOutcome => {
    const stored = known.get(index.of("key", write.inbound.key));
    // Another process has joined its parts: the text exists under another key.
    if (!stored) return withdrawn.has(write) ? "duplicate" : "stale";
    if (stored.id !== write.inbound.id) return "duplicate";
    return outcomeOf(write, stored.dispatcher === dispatcher);
  });

/** Of a message that is stored. */
export const outcomeOf = ({ decision }: InboundWrite, isOwned: boolean): InboundOutcome => {
  switch (decision.kind) {
    case "relay":
      return isOwned ? "owned" : "queued";
    case "command":
      return decision.autoReply ? "queued" : "stored";
    case "refuse":
    case "wait":
    case "ask":
      return "stored";
  }
};
