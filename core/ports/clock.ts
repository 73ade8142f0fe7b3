/** The time of day. A port, so that tests and the simulation own time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. It may jump in either direction. */
  now(): number;
}
