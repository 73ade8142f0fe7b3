import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import { receiptsWithinMs } from "#core/domain/retention.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Journal } from "#core/ports/journal.ts";
import type { Storage } from "#core/ports/storage.ts";

/** Storage, with how to let go of it. */
export interface OpenStorage {
  readonly storage: Storage;
  isDatabaseAway(): boolean;
  /** Stored values that could not be opened since the start, by reason, each counted once. */
  unreadable(): Readonly<Record<string, number>>;
  close(): Promise<void>;
}

/** PostgreSQL, whose address is known by now. Connections are made when they are needed. */
export const openStorage = (
  {
    databaseUrl,
    encryptionKeys,
    messageTtlMs,
  }: Pick<Settings, "databaseUrl" | "encryptionKeys" | "messageTtlMs">,
  clock: Clock,
  journal: Pick<Journal, "valueUnreadable" | "databaseLost" | "databaseBack">,
): OpenStorage => {
  if (databaseUrl === undefined) throw new Error("Cannot open the storage before a database runs");
  const storage = postgresStorage({
    url: databaseUrl,
    keyring: keyring(encryptionKeys),
    clock,
    receiptsWithinMs: receiptsWithinMs(messageTtlMs),
    onUnreadable: ({ purpose, row, reason, keyId }) =>
      journal.valueUnreadable({ purpose, row: withoutNumber(row), reason, keyId }),
    outage: {
      away: (reason) => journal.databaseLost({ reason }),
      back: (awayMs, failures) => journal.databaseBack({ awayMs, failures }),
    },
  });
  return {
    storage,
    isDatabaseAway: storage.isAway,
    unreadable: storage.unreadable,
    close: () => storage.close(),
  };
};

/** The name of a route's row ends with the number that was texted. */
const withoutNumber = (row: string): string => row.replace(/ \d+$/, "");
