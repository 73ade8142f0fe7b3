import { hash } from "node:crypto";
import type { Transaction } from "kysely";
import type { Schema } from "#adapters/postgres/schema.ts";
import {
  type AuditEntry,
  type AuditFact,
  chainOn,
  entryText,
  type Sha256,
} from "#core/domain/audit/entry.ts";

const sha256: Sha256 = (text) => hash("sha256", text, "hex");

/** Adds to the chain, in a transaction that may have written what the facts tell of. Until it ends, others wait: it is the last thing to do. */
export const appendAudit = async (
  trx: Transaction<Schema>,
  facts: readonly AuditFact[],
): Promise<readonly AuditEntry[]> => {
  if (facts.length === 0) return [];
  const end = await trx
    .selectFrom("audit_end")
    .select(["position", "hash"])
    .forUpdate()
    .executeTakeFirstOrThrow();
  const entries = chainOn({ position: Number(end.position), hash: end.hash }, facts, sha256);
  await trx.insertInto("audit_entry").values(entries.map(rowOf)).execute();
  const { position, hash: last } = entries.at(-1)!;
  await trx.updateTable("audit_end").set({ position, hash: last }).execute();
  return entries;
};

const rowOf = (entry: AuditEntry) => ({
  ...{ position: entry.position, hash: entry.hash, at: entry.at, action: entry.action },
  subjects: [...entry.subjects],
  entry: entryText(entry),
});
