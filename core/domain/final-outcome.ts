import type { Failure } from "./failure.ts";
import type { FinalState } from "./message-state.ts";

/** The end of a message: the first one that is recorded stays. */
export interface FinalOutcome {
  readonly messageId: string;
  readonly state: FinalState;
  readonly failure: Failure | null;
  readonly at: number;
}
