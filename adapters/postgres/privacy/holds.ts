import { type Kysely, type Selectable, sql } from "kysely";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { cursorOf, positionOf, sliceOf } from "#adapters/postgres/sql/page.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { Hold, Holds } from "#core/ports/holds.ts";

interface HoldsContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

export const postgresHolds = ({ db, index, sealed }: HoldsContext): Holds => {
  const holdOf = (row: Selectable<Schema["hold"]>): Hold => {
    const reason = sealed.openHold(row.id, row.reason);
    return {
      ...{ id: row.id, conversationId: row.conversation_id, person: row.person },
      ...{ reason: reason.ok ? reason.value : "", placedBy: row.placed_by },
      ...{ placedAt: Number(row.placed_at), until: Number(row.until) },
      releasedAt: row.released_at === null ? null : Number(row.released_at),
    };
  };
  return {
    place: async (hold) => {
      const { ofNumber, of } = await index();
      const isKnown =
        hold.conversationId === null ||
        (await db
          .selectFrom("conversation")
          .select("id")
          .where("id", "=", hold.conversationId)
          .executeTakeFirst());
      if (!isKnown) return false;
      await db
        .insertInto("hold")
        .values({
          ...{ id: hold.id, conversation_id: hold.conversationId },
          number_index: hold.number === null ? null : ofNumber(handsetOf(hold.number)),
          person: hold.number === null ? null : of("person", handsetOf(hold.number)),
          ...{ reason: sealed.sealHold(hold.id, hold.reason), placed_by: hold.placedBy },
          ...{ placed_at: hold.placedAt, until: hold.until },
        })
        .onConflict((conflict) => conflict.doNothing())
        .execute();
      return true;
    },
    get: async (id) => {
      const row = await db.selectFrom("hold").selectAll().where("id", "=", id).executeTakeFirst();
      return row ? holdOf(row) : null;
    },
    list: async ({ activeAt }, page) => {
      const after = positionOf(page) ?? { at: -1, id: "00000000-0000-0000-0000-000000000000" };
      let rows = db
        .selectFrom("hold")
        .selectAll()
        .where(sql<boolean>`(placed_at, id) > (${after.at}, ${after.id})`)
        .orderBy("placed_at")
        .orderBy("id")
        .limit(page.limit + 1);
      if (activeAt !== null) rows = rows.where("released_at", "is", null).where("until", ">", activeAt);
      return sliceOf(await rows.execute(), page, holdOf, (row) =>
        cursorOf({ at: Number(row.placed_at), id: row.id }),
      );
    },
    release: async (id, at) => {
      const row = await db
        .updateTable("hold")
        .set({ released_at: at })
        .where("id", "=", id)
        .where("released_at", "is", null)
        .where("until", ">", at)
        .returningAll()
        .executeTakeFirst();
      return row ? holdOf(row) : null;
    },
  };
};
