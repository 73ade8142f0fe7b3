import { type Connection, inTransaction } from "#adapters/postgres/connection.ts";

/** Taken by whoever makes or drops tables. */
const PERIODS_LOCK = 7_340_296;
/** Whoever waits for a table makes everybody wait who comes after; the next sweep tries again. */
const LOCK_TIMEOUT_MS = 100;

const LOCKS = [
  `set local lock_timeout = ${LOCK_TIMEOUT_MS}`,
  `select pg_advisory_xact_lock(${PERIODS_LOCK})`,
];

/** Runs `work` in one transaction while nobody else makes or drops tables; what it must wait for too long is unavailable. */
export const withPartitionLock = <T>(connection: Connection, work: () => Promise<T>): Promise<T> =>
  inTransaction(connection, work, LOCKS);
