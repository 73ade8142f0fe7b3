import { Client } from "pg";

/**
 * What the database calls out: there is work in the queue; our numbers, or services, have changed; somebody has opted out or been blocked; there
 * are new events.
 */
export type Wakeup = "work" | "numbers" | "services" | "blocks" | "events";

const WAKEUPS: readonly Wakeup[] = ["work", "numbers", "services", "blocks", "events"];
const CONNECT_TIMEOUT_MS = 3_000;
/** Between two tries to listen again. */
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 5_000;

/** Hints only: what is said while the connection is down is lost, which is why everybody is woken when it is back. */
export interface Wakeups {
  on(wakeup: Wakeup, listener: () => void): () => void;
  close(): Promise<void>;
}

/** Listens on a connection of its own, from the first listener on. */
export const listenForWakeups = (url: string): Wakeups => {
  const listeners = new Map<Wakeup, Set<() => void>>(WAKEUPS.map((wakeup) => [wakeup, new Set()]));
  let client: Client | null = null;
  let retry: NodeJS.Timeout | null = null;
  let isClosed = false;

  const wake = (wakeup: string): void => {
    for (const listener of [...(listeners.get(wakeup as Wakeup) ?? [])]) listener();
  };

  const listen = async (failures: number): Promise<void> => {
    const connection = new Client({
      connectionString: url,
      application_name: "sms-proxy wakeups",
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
    });
    client = connection;
    let isOver = false;
    let tries = failures;
    const again = (): void => {
      if (isOver) return;
      isOver = true;
      connection.end().catch(() => {});
      if (isClosed) return;
      retry = setTimeout(() => void listen(tries + 1), Math.min(RETRY_MIN_MS * 2 ** tries, RETRY_MAX_MS));
    };
    connection.on("error", again);
    connection.on("end", again);
    connection.on("notification", ({ channel }) => wake(channel));
    try {
      await connection.connect();
      for (const wakeup of WAKEUPS) await connection.query(`listen ${wakeup}`);
      tries = 0;
      for (const wakeup of WAKEUPS) wake(wakeup);
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
      if (retry !== null) clearTimeout(retry);
      await client?.end().catch(() => {});
    },
  };
};
