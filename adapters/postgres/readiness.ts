import type { Kysely } from "kysely";
import type { StorageProblem } from "#core/ports/storage.ts";
import { StatementRefused } from "./failure.ts";
import { contractedBy, pendingIn } from "./migrate.ts";
import type { Schema } from "./schema.ts";
import { keyProblemIn } from "./sealing/key-check.ts";
import type { Keyring } from "./sealing/keyring.ts";

/** Why a process cannot work on this database now; null: it can. Never rejects. */
export const storageProblem = async (
  db: Kysely<Schema>,
  keyring: Keyring,
): Promise<StorageProblem | null> => {
  try {
    if ((await pendingIn(db)).length > 0) return "outdated-schema";
    if ((await contractedBy(db)) !== null) return "newer-schema";
    return (await keyProblemIn(db, keyring)) === null ? null : "missing-keys";
  } catch (error) {
    // A table or a column that is not there.
    return error instanceof StatementRefused && error.code.startsWith("42") ? "outdated-schema" : "away";
  }
};
