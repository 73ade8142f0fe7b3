import type { Kysely } from "kysely";
import { type Execute, executeIn } from "#adapters/postgres/database.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";
import { changeBars } from "./blocks.ts";

export interface OptOutsContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
}

export const postgresOptOuts = ({ db, index }: OptOutsContext): OptOuts => {
  const get = async (execute: Execute, number: Msisdn): Promise<OptOut | null> => {
    const person = (await index()).ofNumber(number);
    const [row] = await execute<{ since: number }>("select since from opt_out where number_index = $1", [
      person,
    ]);
    return row ? { number, since: row.since } : null;
  };
  return {
    get: (number) => get(executeIn(db), number),
    put: async (number, at) => {
      const person = (await index()).ofNumber(number);
      return db.transaction().execute(async (trx) => {
        const execute = executeIn(trx);
        await changeBars(execute, [{ kind: "opt-out", person, at }]);
        return (await get(execute, number))!;
      });
    },
    remove: async (number) => {
      const person = (await index()).ofNumber(number);
      await db.transaction().execute((trx) => changeBars(executeIn(trx), [{ kind: "opt-in", person }]));
    },
  };
};
