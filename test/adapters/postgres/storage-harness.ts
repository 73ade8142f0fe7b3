import { randomBytes } from "node:crypto";
import { memoryClock } from "#adapters/memory/clock.ts";
import { keyring } from "#adapters/postgres/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import type { StorageHarness } from "#test/contracts/storage-scene.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import { NOON } from "#test/support/traffic-builders.ts";

export const createPostgresStorage = async (): Promise<StorageHarness> => {
  const database = await createTestDatabase();
  const storage = postgresStorage({
    url: database.url,
    keyring: keyring([randomBytes(32)]),
    clock: memoryClock(NOON),
  });
  return {
    storage,
    close: async () => {
      await storage.close();
      await database.drop();
    },
  };
};
