import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import type { Log } from "#apps/process/log.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import { receiptsWithinMs } from "#core/domain/retention.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Storage } from "#core/ports/storage.ts";

/** Storage, with how to let go of it. */
export interface OpenStorage {
  readonly storage: Storage;
  isDatabaseAway(): boolean;
  /** Stored values that could not be opened since the start, by reason, each counted once. */
  unreadable(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

const DAMAGED = "A sealed value is damaged and cannot be opened";
const UNKNOWN_KEY =
  "A sealed value is of a key that ENCRYPTION_KEYS lacks: it is left to processes that have the key";

/** PostgreSQL, whose address is known by now. Connections are made when they are needed. */
export const openStorage = (
  {
    databaseUrl,
    encryptionKeys,
    messageTtlMs,
  }: Pick<Settings, "databaseUrl" | "encryptionKeys" | "messageTtlMs">,
  clock: Clock,
  log: Pick<Log, "error" | "warn" | "info">,
): OpenStorage => {
  if (databaseUrl === undefined) throw new Error("Cannot open the storage before a database runs");
  const storage = postgresStorage({
    url: databaseUrl,
    keyring: keyring(encryptionKeys),
    clock,
    receiptsWithinMs: receiptsWithinMs(messageTtlMs),
    onUnreadable: ({ purpose, row, reason, keyId }) =>
      log.error({ purpose, row, keyId }, reason === "damaged" ? DAMAGED : UNKNOWN_KEY),
    outage: {
      away: (reason) => log.warn({ reason }, "The database is away"),
      back: (awayMs, failures) => log.info({ awayMs: Math.round(awayMs), failures }, "The database is back"),
    },
  });
  return {
    storage,
    isDatabaseAway: storage.isAway,
    unreadable: storage.unreadable,
    close: () => storage.close(),
  };
};
