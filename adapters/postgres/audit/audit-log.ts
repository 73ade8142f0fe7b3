import { type Kysely, type Selectable, sql } from "kysely";
import { tell } from "#adapters/postgres/events/tell.ts";
import { executeIn } from "#adapters/postgres/execute.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import type { BlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import { textArray } from "#adapters/postgres/sql/array-literal.ts";
import type { AuditEntry } from "#core/domain/audit/entry.ts";
import { type AuditHead, headEvent } from "#core/domain/audit/head.ts";
import { handsetOf } from "#core/domain/numbering/handset.ts";
import type { AuditLog } from "#core/ports/audit-log.ts";
import { appendAudit } from "./append.ts";

export const postgresAuditLog = ({
  db,
  index,
}: {
  readonly db: Kysely<Schema>;
  readonly index: () => Promise<BlindIndex>;
}): AuditLog => ({
  append: (facts) => db.transaction().execute((trx) => appendAudit(trx, facts)),
  read: async ({ after, order, limit, subject, action }) => {
    const isOldestFirst = order === "oldest-first";
    let rows = db
      .selectFrom("audit_entry")
      .select(["entry", "hash"])
      .orderBy("position", isOldestFirst ? "asc" : "desc")
      .limit(limit);
    if (after !== null) rows = rows.where("position", isOldestFirst ? ">" : "<", after);
    if (subject !== null) rows = rows.where(sql<boolean>`subjects @> ${textArray([subject])}::text[]`);
    if (action !== null) rows = rows.where("action", "=", action);
    return (await rows.execute()).map(entryOf);
  },
  end: async () => {
    const { position, hash } = await db
      .selectFrom("audit_end")
      .select(["position", "hash"])
      .executeTakeFirstOrThrow();
    return { position: Number(position), hash };
  },
  keepHead: (head) =>
    db.transaction().execute(async (trx) => {
      const kept = await trx
        .insertInto("audit_head")
        .columns(["position", "hash", "at", "key_id", "signature"])
        .expression(
          trx
            .selectFrom("audit_entry")
            .select(({ val }) => [
              "position",
              ...[val(head.hash).as("hash"), val(head.at).as("at")],
              ...[val(head.keyId).as("key_id"), val(head.signature).as("signature")],
            ])
            .where("position", "=", head.position),
        )
        .onConflict((conflict) => conflict.doNothing())
        .returning("position")
        .execute();
      if (kept.length === 0) return false;
      await tell(executeIn(trx), [headEvent(head)]);
      return true;
    }),
  lastHead: async () => {
    const rows = db.selectFrom("audit_head").selectAll().orderBy("position", "desc").limit(1);
    const row = await rows.executeTakeFirst();
    return row ? headOf(row) : null;
  },
  heads: async (after, limit) =>
    (
      await db
        .selectFrom("audit_head")
        .selectAll()
        .where("position", ">", after)
        .orderBy("position")
        .limit(limit)
        .execute()
    ).map(headOf),
  // The blind index of a number is in every route; this one is apart, so that what is told outside finds nothing in the database.
  personDigest: async (number) => (await index()).of("person", handsetOf(number)),
  digest: async (text) => (await index()).of("audit", text),
});

const entryOf = ({ entry, hash }: Pick<Selectable<Schema["audit_entry"]>, "entry" | "hash">): AuditEntry => ({
  // It is the text that we have hashed.
  ...(JSON.parse(entry) as Omit<AuditEntry, "hash">),
  hash,
});

const headOf = (row: Selectable<Schema["audit_head"]>): AuditHead => ({
  ...{ position: Number(row.position), hash: row.hash, at: Number(row.at) },
  ...{ keyId: row.key_id, signature: row.signature },
});
