import type { Msisdn } from "./msisdn.ts";
import type { Priority } from "./priority.ts";
import type { Hold } from "./quiet-hours/hold.ts";

/** What we want a carrier to bring to a handset. The source is always a virtual number, the destination never. */
export interface OutboundMessage {
  readonly id: string;
  readonly conversationId: string;
  readonly senderId: string | null;
  readonly recipientId: string;
  readonly priority: Priority;
  readonly source: Msisdn;
  readonly destination: Msisdn;
  readonly text: string;
  /** Since when it waits to leave; where it was held before, since the end of that. */
  readonly receivedAt: number;
  /** Not sent any more from this instant on. */
  readonly expiresAt: number;
  /** Of a text that advertises, or is beyond a limit of its writer: when it may leave. */
  readonly hold?: Hold;
}
