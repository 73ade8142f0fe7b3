import { type BarChange, changeBars } from "#adapters/postgres/cold/blocks.ts";
import { executeOn } from "#adapters/postgres/database.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { Batch } from "#core/ports/traffic.ts";
import { type MessageWrite, messageRows } from "./commit-columns.ts";
import type { Writer, Written } from "./commit-single.ts";
import { knownBy, outcomesOf, type Plan } from "./inbound-outcomes.ts";
import { consumeParts, keepParts, lockParts } from "./inbound-parts.ts";
import { defer, enqueue } from "./outbound-queue.ts";
import { matchParkedOf } from "./parked-receipts.ts";
import { type CommitParameters, type CommitRow, commitStatement } from "./traffic-commit.sql.ts";

/**
 * Writes a batch that has deferrals, parts, joined texts or commands in it: the same as at once, by several statements of one
 * transaction. Facts go first, so that a message that comes with them finds the queue as they leave it.
 */
export const commitStepwise = async (writer: Writer, batch: Batch, plan: Plan): Promise<Written | null> => {
  const { connection, recent, guard, heard } = writer;
  recent.note(batch.accepted);
  const execute = executeOn(connection);
  const { accepted, outcomes, receipts, dispatcher } = batch;
  const write = async (parameters: Partial<CommitParameters>): Promise<CommitRow> => {
    const { asked } = guard;
    const statement = commitStatement({ ...NOTHING, dispatcher, asked, heard, ...parameters });
    return (await connection.query<CommitRow>(statement("skipped"))).rows[0]!;
  };

  const first = await write({ accepted, ends: outcomes });
  if (!first.alive) return null;
  const carrierIds = accepted.map(({ carrierId }) => carrierId);
  const parked = first.parked ? await matchParkedOf(execute, carrierIds, heard.from) : null;
  await defer(execute, dispatcher, batch.requeued);
  const said = receipts.length > 0 ? await write({ receipts }) : null;
  const matched = said?.matched ?? 0;
  return {
    inbound: await writeInbound(writer, batch, plan, write),
    receipts: { matched, parked: receipts.length - matched },
    fates: [...new Set([...(parked?.fates ?? []), ...(said?.fates ?? [])])],
  };
};

const NOTHING = { messages: [], accepted: [], ends: [], receipts: [] };

const writeInbound = async (
  { connection, index, sealed, guard }: Writer,
  batch: Batch,
  { messages, waits }: Plan,
  write: (parameters: Partial<CommitParameters>) => Promise<CommitRow>,
): Promise<Written["inbound"]> => {
  if (batch.inbound.length === 0) return [];
  const execute = executeOn(connection);
  const keyOf = (key: string): string => index.of("key", key);
  const joinsOf = ({ joins }: MessageWrite): readonly string[] => joins.map(keyOf);

  await keepParts(
    execute,
    sealed,
    index,
    waits.map(({ inbound }) => inbound),
    guard.since,
  );
  const free = await lockParts(execute, messages.flatMap(joinsOf));
  const withdrawn = new Set(messages.filter((each) => !joinsOf(each).every((key) => free.has(key))));
  const writable = firstOfEachKey(messages.filter((each) => !withdrawn.has(each)));
  if (writable.length > 0) {
    const keys = writable.map(({ inbound }) => keyOf(inbound.key));
    await write({ messages: messageRows(writable, keys, index, sealed) });
  }
  const known = await knownBy(
    execute,
    batch.inbound.map(({ inbound }) => keyOf(inbound.key)),
    guard.since,
  );
  const fresh = writable.filter(({ inbound }) => {
    const stored = known.get(keyOf(inbound.key));
    return stored?.fresh === true && stored.id === inbound.id;
  });
  await consumeParts(execute, fresh.flatMap(joinsOf));
  await changeBars(
    execute,
    fresh.flatMap((each) => barChangesOf(each, index)),
  );
  await enqueue(
    execute,
    sealed,
    fresh.flatMap(({ decision }) =>
      decision.kind === "command" && decision.autoReply ? [decision.autoReply] : [],
    ),
  );
  return outcomesOf(batch, index, known, withdrawn);
};

/** Two copies of a text may come in one batch, on two sides of a boundary of periods. */
const firstOfEachKey = (messages: readonly MessageWrite[]): readonly MessageWrite[] => {
  const keys = new Set<string>();
  return messages.filter(({ inbound: { key } }) => keys.size < keys.add(key).size);
};

const barChangesOf = ({ inbound, decision }: MessageWrite, index: BlindIndex): readonly BarChange[] => {
  if (decision.kind !== "command" || !isMsisdn(inbound.from)) return [];
  const { from, receivedAt: at } = inbound;
  const person = index.ofNumber(from);
  switch (decision.command) {
    case "stop":
      return [{ kind: "opt-out", person, at }];
    case "start":
      return [{ kind: "opt-in", person }];
    case "block":
      return decision.route
        ? [{ kind: "block", people: [person, index.ofNumber(decision.route.recipient)], at }]
        : [];
    case "help":
      return [];
  }
};
