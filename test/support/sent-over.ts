import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { Attempt, CarrierLink, SendOutcome } from "#core/ports/carrier-link.ts";

/** Sends, and waits for what becomes of it. */
export const sentOver = (
  link: Pick<CarrierLink, "send">,
  message: OutboundMessage,
  attempt: Attempt,
): Promise<SendOutcome> => new Promise((resolve) => link.send(message, attempt, resolve));
