import { LRUCache } from "lru-cache";
import type { ConnectionPool } from "#adapters/postgres/connection.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { type RouteKey, routeRow, type SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { bigintArrayOf, uuidArray } from "#adapters/postgres/sql/binary-array.ts";
import type { Block } from "#core/domain/block.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { Pair } from "#core/domain/pair.ts";
import type { Route } from "#core/domain/route.ts";
import { NO_WISHES, type SenderWishes } from "#core/domain/sender-wishes.ts";
import type { FoundRoute } from "#core/ports/traffic.ts";

/** Recipients whose opened number is cached. A participant's number never changes. */
const RECIPIENTS_MAX = 100_000;

/** By the key of each pair, whatever size the table had when the statement was planned. */
export const ROUTES = `select i.ordinal, r.conversation_id, r.sender_id, r.recipient_id, r.recipient, r.source, r.version, r.opened_at,
  r.expires_at, r.closed_at, r.quarantined_until, r.blocked_by,
  r.sender_opted_out_by, r.stop_confirmed_at, r.unblock_until, r.held_until
from unnest($1::uuid[], $2::bigint[]) with ordinality as i (sender_index, virtual_number, ordinal)
cross join lateral (
  select * from route where sender_index = i.sender_index and virtual_number = i.virtual_number offset 0) r`;

interface RouteRow {
  readonly ordinal: number;
  readonly conversation_id: string;
  readonly sender_id: string;
  readonly recipient_id: string;
  readonly recipient: Buffer;
  readonly source: number;
  readonly version: number;
  readonly opened_at: number;
  readonly expires_at: number | null;
  readonly closed_at: number | null;
  readonly quarantined_until: number | null;
  readonly blocked_by: Block | null;
  readonly sender_opted_out_by: SenderWishes["optedOutBy"];
  readonly stop_confirmed_at: number | null;
  readonly unblock_until: number | null;
  readonly held_until: number | null;
}

interface ReadRoutesOptions {
  readonly pool: ConnectionPool;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

/** The routes of pairs, in one round trip. */
export const readRoutes = ({ pool, index, sealed }: ReadRoutesOptions) => {
  const numbers = new LRUCache<string, Msisdn>({ max: RECIPIENTS_MAX });

  const recipientOf = (route: RouteKey, value: Buffer): Msisdn | null => {
    const row = routeRow(route);
    const known = numbers.get(row);
    if (known !== undefined) return known;
    const number = sealed.openRecipient(route, value);
    if (!number.ok) return null;
    numbers.set(row, number.value);
    return number.value;
  };

  const toRoute = (pair: Pair, senderIndex: string, row: RouteRow): Route | "unreadable" => {
    const { virtualNumber } = pair;
    const [conversationId, recipientId] = [row.conversation_id, row.recipient_id];
    const recipient = recipientOf({ senderIndex, virtualNumber, conversationId, recipientId }, row.recipient);
    if (recipient === null) return "unreadable";
    return {
      sender: pair.sender,
      virtualNumber,
      conversationId,
      senderId: row.sender_id,
      recipientId,
      recipient,
      source: String(row.source) as Msisdn,
      version: String(row.version),
      openedAt: row.opened_at,
      expiresAt: row.expires_at,
      closedAt: row.closed_at,
      quarantinedUntil: row.quarantined_until,
      blockedBy: row.blocked_by,
      senderWishes: senderWishesOf(row),
      ...(row.held_until !== null && { heldUntil: row.held_until }),
    };
  };

  return async (pairs: readonly Pair[]): Promise<readonly FoundRoute[]> => {
    if (pairs.length === 0) return [];
    const blind = await index();
    const senders = pairs.map(({ sender }) => blind.ofNumber(sender));
    const values = [uuidArray(senders), bigintArrayOf(pairs, ({ virtualNumber }) => virtualNumber)];
    const connection = await pool.connect();
    try {
      const { rows } = await connection.query<RouteRow>({ name: "routes", text: ROUTES, values });
      const routes: FoundRoute[] = pairs.map(() => null);
      for (const row of rows) {
        const at = row.ordinal - 1;
        routes[at] = toRoute(pairs[at]!, senders[at]!, row);
      }
      return routes;
    } finally {
      connection.release();
    }
  };
};

/** Mostly there are none, and a cached route then costs nothing for them. */
const senderWishesOf = (row: RouteRow): SenderWishes => {
  const {
    sender_opted_out_by: optedOutBy,
    stop_confirmed_at: confirmedAt,
    unblock_until: unblockUntil,
  } = row;
  return optedOutBy === null && unblockUntil === null ? NO_WISHES : { optedOutBy, confirmedAt, unblockUntil };
};
