import { withConnection } from "#adapters/postgres/connection.ts";
import { type Execute, executeIn, executeOn } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import { enqueue } from "#adapters/postgres/hot/outbound-queue.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { holding } from "#adapters/postgres/sql/holding.ts";
import { cursorOf, positionOf, sliceOf } from "#adapters/postgres/sql/page.ts";
import { leastId, timeOfId } from "#adapters/postgres/table-partitions/periods.ts";
import type { MessageRecord } from "#core/domain/message-record.ts";
import { isMsisdn } from "#core/domain/msisdn.ts";
import type { Conversations, Page } from "#core/ports/conversations.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import { lockParticipants } from "./blocks.ts";
import { CLOCK_DIFFERENCE_MAX_MS, earliestMessageOf } from "./conversation-rows.ts";
import type { ConversationsContext } from "./conversations-context.ts";
import { type RecordRow, recordsAmong, toRecord, UNREADABLE } from "./message-records.ts";

type OwnMethods = "addMessages" | "messages" | "message" | "eraseTexts" | "unlinkPairs";

/** Both ways: what the number texted, and what led to it. */
const UNLINK = `update route r set recipient_index = gen_random_uuid(), version = nextval('route_version')
where r.closed_at is not null and (r.sender_index = $1 or (r.recipient_index = $1
  and r.conversation_id in (select conversation_id from participant where number_index = $1)))`;

export const conversationMessages = ({
  db,
  connections,
  index,
  sealed,
}: ConversationsContext): Pick<Conversations, OwnMethods> => ({
  addMessages: async (conversationId, messages, durable = "now") => {
    const { ofNumber } = await index();
    mustBeNumbers(messages.map(({ destination }) => destination));
    const recipients = messages.map(({ destination }) => ofNumber(destination));
    return db.transaction().execute(async (trx) => {
      const execute = executeIn(trx);
      // The log is written in order: whatever is flushed later flushes this.
      if (durable === "with-next") await execute("set local synchronous_commit = off");
      const refusal = await openForTexts(execute, conversationId, recipients);
      if (refusal === "closed") return refusal;
      const first = messages.find((_, at) => refusal?.has(recipients[at]!));
      if (first) return { optedOut: first.recipientId };
      await enqueue(execute, sealed, messages);
      await noteText(
        execute,
        conversationId,
        Math.max(...messages.map(({ receivedAt, hold }) => hold?.since ?? receivedAt)),
      );
      return "added";
    });
  },
  messages: async (conversationId, page) => {
    const rows = await withConnection(connections, (connection) =>
      executeOn(connection)<RecordRow>(MESSAGES, [
        conversationId,
        ...rangeOf(page),
        earliestMessage(conversationId),
      ]),
    );
    return sliceOf(
      rows,
      page,
      (row) => toRecord(row, sealed),
      ({ received_at, id }) => cursorOf({ at: received_at, id }),
    );
  },
  message: (id) =>
    withConnection(connections, async (connection) => {
      const execute = executeOn(connection);
      const [row] = await execute<RecordRow>(MESSAGE, [id]);
      if (row) return toRecord(row, sealed);
      const [part] = await execute<WaitingRow>(WAITING, [id]);
      return part ? toPartRecord(part, sealed, execute) : null;
    }),
  unlinkPairs: async (number) => {
    await executeIn(db)(UNLINK, [(await index()).ofNumber(number)]);
  },
  eraseTexts: (closedBefore, limit, now) =>
    db.transaction().execute(async (trx) => {
      const rows = await executeIn(trx)<{ count: number }>(ERASE, [closedBefore, limit, now]);
      return rows[0]?.count ?? 0;
    }),
});

/**
 * Locks a conversation that texts are to be added to. `closed`: it takes none; or those of the recipients (blind indexes) who want none; null:
 * all do.
 */
export const openForTexts = async (
  execute: Execute,
  conversationId: string,
  recipients: readonly string[],
): Promise<"closed" | ReadonlySet<string> | null> => {
  // An opt-out that is being written is waited for; one that comes later finds the messages queued before it.
  await lockParticipants(execute, recipients, "shared");
  const [open] = await execute<{ service_id: string }>(
    "select service_id from conversation where id = $1 and closed_at is null for no key update",
    [conversationId],
  );
  if (!open) return "closed";
  const optedOut = await execute<{ number_index: string }>(OPTED_OUT_AMONG, [
    plainArray(recipients),
    open.service_id,
  ]);
  return optedOut.length === 0 ? null : new Set(optedOut.map(({ number_index }) => hexOf(number_index)));
};

/** The conversation is not idle: something has been written in it. */
export const noteText = async (execute: Execute, conversationId: string, at: number): Promise<void> => {
  await execute("update conversation set texted_at = greatest(texted_at, $2) where id = $1", [
    conversationId,
    at,
  ]);
};

const OPTED_OUT_AMONG = `select i.number_index from unnest($1::uuid[]) as i (number_index)
where ${holding("holds", "$2::uuid", "i.number_index")}`;

/** The number of an unreadable participant is empty. */
export const mustBeNumbers = (numbers: readonly string[]): void => {
  if (!numbers.every(isMsisdn))
    throw new StorageUnavailable("A participant of the conversation cannot be opened");
};

export const MESSAGE = recordsAmong((id) => `${id} = $1`);

export const MESSAGES = `${recordsAmong((id) => `${id} >= $5::uuid`)}
  and m.conversation_id = $1 and (m.received_at, m.id) > ($2::bigint, $3::uuid)
order by m.received_at, m.id limit $4`;

const rangeOf = (page: Page): readonly unknown[] => {
  const { at, id } = positionOf(page) ?? { at: -1, id: "00000000-0000-0000-0000-000000000000" };
  return [at, id, page.limit + 1];
};

/** No message of a conversation has a lower id: it is made after the conversation, by a process whose clock is not far off. */
const earliestMessage = (conversationId: string): string =>
  leastId(timeOfId(conversationId) - CLOCK_DIFFERENCE_MAX_MS);

const ERASE = `with ripe as (
  update conversation set erased = true
  where id in (
    select id from conversation where closed_at < $1 and not erased
      and id not in (select held_conversations($3)) order by closed_at limit $2 for update skip locked)
  returning id, opened_at),
erased as (
  update message m set payload = null from ripe
  where m.conversation_id = ripe.id and m.id >= ${earliestMessageOf("ripe")} and m.payload is not null)
select count(*) from ripe`;

interface WaitingRow {
  readonly key: string;
  readonly id: string;
  readonly received_at: number;
  readonly payload: Buffer;
}

const WAITING = "select key, id, received_at, payload from inbound_part where id = $1 and not joined";

const toPartRecord = async (
  { key, id, received_at, payload }: WaitingRow,
  sealed: SealedValues,
  execute: Execute,
): Promise<MessageRecord> => {
  const part = sealed.openPart(hexOf(key), payload);
  const [number] =
    part.ok && isMsisdn(part.value.to)
      ? await execute<{ service_id: string }>("select service_id from number where number = $1", [
          part.value.to,
        ])
      : [];
  return {
    ...{ id, receivedAt: received_at, state: "partial", segments: 1, attempts: 0, carrierMessageIds: [] },
    serviceId: number?.service_id ?? null,
    ...{ conversationId: null, senderId: null, recipientId: null, failure: null },
    ...{ retryOf: null, retriedAs: null },
    ...{ queuedAt: null, sentAt: null, finalAt: null },
    ...(part.ok
      ? { text: part.value.text, link: part.value.link }
      : { text: null, link: null, ...UNREADABLE }),
  };
};
