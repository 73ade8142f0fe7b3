import type { Answer } from "./answers.ts";
import { problem } from "./problems.ts";

/** Requests of one key that are carried out at the same time; more are told to come again. */
export const CONCURRENT_MAX = 200;

/**
 * Bounds what one key has carried out at a time. A request counts from when its body is there: bodies that are never finished
 * would lock out everybody who has the key.
 */
export const concurrencyLimit = (): ((client: string, work: () => Promise<Answer>) => Promise<Answer>) => {
  const running = new Map<string, number>();
  return async (client, work) => {
    const count = running.get(client) ?? 0;
    if (count >= CONCURRENT_MAX) return TOO_MANY;
    running.set(client, count + 1);
    try {
      return await work();
    } finally {
      running.set(client, running.get(client)! - 1);
    }
  };
};

const TOO_MANY = problem("too-many-requests", `At most ${CONCURRENT_MAX} requests at a time`, {
  headers: { "Retry-After": "1" },
});
