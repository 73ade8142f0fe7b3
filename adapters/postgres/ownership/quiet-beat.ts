import type { Execute } from "#adapters/postgres/execute.ts";
import type { Heartbeat, Membership } from "#core/ports/dispatch.ts";
import { membershipOf, OWNED, type OwnedRow, shareOf } from "./share-out.ts";

interface QuietRow extends OwnedRow {
  readonly kind: "gateway" | "api" | null;
  readonly gateways: number;
  readonly members: number;
  readonly has_silent: boolean;
  readonly has_free: boolean;
}

/**
 * A heartbeat by one statement, as nearly all of them find everything in its place. Null: there is more to do (somebody is silent, a
 * partition is to be taken, or this dispatcher has expired), and it must be done in turn with others. Whoever expires a dispatcher holds its row,
 * so that a beat which is counted was in time.
 */
export const quietBeat = async (
  execute: Execute,
  { dispatcher, recoverFrom, mayExpire }: Heartbeat,
): Promise<Membership | null> => {
  const [row] = await execute<QuietRow>(QUIET_BEAT, [dispatcher, recoverFrom]);
  const { kind, gateways, members, has_silent, has_free, partitions } = row!;
  const share = shareOf(kind, gateways, members);
  const isShort = has_free && partitions.length < share.partitions;
  if (kind === null || (mayExpire && has_silent) || isShort) return null;
  return { ...membershipOf(row!, share), recovered: { dispatchers: 0, messages: 0 } };
};

const QUIET_BEAT = `with beaten as (
  update dispatcher set beat_at = clock_timestamp(), recover_from = $2 where id = $1 and not expired returning kind)
select ${OWNED},
  (select kind from beaten) as kind,
  (select count(*)::int from dispatcher where not expired and kind = 'gateway') as gateways,
  (select count(*)::int from dispatcher where not expired) as members,
  exists (
    select from dispatcher where not expired and id <> $1
      and beat_at + lease_ms * interval '1 millisecond' <= clock_timestamp()) as has_silent,
  exists (select from partition_lease where owner is null) as has_free
from partition_lease where owner = $1`;
