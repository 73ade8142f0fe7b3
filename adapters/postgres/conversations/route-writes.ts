import type { Msisdn } from "#core/domain/msisdn.ts";
import type { RouteDefinition } from "#core/domain/route.ts";
import type { BlindIndex } from "../blind-index.ts";
import type { Execute } from "../database.ts";
import type { SealedValues } from "../sealed-values.ts";
import { plainArray, textArray } from "../sql/array-literal.ts";
import { BARRED } from "./bars.ts";

/** Held shared while routes are made, and alone while our numbers change. */
const POOL_LOCK = 7_340_292;

export const SHARED_POOL_LOCK = `select pg_advisory_xact_lock_shared(${POOL_LOCK})`;

export const lockPool = async (execute: Execute, mode: "alone" | "shared"): Promise<void> => {
  await execute(`select pg_advisory_xact_lock${mode === "shared" ? "_shared" : ""}(${POOL_LOCK})`);
};

export interface RouteLife {
  readonly openedAt: number;
  readonly expiresAt: number | null;
  /** The conversation whose own live pairs may be given a new meaning at once. */
  readonly replacing: string | null;
}

/**
 * Gives pairs their meaning, if they are free, and the numbers are in use and nobody's own: rule 1 is the primary key, and the
 * `where` of the update says when a pair is free. Wants the locks of the pool and of the people.
 */
export const DEFINE = `insert into route as r (sender_index, virtual_number, conversation_id, sender_id, recipient_id, recipient_index,
  recipient, source, opened_at, expires_at, barred)
select r.*, $9, $10, ${BARRED}
from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::uuid[], $6::uuid[], $7::bytea[], $8::bigint[])
  as r (sender_index, virtual_number, conversation_id, sender_id, recipient_id, recipient_index, recipient, source)
where exists (select from number n where n.number = r.virtual_number
    and (n.state = 'active' or exists (select from route own
      where own.sender_index = r.sender_index and own.virtual_number = r.virtual_number
        and own.conversation_id = $11 and own.closed_at is null)))
order by r.sender_index, r.virtual_number
on conflict (sender_index, virtual_number) do update set
  conversation_id = excluded.conversation_id, sender_id = excluded.sender_id, recipient_id = excluded.recipient_id,
  recipient_index = excluded.recipient_index, recipient = excluded.recipient, source = excluded.source,
  version = excluded.version, opened_at = excluded.opened_at, expires_at = excluded.expires_at, barred = excluded.barred,
  closed_at = null, quarantined_until = null
where (r.closed_at is null and r.conversation_id = $11)
  or (r.closed_at is not null
    and (r.recipient_index = excluded.recipient_index or r.quarantined_until <= excluded.opened_at))
returning 1`;

/** Whether all of them could be given. If not, the transaction is to be rolled back. */
export const defineRoutes = async (
  execute: Execute,
  { index, sealed }: { readonly index: BlindIndex; readonly sealed: SealedValues },
  routes: readonly RouteDefinition[],
  { openedAt, expiresAt, replacing }: RouteLife,
): Promise<boolean> => {
  const written = await execute(
    DEFINE,
    definitionOf({ index, sealed }, routes, { openedAt, expiresAt, replacing }),
  );
  return written.length === routes.length;
};

/** The eleven parameters of {@link DEFINE}. */
export const definitionOf = (
  { index, sealed }: { readonly index: BlindIndex; readonly sealed: SealedValues },
  routes: readonly RouteDefinition[],
  { openedAt, expiresAt, replacing }: RouteLife,
): readonly unknown[] => {
  const of = (value: (route: RouteDefinition) => string): string => plainArray(routes.map(value));
  return [
    of(({ sender }) => index.ofNumber(sender)),
    of(({ virtualNumber }) => virtualNumber),
    of(({ conversationId }) => conversationId),
    of(({ senderId }) => senderId),
    of(({ recipientId }) => recipientId),
    of(({ recipient }) => index.ofNumber(recipient)),
    textArray(
      routes.map((each) => `\\x${sealed.sealRecipient(each.recipientId, each.recipient).toString("hex")}`),
    ),
    of(({ source }) => source),
    openedAt,
    expiresAt,
    replacing,
  ];
};

/** Whether one of these is a number of ours. */
export const isOurs = async (execute: Execute, numbers: readonly Msisdn[]): Promise<boolean> =>
  (await execute("select 1 from number where number = any ($1::bigint[])", [plainArray(numbers)])).length > 0;

/** Ends live routes of a conversation, of all senders or of one participant. */
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
    `update route set closed_at = $2, quarantined_until = $3, version = nextval('route_version')
     where conversation_id = $1 and closed_at is null and ($4::uuid is null or sender_id = $4)`,
    [conversationId, at, quarantinedUntil, senderId],
  );
};
