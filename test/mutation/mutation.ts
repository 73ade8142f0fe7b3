/** A deliberate breakage of the system: one change of one file, which must not go unnoticed. */
export interface Mutation {
  /** What is broken, in words that continue "the system would ...". */
  readonly name: string;
  readonly file: string;
  /** Stands exactly once in the file. */
  readonly find: string;
  readonly replace: string;
  /** Tests that see it, for what no world can: rules that do not show in what people get. Absent: the simulation must. */
  readonly tests?: readonly string[];
}
