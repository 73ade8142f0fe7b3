import type { Kysely } from "kysely";
import { executeIn } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { PairBlockTable, Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { cursorOf, positionOf, sliceOf } from "#adapters/postgres/sql/page.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { PairBlock, PairBlocks } from "#core/ports/pair-blocks.ts";
import { changeBlocks } from "./blocks.ts";

const AFTER = "(since, id) > ($1::bigint, $2::uuid)";
const LIST_ALL = `select * from pair_block where ${AFTER} order by since, id limit $3`;
const LIST_SERVICE = `select * from pair_block where ${AFTER} and service_id = $4 order by since, id limit $3`;

const START = { at: -1, id: "00000000-0000-0000-0000-000000000000" } as const;

const SAID_BY = "select id from pair_block where blocker_index = $1 order by id";

export const postgresPairBlocks = ({
  db,
  index,
}: {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
}): PairBlocks => {
  const rowOf = async (from: Kysely<Schema>, id: string): Promise<PairBlockTable | null> =>
    (await executeIn(from)<PairBlockTable>("select * from pair_block where id = $1", [id]))[0] ?? null;
  return {
    list: async (serviceId, page) => {
      const { at, id } = positionOf(page) ?? START;
      const asked = [at, id, page.limit + 1];
      const rows = await (serviceId === null
        ? executeIn(db)<PairBlockTable>(LIST_ALL, asked)
        : executeIn(db)<PairBlockTable>(LIST_SERVICE, [...asked, serviceId]));
      return sliceOf(rows, page, toBlock, ({ since, id }) => cursorOf({ at: since, id }));
    },
    get: async (id) => {
      const row = await rowOf(db, id);
      return row && toBlock(row);
    },
    saidBy: async (number) => {
      const blocker = (await index()).ofNumber(handsetOf(number));
      return (await executeIn(db)<{ id: string }>(SAID_BY, [blocker])).map(({ id }) => id);
    },
    remove: (id, at) =>
      db.transaction().execute(async (trx) => {
        const row = await rowOf(trx, id);
        if (!row) return false;
        const otherIndex = row.blocker_index === row.low_index ? row.high_index : row.low_index;
        const { serviceId, conversationId, blockerId, blockedId, virtualNumber } = toBlock(row);
        await changeBlocks(executeIn(trx), [
          {
            ...{ kind: "unblock", source: "api", word: null, scope: "service", at, isConfirmed: false },
            ...{ serviceId, virtualNumber, numberIndex: hexOf(row.blocker_index), sealedNumber: null },
            block: { messageId: id, otherIndex: hexOf(otherIndex), conversationId, blockerId, blockedId },
          },
        ]);
        return true;
      }),
  };
};

const toBlock = (row: PairBlockTable): PairBlock => ({
  ...{ id: row.id, serviceId: row.service_id, since: row.since, word: row.word },
  ...{ conversationId: row.conversation_id, blockerId: row.blocker_id, blockedId: row.blocked_id },
  virtualNumber: String(row.virtual_number) as Msisdn,
});
