import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { sliceOf } from "#adapters/postgres/sql/page.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import type { StopScope } from "#core/domain/wishes/wish.ts";
import type { ListedOptOut, OptOut, OptOuts } from "#core/ports/opt-outs.ts";
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

const LISTED = "since, source, word, scope, virtual_number, number_index, number, service_id";
/** $1 and $2 and $3: the position that the page begins after. */
const AFTER = "(since, number_index, service_id) > ($1::bigint, $2::uuid, $3::uuid)";
const BY_TIME = "order by since, number_index, service_id limit $4";

const LIST_ALL = `select ${LISTED} from opt_out where holds and ${AFTER} ${BY_TIME}`;

/** What was said there, and what was said elsewhere for all: once, however often. */
const LIST_SERVICE = `select * from (
  (select ${LISTED} from opt_out where service_id = $5 and holds and ${AFTER} ${BY_TIME})
  union all
  select * from (
    select distinct on (number_index) ${LISTED} from opt_out o where holds and scope = 'all' and service_id <> $5
      and not exists (select from opt_out own where own.number_index = o.number_index and own.service_id = $5)
    order by number_index, since, service_id) elsewhere where ${AFTER}) listed ${BY_TIME}`;

interface ListedRow extends Omit<OptOutRow, "holds" | "own"> {
  readonly number_index: string;
  readonly number: Buffer | null;
  readonly service_id: string;
}

const START = { since: -1, number: "00000000-0000-0000-0000-000000000000" } as const;

/** The cursor of a row: `1768478400000.018f….018f…`; of anything else the start of the list. */
const positionOf = (after: string | null): readonly (number | string)[] => {
  const [, since, number, service] =
    /^([0-9]{1,15})\.([0-9a-f-]{36})\.([0-9a-f-]{36})$/.exec(after ?? "") ?? [];
  return since === undefined ? [START.since, START.number, START.number] : [since, number!, service!];
};

const cursorOf = (row: ListedRow): string => `${row.since}.${row.number_index}.${row.service_id}`;

const BY_PLATFORM = { source: "api", word: null, virtualNumber: null } as const;

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
    scope: StopScope = "service",
  ) => {
    const numberIndex = (await index()).ofNumber(number);
    const sealedNumber = sealed.sealOptOut(numberIndex, number);
    const wish = {
      ...BY_PLATFORM,
      kind,
      scope,
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
    put: (serviceId, number, at, scope) =>
      db.transaction().execute(async (trx) => {
        await change(trx, "stop", serviceId, number, at, scope);
        return (await get(trx, serviceId, number))!;
      }),
    remove: (serviceId, number, at) =>
      db.transaction().execute((trx) => change(trx, "start", serviceId, number, at)),
    list: async (serviceId, page) => {
      const asked = [...positionOf(page.after), page.limit + 1];
      const rows = await (serviceId === null
        ? executeIn(db)<ListedRow>(LIST_ALL, asked)
        : executeIn(db)<ListedRow>(LIST_SERVICE, [...asked, serviceId]));
      return sliceOf(rows, page, (row) => toListed(sealed, row, serviceId), cursorOf);
    },
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

const toListed = (sealed: SealedValues, row: ListedRow, wanted: string | null): ListedOptOut => {
  const { since, source, word, scope, service_id: said } = row;
  const opened = row.number === null ? null : sealed.openOptOut(hexOf(row.number_index), row.number);
  return {
    ...{ since, source, word, scope, serviceId: wanted ?? said },
    number: opened?.ok ? opened.value : null,
    virtualNumber: (wanted ?? said) === said ? msisdnOf(row.virtual_number) : null,
  };
};

const msisdnOf = (number: number | string | null): Msisdn | null =>
  number === null ? null : (String(number) as Msisdn);
