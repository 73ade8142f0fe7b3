import type { NewEvent } from "./event.ts";
import type { FoundLeak } from "./leak-guard.ts";
import type { OutboundMessage } from "./outbound-message.ts";

/** More leaks of one text are acted on, and not told. */
const TOLD_MAX = 10;

/** One for each leak, without the text. */
export const leakEvents = (
  { id, conversationId, senderId, recipientId }: OutboundMessage,
  found: readonly FoundLeak[],
  serviceId: string | null,
  at: number,
): readonly NewEvent[] =>
  found.slice(0, TOLD_MAX).map((leak) => ({
    type: "leak.found",
    subject: id,
    data: { conversationId, senderId, recipientId, ...leak },
    serviceId,
    at,
  }));
