/** A map that forgets what was not asked for lately. */
export interface RecentMap<V> {
  readonly get: (key: string) => V | undefined;
  readonly set: (key: string, value: V) => void;
}

/**
 * Knows at least the last `max` / 2 keys that were set or found, and never more than `max`. In two generations: when the younger one is
 * full, the older one goes as a whole. So most of what is asked once costs one look and one entry, without a list to keep in order.
 */
export function recentMap<V>(max: number): RecentMap<V> {
  const generationMax = Math.max(1, Math.floor(max / 2));
  let younger = new Map<string, V>();
  let older = new Map<string, V>();

  const set = (key: string, value: V): void => {
    if (younger.size >= generationMax && !younger.has(key)) {
      older = younger;
      younger = new Map();
    }
    younger.set(key, value);
  };

  return {
    get(key) {
      const young = younger.get(key);
      if (young !== undefined) return young;
      const old = older.get(key);
      if (old !== undefined) set(key, old);
      return old;
    },
    set,
  };
}
