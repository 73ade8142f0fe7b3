/** The time of day. A port, so that tests and the simulation own time. */
export interface Clock {
  /** Milliseconds since the Unix epoch. It may jump in either direction. */
  now(): number;
}

/** A clock that can also measure. */
export interface SteadyClock extends Clock {
  /** Milliseconds since an instant of its own: it never jumps and never runs backwards. */
  elapsed(): number;
}
