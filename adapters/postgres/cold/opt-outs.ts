import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";
import { changeBlocks } from "./blocks.ts";

interface OptOutsContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
}

export const postgresOptOuts = ({ db, index }: OptOutsContext): OptOuts => {
  const get = async (from: Kysely<Schema>, number: Msisdn): Promise<OptOut | null> => {
    const row = await from
      .selectFrom("opt_out")
      .select("since")
      .where("number_index", "=", (await index()).ofNumber(number))
      .executeTakeFirst();
    return row ? { number, since: row.since } : null;
  };
  return {
    get: (number) => get(db, number),
    put: async (number, at) => {
      const numberIndex = (await index()).ofNumber(number);
      return db.transaction().execute(async (trx) => {
        await changeBlocks(executeIn(trx), [{ kind: "opt-out", number: numberIndex, at }]);
        return (await get(trx, number))!;
      });
    },
    remove: async (number) => {
      const numberIndex = (await index()).ofNumber(number);
      await db
        .transaction()
        .execute((trx) => changeBlocks(executeIn(trx), [{ kind: "opt-in", number: numberIndex }]));
    },
  };
};
