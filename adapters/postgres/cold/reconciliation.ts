import type { Kysely } from "kysely";
import { type ConnectionPool, withConnection } from "#adapters/postgres/connection.ts";
import { executeIn, executeOn } from "#adapters/postgres/execute.ts";
import { applyParked } from "#adapters/postgres/hot/apply-parked.ts";
import { ASKED } from "#adapters/postgres/hot/inbound-asks.ts";
import { consumeParts, hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import { matchParked } from "#adapters/postgres/hot/parked-receipts.ts";
import { combinePartReceipts, openPartReceiptsOf } from "#adapters/postgres/hot/part-receipts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import { isLastPart } from "#adapters/postgres/sql/last-part.ts";
import { clockSkew } from "#adapters/postgres/table-partitions/clock-skew.ts";
import { createPartitions } from "#adapters/postgres/table-partitions/create-partitions.ts";
import { partitionDropper } from "#adapters/postgres/table-partitions/drop-partitions.ts";
import { keyGuard } from "#adapters/postgres/table-partitions/key-guard.ts";
import type { IdRange } from "#adapters/postgres/table-partitions/periods.ts";
import { combineReceipts } from "#core/domain/receipt.ts";
import type { Clock } from "#core/ports/clock.ts";
import { type Due, OVERDUE_GRACE_MS, type Reconciliation } from "#core/ports/reconciliation.ts";
import { dropExcess } from "./excess.ts";
import { openAsks } from "./open-asks.ts";
import { ripeParts } from "./ripe-parts.ts";
import { sentMatches } from "./sent-matches.ts";
import { unreceiptedMessages } from "./unreceipted.ts";
import { waitingTexts } from "./waiting-texts.ts";

/** As the questions themselves ask, each by its index. */
const DUE = `select
  exists (select from conversation where closed_at is null and check_at <= $1) as conversations,
  exists (select from parked_receipt) or exists (
    select from accepted a where a.parts > 1 and ${isLastPart("a")} and a.message_id >= $2
      and not exists (select from message_outcome v where v.message_id = a.message_id and v.message_id >= $2 and v.at is not null)) as receipts,
  exists (select from inbound_part where not joined and total <> ${ASKED}) as parts,
  exists (select from queue where expires_at <= $1 and (claimed_by is null or expires_at <= $1 - ${OVERDUE_GRACE_MS})) as messages`;

/** Candidates looked at for each one that is wanted: those that can be ended go first. */
const LOOK_AHEAD = 4;

interface ReconciliationContext {
  readonly db: Kysely<Schema>;
  readonly connections: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
  readonly clock: Clock;
  readonly firstPeriodEnd: () => Promise<number>;
  readonly receiptIdRange: () => IdRange;
}

export const MULTIPART = `select distinct a.message_id as id,
  (select f.at from part_receipt f where f.message_id = a.message_id and f.message_id >= $1 limit 1) is not null as has_receipt
from accepted a
where a.parts > 1 and ${isLastPart("a")} and a.message_id >= $1
  and (select v.at from message_outcome v where v.message_id = a.message_id and v.message_id >= $1) is null
order by has_receipt desc, id limit $2`;

/** Mostly nothing is, and then nothing else is asked. */
const IS_PARKED = "select exists (select from parked_receipt) as is_parked";

export const postgresReconciliation = ({
  db,
  connections,
  index,
  sealed,
  clock,
  firstPeriodEnd,
  receiptIdRange,
}: ReconciliationContext): Reconciliation => {
  const forget = partitionDropper();
  return {
    due: (now) =>
      withConnection(connections, async (connection) => {
        const [due] = await executeOn(connection)<Due>(DUE, [now, receiptIdRange().from]);
        return due!;
      }),
    matchParked: (limit) =>
      withConnection(connections, async (connection) => {
        const { from } = receiptIdRange();
        const [parked] = await executeOn(connection)<{ is_parked: boolean }>(IS_PARKED);
        if (!parked!.is_parked) return 0;
        const { matched, multipartIds } = await applyParked(
          connection,
          sealed,
          (execute) => matchParked(execute, limit, from),
          from,
        );
        if (multipartIds.length > 0) await combinePartReceipts(connection, multipartIds);
        return matched;
      }),
    openPartReceipts: async (limit) => {
      const open = await withConnection(connections, async (connection) => {
        const execute = executeOn(connection);
        const wanted = [receiptIdRange().from, limit * LOOK_AHEAD];
        const candidates = await execute<{ id: string }>(MULTIPART, wanted);
        if (candidates.length === 0) return [];
        return openPartReceiptsOf(
          execute,
          candidates.map(({ id }) => id),
        );
      });
      const canEnd = (message: (typeof open)[number]): boolean =>
        combineReceipts(message.messageId, message.parts) !== null;
      return open.toSorted((a, b) => Number(canEnd(b)) - Number(canEnd(a))).slice(0, limit);
    },
    ripeParts: ripeParts({ db, sealed }),
    openAsks: openAsks({ db, sealed, index }),
    dropParts: async (keys) => {
      const sealing = await index();
      await consumeParts(
        executeIn(db),
        keys.map((key) => sealing.of("key", key)),
      );
    },
    eraseJoinedParts: async (receivedBefore) => {
      await db
        .updateTable("inbound_part")
        .set({ payload: null })
        .where("joined", "=", true)
        .where("payload", "is not", null)
        .where("received_at", "<", receivedBefore)
        .execute();
    },
    unreceipted: unreceiptedMessages(connections),
    acceptedAt: async (keys) => {
      const sealing = await index();
      const indexes = keys.map((key) => sealing.of("key", key));
      const { since } = keyGuard(clock.now(), await firstPeriodEnd(), []);
      const rows = await withConnection(connections, (connection) =>
        executeOn(connection)<TakenRow>(TAKEN, [plainArray(indexes), since]),
      );
      const cameAt = ({ id, received_at, payload }: TakenRow): number => {
        const opened = payload && sealed.openMessage(id, payload);
        return (opened?.ok && opened.value.hold?.since) || received_at;
      };
      const acceptedAt = new Map(rows.map((row) => [hexOf(row.key), cameAt(row)]));
      return indexes.map((key) => acceptedAt.get(key) ?? null);
    },
    matchSent: sentMatches({ connections, sealed, receiptIdRange }),
    waiting: waitingTexts(connections),
    overdue: async (now, limit) => {
      const rows = await db
        .selectFrom("queue")
        .select("message_id as id")
        .where((on) =>
          on.or([
            on.and([on("claimed_by", "is", null), on("expires_at", "<=", now)]),
            on("expires_at", "<=", now - OVERDUE_GRACE_MS),
          ]),
        )
        .orderBy("expires_at")
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    prune: async (before) => {
      const dropped = await db.deleteFrom("parked_receipt").where("at", "<", before).executeTakeFirst();
      await db
        .deleteFrom("inbound_part")
        .where("joined", "=", true)
        .where("received_at", "<", before)
        .execute();
      await executeIn(db)(FORGET_TOLD);
      return { parkedReceipts: Number(dropped.numDeletedRows) };
    },
    dropExcess: dropExcess(connections),
    createPartitions: (now) => withConnection(connections, (connection) => createPartitions(connection, now)),
    dropPartitions: (receivedBefore) =>
      withConnection(connections, async (connection) => {
        // What is dropped is gone: one clock that is wrong must not be enough.
        const ahead = await clockSkew(executeOn(connection), clock);
        await forget(connection, receivedBefore - ahead);
      }),
  };
};

/** Of whom nothing is told any more. */
const FORGET_TOLD = `delete from told_state where subject in (
  select t.subject from told_state t where t.subject like 'participant %' and not exists (
    select from participant p join conversation c on c.id = p.conversation_id
    where p.id = substr(t.subject, 13)::uuid and p.left_at is null and c.closed_at is null)
  limit 1000)`;

interface TakenRow {
  readonly key: string;
  readonly id: string;
  readonly received_at: number;
  readonly payload: Buffer | null;
}

/** When an id was made: a UUIDv7 begins by milliseconds (RFC 9562). */
const MADE_AT = "('x' || left(replace(id::text, '-', ''), 12))::bit(48)::bigint";

/** What has its turn later says in its payload when it came. */
export const TAKEN = `select key, id, received_at, case when sender_id is not null and received_at > ${MADE_AT} then payload end as payload
from message where key = any ($1::uuid[]) and id >= $2
union all
select key, id, received_at, null from inbound_part where key = any ($1::uuid[])`;
