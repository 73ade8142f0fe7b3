/** Key to value, bounded: what was neither set nor found lately is forgotten. */
export interface GenerationalCache<V> {
  get(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
  /** How many entries are in memory, never more than the limit. */
  size(): number;
}

/**
 * Knows at least the last `max` / 2 keys that were set or found, and never holds more than `max` entries (two at least). It has two
 * generations: when the younger one is full, the older one is dropped as a whole. So a look-up costs no list to keep in order, as a
 * least-recently-used cache would.
 */
export const createGenerationalCache = <V>(max: number): GenerationalCache<V> => {
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
    get: (key) => {
      const young = younger.get(key);
      if (young !== undefined) return young;
      const old = older.get(key);
      if (old !== undefined) set(key, old);
      return old;
    },
    set,
    delete: (key) => {
      younger.delete(key);
      older.delete(key);
    },
    size: () => younger.size + older.size,
  };
};
