/** Being called later. A port, so that tests and the simulation own waiting. */
export interface Timer {
  /** Calls `run` once, `ms` milliseconds from now (0 or more). The returned function cancels it. */
  after(ms: number, run: () => void): () => void;
}
