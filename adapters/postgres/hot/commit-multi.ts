import { changeBlocks, lockParticipants, numbersOf } from "#adapters/postgres/cold/blocks.ts";
import { closeIn, lockConversations } from "#adapters/postgres/cold/closing.ts";
import type { NewWish } from "#adapters/postgres/cold/wishes.ts";
import { tell } from "#adapters/postgres/events/tell.ts";
import { type Execute, executeOn } from "#adapters/postgres/execute.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { CLOSE_REASON } from "#core/domain/conversation.ts";
import type { Ending } from "#core/domain/inbound-decision.ts";
import type { InboundMessage } from "#core/domain/inbound-message.ts";
import { isMsisdn, type Msisdn } from "#core/domain/msisdn.ts";
import type { Batch, InboundWrite } from "#core/ports/traffic.ts";
import { keepCarrierOptOuts, optedOutMessages, recipientsOf, tellsOfOptOut } from "./carrier-opt-outs.ts";
import { type MessageWrite, messageRows, noticeOf, receiptRows } from "./commit-columns.ts";
import type { Writer, Written } from "./commit-single.ts";
import { keepAsks } from "./inbound-asks.ts";
import { knownBy, outcomesOf, type Plan } from "./inbound-outcomes.ts";
import { consumeParts, keepParts, lockParts } from "./inbound-parts.ts";
import { enqueue, requeue } from "./outbound-queue.ts";
import { type CommitParameters, type CommitRow, commitStatement } from "./traffic-commit.sql.ts";

/**
 * Writes a batch with requeued messages, parts, joined texts or commands by several statements of one transaction. Facts go first, so
 * that a message of the same batch finds the queue as they leave it.
 */
export const commitMulti = async (writer: Writer, batch: Batch, plan: Plan): Promise<Written | null> => {
  const { connection, sealed, recent, guard, receiptIdRange } = writer;
  recent.add(batch.accepted);
  const execute = executeOn(connection);
  const { accepted, outcomes, receipts, dispatcher } = batch;
  const write = async (parameters: Partial<CommitParameters>): Promise<CommitRow> => {
    const { dedupIdRange } = guard;
    const statement = commitStatement({
      ...NOTHING,
      dispatcher,
      dedupIdRange,
      receiptIdRange,
      ...parameters,
    });
    return (await connection.query<CommitRow>(statement("skip"))).rows[0]!;
  };

  const optedOutIds = tellsOfOptOut(batch) ? await optedOutMessages(execute, batch, receiptIdRange.from) : [];
  await lockWishers(execute, writer, plan, optedOutIds);
  const first = await write({ accepted, outcomes: outcomes });
  if (!first.alive) return null;
  await requeue(execute, dispatcher, batch.requeued);
  const received =
    receipts.length > 0 ? await write({ receipts: receiptRows(receipts, writer.index) }) : null;
  const matched = received?.matched ?? 0;
  await keepCarrierOptOuts(execute, sealed, optedOutIds);
  return {
    inbound: await writeInbound(writer, batch, plan, write),
    receipts: { matched, parked: receipts.length - matched },
    multipartIds: received?.multipart_ids ?? [],
    isParked: first.parked,
    // Whether there is really something, whoever claims will see.
    isQueued: batch.inbound.length + batch.requeued.length > 0,
  };
};

/**
 * Whoever opts out or in is locked before anything is written, as the transactions of one person tell of it in the order in which they first
 * write: see decision 26.
 */
const lockWishers = async (
  execute: Execute,
  { index, sealed }: Writer,
  { messages }: Plan,
  optedOutIds: readonly string[],
): Promise<void> => {
  const wishes = messages.flatMap((each) => wishesOf(each, { index, sealed }));
  const ending = messages.flatMap((each) => endingOf(each)?.conversationId ?? []);
  if (ending.length > 0) await lockConversations(execute, ending);
  const numbers = [...numbersOf(wishes), ...(await recipientsOf(execute, optedOutIds))];
  // breakage: lock-after-first-write
  if (numbers.length > 0) await lockParticipants(execute, numbers, "exclusive");
};

const NOTHING = { messages: [], accepted: [], outcomes: [], receipts: [] };

const writeInbound = async (
  { connection, index, sealed, guard }: Writer,
  batch: Batch,
  { messages, waits, asks }: Plan,
  write: (parameters: Partial<CommitParameters>) => Promise<CommitRow>,
): Promise<Written["inbound"]> => {
  if (batch.inbound.length === 0) return [];
  const execute = executeOn(connection);
  const keyOf = (key: string): string => index.of("key", key);
  const joinsOf = ({ joins }: InboundWrite): readonly string[] => joins.map(keyOf);

  await keepParts(
    execute,
    sealed,
    index,
    waits.map(({ inbound }) => inbound),
    guard.since,
  );
  const free = await lockParts(execute, [...messages, ...asks].flatMap(joinsOf));
  const withdrawn = new Set<InboundWrite>(
    [...messages, ...asks].filter((each) => !joinsOf(each).every((key) => free.has(key))),
  );
  const askable = asks.filter((each) => !withdrawn.has(each));
  await keepAsks(execute, sealed, index, askable, guard.since);
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
  const asked = askable.filter(({ inbound: { id, key } }) => known.get(keyOf(key))?.id === id);
  await consumeParts(execute, [...fresh, ...asked].flatMap(joinsOf));
  await changeBlocks(
    execute,
    fresh.flatMap((each) => wishesOf(each, { index, sealed })),
  );
  for (const each of fresh) {
    const ending = endingOf(each);
    if (ending === null) continue;
    const { conversationId: id, at, quarantinedUntil } = ending;
    const closing = { id, reason: CLOSE_REASON.requested, at, quarantinedUntil, unlessTextedAfter: null };
    await closeIn(execute, sealed, closing);
  }
  await keepHeld(execute, index, fresh);
  await enqueue(
    execute,
    sealed,
    fresh.flatMap((each) => noticeOf(each) ?? []),
  );
  await tell(
    execute,
    fresh.flatMap(({ beside }) => beside?.events ?? []),
  );
  return outcomesOf(batch, index, known, withdrawn);
};

/** Whoever decides on a version from before decides again: nothing of a writer overtakes what is held of theirs. */
const HELD = `with held as materialized (
  select r.sender_index, r.virtual_number, max(i.held_until) as held_until
  from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::bigint[]) as i (sender_index, virtual_number, conversation_id, held_until)
  join route r on r.sender_index = i.sender_index and r.virtual_number = i.virtual_number and r.conversation_id = i.conversation_id
  group by r.sender_index, r.virtual_number),
locked as materialized (
  select r.sender_index, r.virtual_number, h.held_until from held h join route r using (sender_index, virtual_number)
  order by r.sender_index, r.virtual_number for update of r)
update route r set held_until = greatest(r.held_until, l.held_until), version = nextval('route_version')
from locked l where r.sender_index = l.sender_index and r.virtual_number = l.virtual_number`;

/** Mostly nothing is held. */
const keepHeld = async (
  execute: Execute,
  index: Writer["index"],
  fresh: readonly MessageWrite[],
): Promise<void> => {
  const held = fresh.flatMap(({ inbound, decision }) =>
    decision.kind === "relay" && decision.message.hold ? [{ inbound, message: decision.message }] : [],
  );
  if (held.length === 0) return;
  await execute(HELD, [
    plainArray(held.map(({ inbound }) => index.ofNumber(inbound.from))),
    plainArray(held.map(({ inbound }) => inbound.to)),
    plainArray(held.map(({ message }) => message.conversationId)),
    plainArray(held.map(({ message }) => message.receivedAt)),
  ]);
};

/** The conversation that ends with a text; null: none. */
const endingOf = ({ decision }: MessageWrite): Ending | null =>
  decision.kind === "command" ? (decision.closes ?? null) : null;

/** Two copies of a text may come in one batch, with ids of two partitions. */
const firstOfEachKey = (messages: readonly MessageWrite[]): readonly MessageWrite[] => {
  const keys = new Set<string>();
  return messages.filter(({ inbound: { key } }) => keys.size < keys.add(key).size);
};

/** What a command asks for, or what a text takes back by being one; mostly nothing. */
const wishesOf = (
  { inbound, serviceId, decision, liftsOptOut }: MessageWrite,
  { index, sealed }: Pick<Writer, "index" | "sealed">,
): readonly NewWish[] => {
  if (!isMsisdn(inbound.from) || serviceId === null) return [];
  if (liftsOptOut) return [liftedBy(inbound, serviceId, inbound.from, { index, sealed })];
  if (decision.kind !== "command") return [];
  const { command, route, autoReply } = decision;
  const { kind, word, scope } = command;
  if (kind === "help") return [];
  const { id: messageId, from, to, receivedAt: at } = inbound;
  const numberIndex = index.ofNumber(from);
  const isAboutTwo = kind === "block" || kind === "unblock";
  return [
    {
      ...{ kind, word, scope, at, source: "text", serviceId, numberIndex },
      virtualNumber: isMsisdn(to) ? to : null,
      sealedNumber: sealed.sealOptOut(numberIndex, from),
      isConfirmed: autoReply !== null,
      block:
        isAboutTwo && route
          ? {
              messageId,
              otherIndex: index.ofNumber(route.recipient),
              conversationId: route.conversationId,
              blockerId: route.senderId,
              blockedId: route.recipientId,
            }
          : null,
    },
  ];
};

const liftedBy = (
  { to, receivedAt: at }: InboundMessage,
  serviceId: string,
  from: Msisdn,
  { index, sealed }: Pick<Writer, "index" | "sealed">,
): NewWish => {
  const numberIndex = index.ofNumber(from);
  return {
    ...{ kind: "start", source: "text", word: null, scope: "service", at, serviceId, numberIndex },
    virtualNumber: isMsisdn(to) ? to : null,
    sealedNumber: sealed.sealOptOut(numberIndex, from),
    ...{ isConfirmed: false, block: null },
  };
};
