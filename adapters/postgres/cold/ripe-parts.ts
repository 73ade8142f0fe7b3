import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/execute.ts";
import { ASKED } from "#adapters/postgres/hot/inbound-asks.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import { damagedAmong } from "#adapters/postgres/sealing/keys-in-use.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";
import type { StoredPart } from "#core/ports/traffic.ts";

/** Sets with a part of an unknown key that are passed over, so that they do not stand in the way of others. */
const PASSED_OVER_MAX = 1_000;

interface RipePartRow {
  readonly set_index: string;
  readonly key: string;
  readonly joined: boolean;
  readonly payload: Buffer;
}

const RIPE = `with ripe as (
  select set_index from inbound_part where not joined and total <> ${ASKED} and set_index <> all ($3::uuid[])
  group by set_index, total
  having count(distinct part) >= total or min(received_at) < $1
  order by min(position) limit $2)
select p.set_index, p.key, p.joined, p.payload from inbound_part p join ripe using (set_index)
where p.payload is not null order by p.position`;

/**
 * A damaged part is given up: its text is joined without it. A set with a part whose key this process lacks is left to those who have
 * the key.
 */
export const ripeParts = ({
  db,
  sealed,
}: {
  readonly db: Kysely<Schema>;
  readonly sealed: SealedValues;
}): Reconciliation["ripeParts"] => {
  const passedOver = new Set<string>();
  return async (startedBefore, limit) => {
    const rows = await executeIn(db)<RipePartRow>(RIPE, [startedBefore, limit, plainArray([...passedOver])]);
    const damaged: string[] = [];
    const sets: (readonly StoredPart[])[] = [];
    for (const [set, parts] of Map.groupBy(rows, ({ set_index }) => set_index)) {
      const opened = parts.map(({ key, payload }) => sealed.openPart(hexOf(key), payload));
      const unreadable = opened.flatMap((part, i) => (parts[i]!.joined || part.ok ? [] : [part.error]));
      if ((await damagedAmong(executeIn(db), unreadable)).includes(false)) {
        if (passedOver.size < PASSED_OVER_MAX) passedOver.add(set);
        continue;
      }
      damaged.push(...parts.filter(({ joined }, i) => !joined && !opened[i]!.ok).map(({ key }) => key));
      const readable = opened.flatMap((part, i) =>
        part.ok ? [{ ...part.value, isJoined: parts[i]!.joined }] : [],
      );
      if (readable.some(({ isJoined }) => !isJoined)) sets.push(readable);
    }
    if (damaged.length > 0) {
      await db.updateTable("inbound_part").set({ joined: true }).where("key", "in", damaged).execute();
    }
    return sets;
  };
};
