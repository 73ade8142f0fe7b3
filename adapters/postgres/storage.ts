import { postgresAuditLog } from "#adapters/postgres/audit/audit-log.ts";
import { postgresBroadcasts } from "#adapters/postgres/cold/broadcasts.ts";
import { postgresCensus } from "#adapters/postgres/cold/census.ts";
import { postgresConversations } from "#adapters/postgres/cold/conversations.ts";
import { postgresIdempotency } from "#adapters/postgres/cold/idempotency.ts";
import { postgresLinkReports } from "#adapters/postgres/cold/link-reports.ts";
import { postgresLinkSettings } from "#adapters/postgres/cold/link-settings.ts";
import { numberPool } from "#adapters/postgres/cold/number-pool.ts";
import { postgresNumbers } from "#adapters/postgres/cold/numbers.ts";
import { postgresOptOuts } from "#adapters/postgres/cold/opt-outs.ts";
import { postgresPairBlocks } from "#adapters/postgres/cold/pair-blocks.ts";
import { postgresReconciliation } from "#adapters/postgres/cold/reconciliation.ts";
import { postgresServices } from "#adapters/postgres/cold/services.ts";
import { postgresSums } from "#adapters/postgres/cold/sums.ts";
import { postgresEvents } from "#adapters/postgres/events/events.ts";
import { announcing, createNews } from "#adapters/postgres/events/news.ts";
import { recentIds } from "#adapters/postgres/hot/recent-ids.ts";
import { postgresTraffic } from "#adapters/postgres/hot/traffic.ts";
import { postgresDispatch } from "#adapters/postgres/ownership/dispatch.ts";
import { postgresErasures } from "#adapters/postgres/privacy/erasures.ts";
import { postgresHolds } from "#adapters/postgres/privacy/holds.ts";
import { postgresReports } from "#adapters/postgres/privacy/reports.ts";
import { storedBlindIndex } from "#adapters/postgres/sealing/blind-index.ts";
import type { Keyring, Unreadable } from "#adapters/postgres/sealing/keyring.ts";
import { damagedAmong } from "#adapters/postgres/sealing/keys-in-use.ts";
import { sealedValues } from "#adapters/postgres/sealing/sealed-values.ts";
import { firstPeriodEnd } from "#adapters/postgres/table-partitions/first-period.ts";
import { leastId } from "#adapters/postgres/table-partitions/periods.ts";
import { postgresWebhooks } from "#adapters/postgres/webhooks/webhooks.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Storage } from "#core/ports/storage.ts";
import { createGenerationalCache } from "#core/structures/generational-cache.ts";
import { createCallOut } from "./call-out.ts";
import { withConnection } from "./connection.ts";
import { openDatabase } from "./database.ts";
import { type Execute, executeIn, executeOn } from "./execute.ts";
import type { OutageListener } from "./outage.ts";
import { storageProblem } from "./readiness.ts";
import { listenForWakeups } from "./wakeups.ts";

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
  /** Hears of each value that cannot be opened, once. It must not throw. */
  readonly onUnreadable?: (value: Unreadable) => void;
  /** Hears of outages of the database. It must not throw. */
  readonly outage?: OutageListener;
}

export interface PostgresStorage extends Storage {
  /** Whether the last that was heard of the database is that it is away. */
  isAway(): boolean;
  /** Values that could not be opened since the start, each counted once. */
  unreadable(): Readonly<Record<Unreadable["reason"], number>>;
  /** Lets go of all connections. What is under way fails. */
  close(): Promise<void>;
}

/** Connects when first used, and again whenever the database is back. */
export const postgresStorage = ({
  url,
  keyring,
  clock,
  receiptsWithinMs = Number.POSITIVE_INFINITY,
  onUnreadable = () => {},
  outage,
}: PostgresStorageOptions): PostgresStorage => {
  const database = openDatabase(url, {
    sealsWith: keyring.keyIds[0]!,
    ...(outage !== undefined && { outage }),
  });
  const { cold: db, steady, keyed: connections, hot } = database;
  const index = storedBlindIndex(db, keyring);
  const unreadable = { damaged: 0, "unknown-key": 0 };
  const count = (value: Unreadable): void => {
    unreadable[value.reason] += 1;
    onUnreadable(value);
  };
  const tell = (value: Unreadable): void => {
    if (value.reason === "damaged") {
      count(value);
      return;
    }
    const isDamaged = damagedAmong(executeIn(db), [value]).catch(() => [false]);
    void isDamaged.then(([is]) => count(is ? { ...value, reason: "damaged" } : value));
  };
  const sealed = sealedValues(keyring, onceEach(tell));
  const monotonicMs = (): number => performance.now();
  const pool = numberPool(db, monotonicMs);
  const history = {
    clock,
    firstPeriodEnd: firstPeriodEnd(db),
    receiptIdRange: () => ({
      from: leastId(clock.now() - receiptsWithinMs),
      to: leastId(clock.now() + CLOCKS_APART_MS),
    }),
  };
  const counting: Execute = (statement, values) =>
    withConnection(database.counting, (connection) => executeOn(connection)(statement, values));
  const wakeups = listenForWakeups(url);
  const news = createNews(wakeups, () => executeIn(db)("select pg_notify('events', '')"));
  const announced = announcing(news);
  const work = createCallOut(() => executeIn(db)("select pg_notify('work', '')"));
  const texting = announcing({ announce: work.call });
  wakeups.on("numbers", pool.forget);
  return {
    conversations: texting(
      announced(postgresConversations({ db, connections, index, sealed, pool }), ["open", "close", "swap"]),
      ["open", "swap", "addMessages", "addRetry"],
    ),
    services: postgresServices({
      db,
      sealed,
      monotonicMs,
      onChange: (forget) => wakeups.on("services", forget),
    }),
    numbers: announced(postgresNumbers({ db, index, pool, counting, clock }), [
      "drain",
      "remove",
      "confirmPlace",
    ]),
    traffic: announced(postgresTraffic({ pool: hot, index, sealed, recent: recentIds(), work, ...history }), [
      "commit",
    ]),
    dispatch: postgresDispatch({ db, steady, connections, index, sealed, wakeups }),
    reconciliation: announced(
      postgresReconciliation({ db, connections, index, sealed, ...history }),
      ["matchParked"],
      (matched) => matched !== 0,
    ),
    linkReports: postgresLinkReports({ db, steady, index, monotonicMs, onTold: news.announce }),
    linkSettings: announced(postgresLinkSettings(db), ["change"]),
    optOuts: announced(postgresOptOuts({ db, index, sealed }), ["put", "remove"]),
    pairBlocks: postgresPairBlocks({ db, index }),
    sums: postgresSums({ db, connections, index }),
    idempotency: postgresIdempotency({ db, connections, index, sealed }),
    broadcasts: postgresBroadcasts({ db, steady, index, sealed }),
    erasures: postgresErasures({ db, index, sealed }),
    holds: postgresHolds({ db, index, sealed }),
    reports: postgresReports({ db, sealed }),
    audit: announced(postgresAuditLog({ db, index }), ["keepHead"]),
    events: postgresEvents({ db, connections, clock, news }),
    webhooks: postgresWebhooks({ db, steady, sealed }),
    census: postgresCensus(counting),
    problem: () => storageProblem(db, keyring),
    isAway: database.isAway,
    unreadable: () => ({ ...unreadable }),
    close: async () => {
      news.close();
      work.close();
      await Promise.all([wakeups.close(), database.close()]);
    },
  };
};

/** Values that do not open are read again and again; so many of them are remembered. */
const UNREADABLE_MAX = 10_000;

const onceEach = (tell: (value: Unreadable) => void): ((value: Unreadable) => void) => {
  const told = createGenerationalCache<true>(UNREADABLE_MAX);
  return (value) => {
    const key = `${value.purpose} ${value.row}`;
    if (told.get(key)) return;
    told.set(key, true);
    tell(value);
  };
};
