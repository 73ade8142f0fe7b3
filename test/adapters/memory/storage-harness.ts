import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyTables } from "#adapters/memory/tables.ts";
import type { StorageHarness } from "#test/contracts/storage-fixture.ts";
import { NOON } from "#test/support/traffic-builders.ts";

export const createMemoryStorage = async (): Promise<StorageHarness> => {
  const clock = memoryClock(NOON);
  const tables = emptyTables();
  const another = () => memoryStorage({ clock, tables });
  return { storage: another(), another, close: async () => {}, passLease: (ms) => clock.advance(ms) };
};
