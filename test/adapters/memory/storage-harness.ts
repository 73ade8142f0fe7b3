import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import type { StorageHarness } from "#test/contracts/storage-scene.ts";
import { NOON } from "#test/support/traffic-builders.ts";

export const createMemoryStorage = async (): Promise<StorageHarness> => {
  const clock = memoryClock(NOON);
  return { storage: memoryStorage({ clock }), close: async () => {}, passLease: (ms) => clock.advance(ms) };
};
