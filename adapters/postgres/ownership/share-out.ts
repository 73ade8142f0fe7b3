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
  const gateways = members.filter(({ kind }) => kind === "gateway").length;
  const self = members.find(({ id }) => id === dispatcher) ?? null;
  const share = shareOf(self?.kind ?? null, gateways, members.length);
  await execute(TAKE, [dispatcher, share.partitions]);
  const [owned] = await execute<OwnedRow>(`select ${OWNED} from partition_lease where owner = $1`, [
    dispatcher,
  ]);
  return membershipOf(owned!, share);
};

/** How many partitions one dispatcher should have, and how many dispatchers share them: gateways, where there is one. */
export interface Share {
  readonly partitions: number;
  readonly dispatchers: number;
}

export const shareOf = (kind: MemberRow["kind"] | null, gateways: number, members: number): Share => {
  const dispatchers = gateways > 0 ? gateways : members;
  const isEligible = kind === "gateway" || (kind !== null && gateways === 0);
  return { partitions: isEligible ? Math.ceil(PARTITIONS / dispatchers) : 0, dispatchers };
};

export const membershipOf = (
  { partitions, idle_ms, storage_now, link_settings }: OwnedRow,
  share: Share,
): Omit<Membership, "recovered"> => ({
  partitions,
  release: partitions.slice(share.partitions),
  dispatchers: share.dispatchers,
  idleMs: idle_ms ?? Number.POSITIVE_INFINITY,
  storageNow: storage_now,
  linkSettings: settingsOf(link_settings),
});

export interface OwnedRow {
  readonly partitions: readonly number[];
  readonly idle_ms: number | null;
  readonly storage_now: number;
  readonly link_settings: readonly Selectable<Schema["link_setting"]>[];
}

/** Of the partitions of one owner; always one row. */
export const OWNED = `coalesce(array_agg(partition::integer order by partition), '{}') as partitions,
  (extract(epoch from clock_timestamp() - max(freed_at)) * 1000)::float8 as idle_ms,
  floor(extract(epoch from clock_timestamp()) * 1000)::bigint as storage_now,
  ${LINK_SETTINGS} as link_settings`;

const TAKE = `update partition_lease set owner = $1
where partition in (
  select partition from partition_lease where owner is null order by partition
  limit greatest(0, $2::integer - (select count(*) from partition_lease where owner = $1)))`;
