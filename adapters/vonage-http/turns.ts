/** Takes its turn; false when too many are waiting already. */
export type Turns = () => Promise<boolean>;

/** Longest wait for one's turn, in milliseconds. */
const WAIT_MAX_MS = 15_000;

/** Lets calls begin one at a time, at least `spacingMs` apart, in the order in which they ask. */
export const turns = (spacingMs: number): Turns => {
  let nextAt = 0;
  return async () => {
    const now = performance.now();
    const at = Math.max(now, nextAt);
    if (at - now > WAIT_MAX_MS) return false;
    nextAt = at + spacingMs;
    if (at > now) await pause(at - now);
    return true;
  };
};

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
