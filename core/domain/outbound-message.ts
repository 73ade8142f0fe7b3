import type { Msisdn } from "./msisdn.ts";
import type { Priority } from "./priority.ts";

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
  readonly receivedAt: number;
  /** Not sent any more from this instant on. */
  readonly expiresAt: number;
}
