import type { Clock } from "#core/ports/clock.ts";
import type { Storage } from "#core/ports/storage.ts";
import type { Settings } from "../settings.ts";

/** Storage, with how to let go of it. */
export interface OpenStorage {
  readonly storage: Storage;
  close(): Promise<void>;
}

/** Connections are made when they are needed. */
export const openStorage = ({ databaseUrl, encryptionKeys }: Settings, clock: Clock): OpenStorage => {
  void encryptionKeys;
  void clock;
  throw new Error(`TODO ${databaseUrl}`);
};
