import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/execute.ts";
import { ASKED } from "#adapters/postgres/hot/inbound-asks.ts";
import { consumeParts, hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { damagedAmong } from "#adapters/postgres/sealing/keys-in-use.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { plainArray } from "#adapters/postgres/sql/array-literal.ts";
import type { Reconciliation } from "#core/ports/reconciliation.ts";
import type { OpenAsk } from "#core/ports/traffic.ts";

/** Texts of an unknown key that are passed over, so that they do not stand in the way of others. */
const PASSED_OVER_MAX = 1_000;

const OPEN = `select key, payload from (
  select distinct on (set_index) key, payload, position from inbound_part
  where not joined and total = ${ASKED} and part = any ($1::smallint[])
  order by set_index, position) head
where key <> all ($2::uuid[]) order by position limit $3`;

interface OpenAskRow {
  readonly key: string;
  readonly payload: Buffer;
}

/** A damaged text is given up, as nobody can read it; one whose key this process lacks is left to those who have the key. */
export const openAsks = ({
  db,
  sealed,
  index,
}: {
  readonly db: Kysely<Schema>;
  readonly sealed: SealedValues;
  readonly index: () => Promise<BlindIndex>;
}): Reconciliation["openAsks"] => {
  const passedOver = new Set<string>();
  return async (partitions, except, limit) => {
    const execute = executeIn(db);
    const blind = await index();
    const excepted = [...except.map((key) => blind.of("key", key)), ...passedOver];
    const wanted = [plainArray([...partitions]), plainArray(excepted), limit];
    const asks: OpenAsk[] = [];
    const damaged: string[] = [];
    for (const { key, payload } of await execute<OpenAskRow>(OPEN, wanted)) {
      const opened = sealed.openPart(hexOf(key), payload);
      if (opened.ok) {
        const { key, from, to, text, receivedAt, link, reference } = opened.value;
        asks.push({ key, from, to, text, receivedAt, link, conversationId: reference });
      } else if ((await damagedAmong(execute, [opened.error])).includes(false)) {
        if (passedOver.size < PASSED_OVER_MAX) passedOver.add(key);
      } else damaged.push(key);
    }
    await consumeParts(execute, damaged);
    return asks;
  };
};
