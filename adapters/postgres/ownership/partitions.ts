import type { Execute } from "#adapters/postgres/execute.ts";
import { PARTITIONS } from "#core/domain/partition.ts";
import type { Membership } from "#core/ports/dispatch.ts";

interface MemberRow {
  readonly id: string;
  readonly kind: "gateway" | "api";
}

/** Moves partitions towards an even share: free ones are taken up to it, and what is above it is to be released. */
export const shareOut = async (execute: Execute, dispatcher: string): Promise<Membership> => {
  const members = await execute<MemberRow>("select id, kind from dispatcher where not expired");
  const gateways = members.filter(({ kind }) => kind === "gateway");
  const eligible = gateways.length > 0 ? gateways : members;
  const share = eligible.some(({ id }) => id === dispatcher) ? Math.ceil(PARTITIONS / eligible.length) : 0;
  await execute(TAKE, [dispatcher, share]);
  const owned = await execute<{ partition: number }>(
    "select partition from partition_lease where owner = $1 order by partition",
    [dispatcher],
  );
  const partitions = owned.map(({ partition }) => partition);
  return { partitions, release: partitions.slice(share), dispatchers: eligible.length };
};

const TAKE = `update partition_lease set owner = $1
where partition in (
  select partition from partition_lease where owner is null order by partition
  limit greatest(0, $2::integer - (select count(*) from partition_lease where owner = $1)))`;
