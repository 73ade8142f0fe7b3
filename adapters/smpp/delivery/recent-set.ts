/** A set of fingerprints that forgets what was not added lately. */
export interface RecentSet {
  /** `false`: it was there before. */
  readonly add: (fingerprint: string) => boolean;
  readonly has: (fingerprint: string) => boolean;
}

/**
 * So many letters tell fingerprints apart: that two of a hundred thousand have them in common happens once in a thousand times, and then
 * a new text seems to have come before. It is accepted all the same, under a key that another process, to which the carrier brings it
 * again after a lost answer, would not look for first.
 */
const LETTERS = 7;

/** The golden ratio, as hash tables use it (Knuth, volume 3, §6.4). */
const GOLDEN = 0x9e3779b1;

/**
 * Knows at least the last `max` / 2 that were added, and never more than `max`, in two generations as `createGenerationalCache` does. A fingerprint is
 * kept as a number, in a table of numbers: there is one of each text that ever came, and nothing else of it need stay in memory.
 */
export const createRecentSet = (max: number): RecentSet => {
  const generationMax = Math.max(1, Math.floor(max / 2));
  const slotBits = Math.ceil(Math.log2(2 * generationMax));
  const lastSlot = 2 ** slotBits - 1;
  let younger = new Float64Array(lastSlot + 1);
  let older = new Float64Array(lastSlot + 1);
  let size = 0;

  /** Where a key is, or would be. At least half the slots are empty, so that is near to where it belongs. */
  const slotOf = (table: Float64Array, key: number): number => {
    let slot = Math.imul(key, GOLDEN) >>> (32 - slotBits);
    while (table[slot] !== 0 && table[slot] !== key) slot = slot === lastSlot ? 0 : slot + 1;
    return slot;
  };
  const isIn = (table: Float64Array, key: number): boolean => table[slotOf(table, key)] === key;

  return {
    has(fingerprint) {
      const key = keyOf(fingerprint);
      return isIn(younger, key) || isIn(older, key);
    },
    add(fingerprint) {
      const key = keyOf(fingerprint);
      if (isIn(younger, key)) return false;
      const isNew = !isIn(older, key);
      if (size === generationMax) {
        [younger, older] = [older, younger];
        younger.fill(0);
        size = 0;
      }
      younger[slotOf(younger, key)] = key;
      size += 1;
      return isNew;
    },
  };
};

const keyOf = (fingerprint: string): number => {
  let key = 0;
  for (let i = 0; i < LETTERS; i += 1) key = key * 0x80 + fingerprint.charCodeAt(i);
  return key;
};
