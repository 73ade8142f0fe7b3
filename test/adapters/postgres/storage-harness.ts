import { randomBytes } from "node:crypto";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import type { StorageHarness } from "#test/contracts/storage-fixture.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import { NOON } from "#test/support/traffic-builders.ts";

export interface PostgresHarness extends StorageHarness {
  readonly storage: PostgresStorage;
  readonly url: string;
  /** What it is sealed with. */
  readonly key: Uint8Array;
}

/** Storage over a database of its own. */
export const createPostgresHarness = async (): Promise<PostgresHarness> => {
  const { url, drop } = await createTestDatabase();
  const key = randomBytes(32);
  const opened: PostgresStorage[] = [];
  const another = (): PostgresStorage => {
    const storage = postgresStorage({ url, keyring: keyring([key]), clock: memoryClock(NOON) });
    opened.push(storage);
    return storage;
  };
  return {
    storage: another(),
    another,
    url,
    key,
    close: async () => {
      await Promise.all(opened.map((storage) => storage.close()));
      await drop();
    },
  };
};

export const createPostgresStorage: () => Promise<StorageHarness> = createPostgresHarness;
