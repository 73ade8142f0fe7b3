/** A week, which starts on Thursdays at 00:00 UTC: migration 0007 has the same. */
export const PERIOD_MS = 7 * 24 * 3_600_000;

export const GREATEST_ID = "ffffffff-ffff-ffff-ffff-ffffffffffff";

/** Ids from one on; `to` is not among them any more. */
export interface IdRange {
  readonly from: string;
  readonly to: string;
}

/** When the period of an instant starts. */
export const startOfPeriod = (ms: number): number => Math.floor(ms / PERIOD_MS) * PERIOD_MS;

/** No id (UUIDv7) made at that instant or later is lower. Ids compare as texts. */
export const leastId = (ms: number): string => {
  const time = Math.max(0, ms).toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-0000-0000-000000000000`;
};

/** When an id was made. */
export const timeOfId = (id: string): number => Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16);

/** The lowest of some ids; one that is above all ids if there are none. */
export const lowestOf = (ids: readonly string[]): string => ids.toSorted()[0] ?? GREATEST_ID;
