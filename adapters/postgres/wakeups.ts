import { Client } from "pg";

/**
 * What the database calls out: there is work in the queue; our numbers, or services, have changed; somebody has opted out or been blocked; there
 * are new events.
 */
export type Wakeup = "work" | "numbers" | "services" | "blocks" | "events";

const WAKEUPS: readonly Wakeup[] = ["work", "numbers", "services", "blocks", "events"];
const CONNECT_TIMEOUT_MS = 3_000;
/** A connection over which nothing is asked is lost without a word where a network between forgets it: so it is asked. */
const CHECK_MS = 10_000;
const ANSWER_MS = 3_000;
/** Between two tries to listen again. */
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

/** Hints only: what is said while the connection is down is lost, which is why everybody is woken when it is back. */
export interface Wakeups {
  on(wakeup: Wakeup, listener: () => void): () => void;
  close(): Promise<void>;
}

/** Listens on a connection of its own, from the first listener on, and finds out within `checkMs` and three seconds when it is deaf. */
export const listenForWakeups = (url: string, checkMs = CHECK_MS): Wakeups => {
  const listeners = new Map<Wakeup, Set<() => void>>(WAKEUPS.map((wakeup) => [wakeup, new Set()]));
  let client: Client | null = null;
  let waiting: NodeJS.Timeout | null = null;
  let isClosed = false;

  const wake = (wakeup: string): void => {
    for (const listener of [...(listeners.get(wakeup as Wakeup) ?? [])]) listener();
  };

  const listen = async (failures: number): Promise<void> => {
    const connection = new Client({
      connectionString: url,
      application_name: "sms-proxy wakeups",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      query_timeout: ANSWER_MS,
      keepAlive: true,
    });
    client = connection;
    let isOver = false;
    let tries = failures;
    const again = (): void => {
      if (isOver) return;
      isOver = true;
      if (waiting !== null) clearTimeout(waiting);
      connection.end().catch(() => {});
      if (isClosed) return;
      const ms = Math.min(RETRY_MIN_MS * 2 ** tries, RETRY_MAX_MS);
      waiting = setTimeout(() => void listen(tries + 1), ms);
    };
    const checkOn = (): void => {
      if (isOver || isClosed) return;
      waiting = setTimeout(() => void connection.query("select").then(checkOn, again), checkMs);
    };
    connection.on("error", again);
    connection.on("end", again);
    connection.on("notification", ({ channel }) => wake(channel));
    try {
      await connection.connect();
      for (const wakeup of WAKEUPS) await connection.query(`listen ${wakeup}`);
      tries = 0;
      for (const wakeup of WAKEUPS) wake(wakeup);
      checkOn();
    } catch {
      again();
    }
  };

  return {
    on: (wakeup, listener) => {
      listeners.get(wakeup)!.add(listener);
      if (client === null && !isClosed) void listen(0);
      return () => listeners.get(wakeup)!.delete(listener);
    },
    close: async () => {
      isClosed = true;
      if (waiting !== null) clearTimeout(waiting);
      await client?.end().catch(() => {});
    },
  };
};
