import type { Clock } from "#core/ports/clock.ts";
import type { Storage } from "#core/ports/storage.ts";
import { storedBlindIndex } from "./blind-index.ts";
import { postgresConversations } from "./conversations/conversations.ts";
import { numberPool } from "./conversations/number-pool.ts";
import { postgresNumbers } from "./conversations/numbers.ts";
import { postgresOptOuts } from "./conversations/opt-outs.ts";
import { executeIn, openDatabase } from "./database.ts";
import { postgresDispatch } from "./dispatch/dispatch.ts";
import { postgresLinkReports } from "./dispatch/link-reports.ts";
import { postgresReconciliation } from "./dispatch/reconciliation.ts";
import { listenForWakeups } from "./dispatch/wakeups.ts";
import { hands } from "./hands.ts";
import { firstPeriodEnd } from "./history/first-period.ts";
import { leastId } from "./history/periods.ts";
import { postgresIdempotency } from "./idempotency.ts";
import type { Keyring } from "./keyring.ts";
import { recentIds } from "./recent-ids.ts";
import { sealedValues } from "./sealed-values.ts";
import { postgresTraffic } from "./traffic.ts";

/** What another process sends may seem to come from the future. */
const CLOCKS_APART_MS = 3_600_000;

export interface PostgresStorageOptions {
  /** Its schema is up to date: see `migrate`. */
  readonly url: string;
  readonly keyring: Keyring;
  /** By which quarantines are counted for show, and which tells the periods of history; leases go by the clock of the database. */
  readonly clock: Clock;
  /** No receipt counts that comes later than this after its message, so that the rest of history need not be searched; absent: all do. */
  readonly receiptsWithinMs?: number;
}

export interface PostgresStorage extends Storage {
  /** Lets go of all connections. What is under way fails. */
  close(): Promise<void>;
}

/** Connects when first used, and again whenever the database is back. */
export const postgresStorage = ({
  url,
  keyring,
  clock,
  receiptsWithinMs = Number.POSITIVE_INFINITY,
}: PostgresStorageOptions): PostgresStorage => {
  const database = openDatabase(url);
  const { api: db, apiConnections: connections, hot } = database;
  const index = storedBlindIndex(db, keyring);
  const sealed = sealedValues(keyring);
  const pool = numberPool(db, () => performance.now());
  const held = hands();
  const history = {
    clock,
    firstPeriodEnd: firstPeriodEnd(db),
    heard: () => ({
      from: leastId(clock.now() - receiptsWithinMs),
      to: leastId(clock.now() + CLOCKS_APART_MS),
    }),
  };
  const wakeups = listenForWakeups(url);
  wakeups.on("numbers", pool.forget);
  return {
    conversations: postgresConversations({ db, connections, index, sealed, pool }),
    numbers: postgresNumbers({ db, index, pool, clock }),
    traffic: postgresTraffic({ pool: hot, index, sealed, hands: held, recent: recentIds(), ...history }),
    dispatch: postgresDispatch({ db, connections, index, sealed, hands: held, wakeups }),
    reconciliation: postgresReconciliation({ db, connections, index, sealed, ...history }),
    linkReports: postgresLinkReports({ db, index }),
    optOuts: postgresOptOuts({ db, index }),
    idempotency: postgresIdempotency({ connections, index, sealed }),
    ping: () =>
      executeIn(db)("select 1").then(
        () => true,
        () => false,
      ),
    close: async () => {
      await Promise.all([wakeups.close(), database.close()]);
    },
  };
};
