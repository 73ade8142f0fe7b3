import { hash, randomBytes } from "node:crypto";
import type { Kysely } from "kysely";
import type { Schema } from "#adapters/postgres/schema.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Keyring } from "./keyring.ts";

const INDEX_DIGITS = 32;
const KEY_BYTES = 32;
export const INDEX_KEY = { purpose: "secret", row: "index-key" } as const;

/**
 * Finds sealed values again: a keyed hash of 16 bytes, in hexadecimal as PostgreSQL's uuid reads it. Without the key, which
 * is in the database only sealed, a number cannot be told from its index, although there are few enough numbers to try.
 */
export interface BlindIndex {
  ofNumber(number: string): string;
  /** Of anything else; `kind` keeps apart what is alike. */
  of(
    kind: "key" | "set" | "reference" | "request" | "fingerprint" | "person" | "audit" | "sum",
    value: string,
  ): string;
}

export const blindIndex = (key: Uint8Array): BlindIndex => {
  const secret = Buffer.from(key).toString("hex");
  // Key first and half of the digest thrown away: as good as HMAC for this (decision 7), and faster than a look-up in a cache.
  const keyed = (kind: string): ((value: string) => string) => {
    const prefix = `${secret} ${kind} `;
    return (value) => hash("sha256", prefix + value, "hex").slice(0, INDEX_DIGITS);
  };
  const indexOf = {
    key: keyed("key"),
    set: keyed("set"),
    reference: keyed("reference"),
    request: keyed("request"),
    fingerprint: keyed("fingerprint"),
    person: keyed("person"),
    audit: keyed("audit"),
    sum: keyed("sum"),
  };
  return { ofNumber: keyed("number"), of: (kind, value) => indexOf[kind](value) };
};

/**
 * The key of the index is made once, for good, and kept in the database under the seal of the keyring. So the keyring can rotate
 * without a single index changing. Loaded when first needed; a failure is tried again the next time.
 */
export const storedBlindIndex = (db: Kysely<Schema>, keyring: Keyring): (() => Promise<BlindIndex>) => {
  let loading: Promise<BlindIndex> | null = null;
  const load = async (): Promise<BlindIndex> => blindIndex(await indexKey(db, keyring));
  return () => {
    loading ??= load().catch((error) => {
      loading = null;
      throw error;
    });
    return loading;
  };
};

const indexKey = async (db: Kysely<Schema>, keyring: Keyring): Promise<Uint8Array> => {
  await db
    .insertInto("secret")
    .values({ name: INDEX_KEY.row, sealed: keyring.seal(INDEX_KEY, randomBytes(KEY_BYTES)) })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
  const { sealed } = await db
    .selectFrom("secret")
    .select("sealed")
    .where("name", "=", INDEX_KEY.row)
    .executeTakeFirstOrThrow();
  const key = keyring.open(INDEX_KEY, sealed);
  if (!key.ok) {
    const { keyId, reason } = key.error;
    const why = reason === "damaged" ? "it is damaged" : `its key ${keyId} is not in the keyring`;
    throw new StorageUnavailable(`The index key of the database does not open: ${why}`);
  }
  // Only now: a process with another keyring seals nothing here.
  await registerKey(db, keyring);
  return key.value;
};

/** Names the key that this process seals with, before it seals anything. */
const registerKey = async (db: Kysely<Schema>, { keyIds }: Keyring): Promise<void> => {
  await db
    .insertInto("sealing_key")
    .values({ id: keyIds[0]! })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
};
