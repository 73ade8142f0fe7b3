/**
 * Lets pieces of work that have a key in common follow each other, in the order in which they came; others never wait. What
 * fails does not keep the next one from its turn.
 */
export const keyedMutex = (): (<T>(keys: readonly string[], work: () => Promise<T>) => Promise<T>) => {
  /** The end of the last one of each key. */
  const last = new Map<string, Promise<void>>();
  return async (keys, work) => {
    const before = Promise.all(keys.map((key) => last.get(key)));
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    for (const key of keys) last.set(key, ended);
    try {
      await before;
      return await work();
    } finally {
      end();
      for (const key of keys) if (last.get(key) === ended) last.delete(key);
    }
  };
};
