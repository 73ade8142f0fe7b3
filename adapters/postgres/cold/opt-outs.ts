import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { OptOut, OptOuts } from "#core/ports/opt-outs.ts";
import { changeBlocks } from "./blocks.ts";

interface OptOutsContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

const BY_PLATFORM = { source: "api", word: null, scope: "service", virtualNumber: null } as const;

export const postgresOptOuts = ({ db, index, sealed }: OptOutsContext): OptOuts => {
  const get = async (from: Kysely<Schema>, number: Msisdn): Promise<OptOut | null> => {
    const row = await from
      .selectFrom("opt_out")
      .select(["since", "source", "word", "scope", "virtual_number"])
      .where("number_index", "=", (await index()).ofNumber(number))
      .executeTakeFirst();
    if (!row) return null;
    const { virtual_number: virtualNumber, ...optOut } = row;
    return { number, ...optOut, virtualNumber: msisdnOf(virtualNumber) };
  };

  const change = async (db: Kysely<Schema>, kind: "stop" | "start", number: Msisdn, at: number) => {
    const numberIndex = (await index()).ofNumber(number);
    const sealedNumber = sealed.sealOptOut(numberIndex, number);
    const wish = { ...BY_PLATFORM, kind, numberIndex, at, sealedNumber, isConfirmed: false, block: null };
    await changeBlocks(executeIn(db), [wish]);
  };

  return {
    get: (number) => get(db, number),
    put: (number, at) =>
      db.transaction().execute(async (trx) => {
        await change(trx, "stop", number, at);
        return (await get(trx, number))!;
      }),
    remove: (number, at) => db.transaction().execute((trx) => change(trx, "start", number, at)),
    wishes: async (number) => {
      const rows = await db
        .selectFrom("wish")
        .select(["kind", "at", "source", "word", "scope", "virtual_number"])
        .where("number_index", "=", (await index()).ofNumber(number))
        .orderBy("position")
        .execute();
      return rows.map(({ virtual_number: virtualNumber, ...wish }) => ({
        ...wish,
        virtualNumber: msisdnOf(virtualNumber),
      }));
    },
  };
};

const msisdnOf = (number: number | string | null): Msisdn | null =>
  number === null ? null : (String(number) as Msisdn);
