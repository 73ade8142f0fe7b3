import type { Kysely } from "kysely";
import { openDatabase } from "#adapters/postgres/database.ts";
import type { Schema } from "#adapters/postgres/schema.ts";
import { INDEX_KEY } from "./blind-index.ts";
import { type Keyring, keyIdIn } from "./keyring.ts";

/** Why a process with this keyring cannot work on this database. */
export type KeyProblem =
  /** Rows are sealed with keys that the ring lacks: their ids. */
  | { readonly kind: "missing-keys"; readonly keyIds: readonly string[] }
  /** The ring has the key, but the index key was changed: the database must be restored. */
  | { readonly kind: "damaged-index-key"; readonly keyId: string };

/** Asked before anything listens; null: all that is sealed can be opened. Rejects with `StorageUnavailable`. */
export const checkKeys = async (url: string, keyring: Keyring): Promise<KeyProblem | null> => {
  const database = openDatabase(url);
  try {
    return await keyProblemIn(database.cold, keyring);
  } finally {
    await database.close();
  }
};

/** The same over connections that are there. */
export const keyProblemIn = async (db: Kysely<Schema>, keyring: Keyring): Promise<KeyProblem | null> => {
  const secret = await db
    .selectFrom("secret")
    .select("sealed")
    .where("name", "=", INDEX_KEY.row)
    .executeTakeFirst();
  const used = await db.selectFrom("sealing_key").select("id").orderBy("id").execute();
  const wanted = new Set([...(secret ? [keyIdIn(secret.sealed)] : []), ...used.map(({ id }) => id)]);
  const missing = [...wanted].filter((id) => !keyring.keyIds.includes(id));
  if (missing.length > 0) return { kind: "missing-keys", keyIds: missing };
  if (!secret || keyring.open(INDEX_KEY, secret.sealed).ok) return null;
  return { kind: "damaged-index-key", keyId: keyIdIn(secret.sealed) };
};
