import type { Wakeups } from "#adapters/postgres/wakeups.ts";

/** Other processes are woken by one that writes at most this often: each notification takes a lock of the whole database. */
const NOTIFY_MS = 50;
/** Readers look by themselves this often, as a notification may be lost. */
const POLL_MS = 1_000;
/** What waits for another transaction to end is looked for again so soon. */
const UNSETTLED_MS = 10;

/** Wakes whoever reads the log. */
export interface News {
  /** This process has written events. */
  announce(): void;
  /** Something waits for a transaction to end. */
  unsettled(): void;
  on(listener: () => void): () => void;
  close(): void;
}

/** `notify`: tells other processes; what goes wrong with it does not matter. */
export const createNews = (wakeups: Pick<Wakeups, "on">, notify: () => Promise<unknown>): News => {
  const listeners = new Set<() => void>();
  let stopListening: (() => void) | null = null;
  let poll: NodeJS.Timeout | null = null;
  let notification: NodeJS.Timeout | null = null;
  let again: NodeJS.Timeout | null = null;
  let isClosed = false;

  const wake = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const start = (): void => {
    stopListening = wakeups.on("events", wake);
    poll = setInterval(wake, POLL_MS);
  };
  const stop = (): void => {
    stopListening?.();
    if (poll !== null) clearInterval(poll);
  };

  return {
    announce: () => {
      wake();
      if (notification !== null || isClosed) return;
      notification = setTimeout(() => {
        notification = null;
        notify().catch(() => {});
      }, NOTIFY_MS).unref();
    },
    unsettled: () => {
      if (again !== null || isClosed || listeners.size === 0) return;
      again = setTimeout(() => {
        again = null;
        wake();
      }, UNSETTLED_MS);
    },
    on: (listener) => {
      listeners.add(listener);
      if (listeners.size === 1) start();
      return () => {
        if (listeners.delete(listener) && listeners.size === 0) stop();
      };
    },
    close: () => {
      isClosed = true;
      if (notification !== null) clearTimeout(notification);
      if (again !== null) clearTimeout(again);
      if (listeners.size > 0) stop();
      listeners.clear();
    },
  };
};

/** Announces news after each call of the methods that may have told something; `isNews`: whether an answer says that it has. */
export const announcing =
  (news: Pick<News, "announce">) =>
  <T extends object>(
    part: T,
    methods: readonly (keyof T)[],
    isNews: (answer: unknown) => boolean = () => true,
  ): T => {
    const wrapped = methods.map((method) => {
      const run = part[method] as (...args: unknown[]) => Promise<unknown>;
      const announced = async (...args: unknown[]): Promise<unknown> => {
        const answer = await run(...args);
        if (isNews(answer)) news.announce();
        return answer;
      };
      return [method, announced] as const;
    });
    return { ...part, ...Object.fromEntries(wrapped) };
  };
