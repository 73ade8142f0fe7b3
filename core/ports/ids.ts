/** New identifiers. A port, so that tests and the simulation can replay them. */
export interface Ids {
  /** A UUIDv7 (RFC 9562): 36 lower-case characters, later ids sort after earlier ones within this process. */
  next(): string;
}
