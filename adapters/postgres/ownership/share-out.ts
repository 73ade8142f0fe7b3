import type { Selectable } from "kysely";
import { LINK_SETTINGS, settingsOf } from "#adapters/postgres/cold/link-settings.ts";
import type { Execute } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import { PARTITIONS } from "#core/domain/partition.ts";
import type { Membership } from "#core/ports/dispatch.ts";

interface MemberRow {
  readonly id: string;
  readonly kind: "gateway" | "api";
}

/** Moves partitions towards an even share: free ones are taken up to it, and what is above it is to be released. */
export const shareOut = async (
  execute: Execute,
  dispatcher: string,
): Promise<Omit<Membership, "recovered">> => {
  const members = await execute<MemberRow>("select id, kind from dispatcher where not expired");
  const gateways = members.filter(({ kind }) => kind === "gateway");
  const eligible = gateways.length > 0 ? gateways : members;
  const share = eligible.some(({ id }) => id === dispatcher) ? Math.ceil(PARTITIONS / eligible.length) : 0;
  await execute(TAKE, [dispatcher, share]);
  const [owned] = await execute<OwnedRow>(OWNED, [dispatcher]);
  const { partitions, idle_ms, storage_now, link_settings } = owned!;
  return {
    partitions,
    release: partitions.slice(share),
    dispatchers: eligible.length,
    idleMs: idle_ms ?? Number.POSITIVE_INFINITY,
    storageNow: storage_now,
    linkSettings: settingsOf(link_settings),
  };
};

interface OwnedRow {
  readonly partitions: readonly number[];
  readonly idle_ms: number | null;
  readonly storage_now: number;
  readonly link_settings: readonly Selectable<Schema["link_setting"]>[];
}

/** Always one row. */
const OWNED = `select coalesce(array_agg(partition::integer order by partition), '{}') as partitions,
  (extract(epoch from clock_timestamp() - max(freed_at)) * 1000)::float8 as idle_ms,
  floor(extract(epoch from clock_timestamp()) * 1000)::bigint as storage_now,
  ${LINK_SETTINGS} as link_settings
from partition_lease where owner = $1`;

const TAKE = `update partition_lease set owner = $1
where partition in (
  select partition from partition_lease where owner is null order by partition
  limit greatest(0, $2::integer - (select count(*) from partition_lease where owner = $1)))`;
