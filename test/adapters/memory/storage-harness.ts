import { memoryClock } from "#adapters/memory/clock.ts";
import { memoryStorage } from "#adapters/memory/storage.ts";
import { emptyWorld } from "#adapters/memory/world.ts";
import type { StorageHarness } from "#test/contracts/storage-scene.ts";
import { NOON } from "#test/support/traffic-builders.ts";

export const createMemoryStorage = async (): Promise<StorageHarness> => {
  const clock = memoryClock(NOON);
  const world = emptyWorld();
  const another = () => memoryStorage({ clock, world });
  return { storage: another(), another, close: async () => {}, passLease: (ms) => clock.advance(ms) };
};
