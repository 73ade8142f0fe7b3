/** Chance, for jitter. A port, so that tests and the simulation can replay it. */
export interface Chance {
  /** A number in [0, 1). */
  next(): number;
}
