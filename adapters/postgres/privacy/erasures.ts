import type { Kysely, Selectable } from "kysely";
import { appendAudit } from "#adapters/postgres/audit/append.ts";
import { executeIn } from "#adapters/postgres/execute.ts";
import { hexOf } from "#adapters/postgres/hot/inbound-parts.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { SealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import type { Certificate, Erasure } from "#core/domain/privacy/erasure.ts";
import type { Erasures } from "#core/ports/erasures.ts";
import { erasePerson, NOTE_USE } from "./erase-person.ts";

interface ErasuresContext {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
  readonly sealed: SealedValues;
}

export const postgresErasures = ({ db, index, sealed }: ErasuresContext): Erasures => ({
  begin: async (erasure, number) => {
    await db
      .insertInto("erasure")
      .values({
        ...{ id: erasure.id, person: erasure.person, number_index: (await index()).ofNumber(number) },
        ...{ number: sealed.sealErased(erasure.id, number), state: "pending" },
        ...{ requested_by: erasure.requestedBy, request_id: erasure.requestId },
        requested_at: erasure.requestedAt,
      })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
  },
  get: async (id) => {
    const row = await db.selectFrom("erasure").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? erasureOf(row) : null;
  },
  unfinished: async (limit) => {
    const rows = await db
      .selectFrom("erasure")
      .selectAll()
      .where("state", "<>", "completed")
      .orderBy("requested_at")
      .limit(limit)
      .execute();
    return rows.flatMap((row) => {
      const number = sealed.openErased(row.id, row.number!);
      return number.ok ? [{ ...erasureOf(row), number: number.value }] : [];
    });
  },
  carryOut: (id, at, certify) =>
    db.transaction().execute(async (trx) => {
      const row = await trx
        .selectFrom("erasure")
        .selectAll()
        .where("id", "=", id)
        .forUpdate()
        .executeTakeFirst();
      if (!row) return null;
      const erasure = erasureOf(row);
      if (erasure.state === "completed") return erasure;
      const number = sealed.openErased(id, row.number!);
      if (!number.ok) return erasure;
      const numberIndex = hexOf(row.number_index!);
      const { result, isHeld } = await erasePerson(executeIn(trx), sealed, {
        ...{ number: number.value, numberIndex, at },
      });
      if (result.remaining > 0) throw new Error("Something of a person was left after an erasure");
      if (isHeld) {
        await trx.updateTable("erasure").set({ state: "restricted" }).where("id", "=", id).execute();
        return { ...erasure, state: "restricted" };
      }
      const [entry] = await appendAudit(trx, [certify.fact(erasure, result)]);
      const certificate = certify.certificate(erasure, result, entry!);
      await trx
        .updateTable("erasure")
        .set({
          ...{ state: "completed", completed_at: at, number: null, certificate: JSON.stringify(certificate) },
          // Of pairs in quarantine it is still needed.
          ...(result.quarantinedPairs === 0 && { number_index: null }),
        })
        .where("id", "=", id)
        .execute();
      return { ...erasure, state: "completed", certificate };
    }),
  forgetPairs: async (now) => {
    await executeIn(db)(FORGET_PAIRS, [now]);
    await executeIn(db)(FORGET_INDEXES, [now]);
  },
});

/** Those that were opened since belong to a person who came back. */
const FORGET_PAIRS = `with gone as (
  delete from route r using erasure e
  where e.state = 'completed' and e.number_index is not null and r.sender_index = e.number_index
    and r.opened_at < e.completed_at and r.closed_at is not null and r.quarantined_until <= $1
  returning r.virtual_number, r.quarantined_until),
${NOTE_USE}
select from gone`;
const FORGET_INDEXES = `update erasure e set number_index = null
where e.state = 'completed' and e.number_index is not null and e.completed_at < $1
  and not exists (select from route r where r.sender_index = e.number_index and r.opened_at < e.completed_at)`;

const erasureOf = (row: Selectable<Schema["erasure"]>): Erasure => ({
  ...{ id: row.id, person: row.person, requestedBy: row.requested_by, requestId: row.request_id },
  ...{ requestedAt: Number(row.requested_at), state: row.state },
  certificate: row.certificate === null ? null : (JSON.parse(row.certificate) as Certificate),
});
