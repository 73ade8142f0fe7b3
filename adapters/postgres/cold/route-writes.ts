import type { Execute } from "#adapters/postgres/execute.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { bigintArray, uuidArray } from "#adapters/postgres/sql/binary-array.ts";
import { byteaArray } from "#adapters/postgres/sql/bytea-array.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import { BLOCKED_BY, SENDER_WISHES, WISH_COLUMNS } from "./blocks.ts";

/** Held shared while routes are made, and exclusively while our numbers change. */
const POOL_LOCK = 7_340_292;

export const SHARED_POOL_LOCK = `select pg_advisory_xact_lock_shared(${POOL_LOCK})`;

export const lockPool = async (execute: Execute, mode: "exclusive" | "shared"): Promise<void> => {
  await execute(`select pg_advisory_xact_lock${mode === "shared" ? "_shared" : ""}(${POOL_LOCK})`);
};

export interface RouteLife {
  readonly serviceId: string;
  readonly openedAt: number;
  readonly expiresAt: number | null;
}

/**
 * Writes routes whose pairs are free, and whose virtual numbers are active numbers of the service: rule 1 is the primary key, and the `where` of the update says
 * when a pair is free. The caller holds the locks of the pool and of the participants. `condition`: of all routes.
 */
export const defineStatement = (
  condition = "true",
): string => `insert into route as r (sender_index, virtual_number,
  conversation_id, sender_id, recipient_id, recipient_index, recipient, source, opened_at, expires_at, ${WISH_COLUMNS})
select r.sender_index, r.virtual_number, r.conversation_id, r.sender_id, r.recipient_id, r.recipient_index, r.recipient, r.source,
  r.opened_at, r.expires_at, ${BLOCKED_BY}, ${SENDER_WISHES}
from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bytea[], $8::bigint[], $9::bigint[],
    $10::bigint[], $11::uuid[])
  as r (sender_index, virtual_number, conversation_id, sender_id, recipient_id, recipient_index, recipient, source, opened_at,
    expires_at, service_id)
where ${condition} and ((select n.state in ('active', 'reserved') and n.service_id = r.service_id from number n where n.number = r.virtual_number)
  or (select own.conversation_id = $12 and own.closed_at is null from route own
    where own.sender_index = r.sender_index and own.virtual_number = r.virtual_number))
order by r.sender_index, r.virtual_number
on conflict (sender_index, virtual_number) do update set
  conversation_id = excluded.conversation_id, sender_id = excluded.sender_id, recipient_id = excluded.recipient_id,
  recipient_index = excluded.recipient_index, recipient = excluded.recipient, source = excluded.source,
  version = excluded.version, opened_at = excluded.opened_at, expires_at = excluded.expires_at, blocked_by = excluded.blocked_by,
  sender_opted_out_by = excluded.sender_opted_out_by, stop_confirmed_at = excluded.stop_confirmed_at,
  unblock_until = excluded.unblock_until, held_until = null,
  closed_at = null, quarantined_until = null
where (r.closed_at is null and r.conversation_id = $12)
  or (r.closed_at is not null
    and (r.recipient_index = excluded.recipient_index or r.quarantined_until <= excluded.opened_at))
returning conversation_id`;

/**
 * The twelve parameters of a {@link defineStatement}. `replacing`: the conversation whose own live routes may be replaced at once.
 */
export const definitionOf = (
  { index, sealed }: { readonly index: BlindIndex; readonly sealed: SealedValues },
  routes: readonly (RouteDefinition & RouteLife)[],
  replacing: string | null,
): readonly unknown[] => [
  uuidArray(routes.map(({ sender }) => index.ofNumber(sender))),
  bigintArray(routes.map(({ virtualNumber }) => virtualNumber)),
  uuidArray(routes.map(({ conversationId }) => conversationId)),
  uuidArray(routes.map(({ senderId }) => senderId)),
  uuidArray(routes.map(({ recipientId }) => recipientId)),
  uuidArray(routes.map(({ recipient }) => index.ofNumber(recipient))),
  byteaArray(
    routes.map((route) =>
      sealed.sealRecipient({ ...route, senderIndex: index.ofNumber(route.sender) }, route.recipient),
    ),
  ),
  bigintArray(routes.map(({ source }) => source)),
  bigintArray(routes.map(({ openedAt }) => openedAt)),
  bigintArray(routes.map(({ expiresAt }) => expiresAt)),
  uuidArray(routes.map(({ serviceId }) => serviceId)),
  replacing,
];

/** Whether the number of this blind index is a virtual number. */
export const isOwnNumber = async (execute: Execute, numberIndex: string): Promise<boolean> =>
  (await execute("select 1 from number where number_index = $1", [numberIndex])).length > 0;

/** Closes live routes of a conversation, of all senders or of one participant, in the order of their keys. */
export const closeRoutes = async (
  execute: Execute,
  {
    conversationId,
    senderId,
    at,
    quarantinedUntil,
  }: {
    readonly conversationId: string;
    readonly senderId: string | null;
    readonly at: number;
    readonly quarantinedUntil: number;
  },
): Promise<void> => {
  await execute(
    `update route r set closed_at = $2, quarantined_until = $3, version = nextval('route_version')
     from (select sender_index, virtual_number from route
       where conversation_id = $1 and closed_at is null and ($4::uuid is null or sender_id = $4)
       order by sender_index, virtual_number for update) live
     where r.sender_index = live.sender_index and r.virtual_number = live.virtual_number`,
    [conversationId, at, quarantinedUntil, senderId],
  );
};
