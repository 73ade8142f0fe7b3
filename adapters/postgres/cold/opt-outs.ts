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

interface OptOutRow extends Pick<OptOut, "since" | "source" | "word" | "scope"> {
  readonly holds: boolean;
  readonly own: boolean;
  readonly virtual_number: number | null;
}

const HOLDING = `select since, source, word, scope, virtual_number, holds, service_id = $2 as own from opt_out
where number_index = $1 and (service_id = $2 or (holds and scope = 'all')) order by own desc limit 1`;

const BY_PLATFORM = { source: "api", word: null, scope: "service", virtualNumber: null } as const;

export const postgresOptOuts = ({ db, index, sealed }: OptOutsContext): OptOuts => {
  const get = async (from: Kysely<Schema>, serviceId: string, number: Msisdn): Promise<OptOut | null> => {
    const [row] = await executeIn(from)<OptOutRow>(HOLDING, [(await index()).ofNumber(number), serviceId]);
    if (!row?.holds) return null;
    const { holds: _, own, virtual_number: virtualNumber, ...optOut } = row;
    // Which number somebody texted is no business of another service.
    return { number, ...optOut, virtualNumber: own ? msisdnOf(virtualNumber) : null };
  };

  const change = async (
    db: Kysely<Schema>,
    kind: "stop" | "start",
    serviceId: string,
    number: Msisdn,
    at: number,
  ) => {
    const numberIndex = (await index()).ofNumber(number);
    const sealedNumber = sealed.sealOptOut(numberIndex, number);
    const wish = {
      ...BY_PLATFORM,
      kind,
      serviceId,
      numberIndex,
      at,
      sealedNumber,
      isConfirmed: false,
      block: null,
    };
    await changeBlocks(executeIn(db), [wish]);
  };

  return {
    get: (serviceId, number) => get(db, serviceId, number),
    put: (serviceId, number, at) =>
      db.transaction().execute(async (trx) => {
        await change(trx, "stop", serviceId, number, at);
        return (await get(trx, serviceId, number))!;
      }),
    remove: (serviceId, number, at) =>
      db.transaction().execute((trx) => change(trx, "start", serviceId, number, at)),
    wishes: async (serviceId, number) => {
      const rows = await db
        .selectFrom("wish")
        .select(["kind", "at", "source", "word", "scope", "virtual_number"])
        .where("number_index", "=", (await index()).ofNumber(number))
        .where("service_id", "=", serviceId)
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
