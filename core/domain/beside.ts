import type { NewEvent } from "./event.ts";
import type { OutboundMessage } from "./outbound-message.ts";

/** What is written with a text that is decided on, in the same transaction. */
export interface Beside {
  /** For whoever wrote it, from the queue; null for commands, which have an answer of their own. */
  readonly notice: OutboundMessage | null;
  readonly events: readonly NewEvent[];
}

/** A writer is told one thing at a time: the first that there is. */
export const putTogether = (
  a: Beside | null | undefined,
  b: Beside | null | undefined,
): Beside | null | undefined =>
  a && b ? { notice: a.notice ?? b.notice, events: [...a.events, ...b.events] } : (a ?? b);
