import type { OutboundMessage } from "./outbound-message.ts";

/** A text that waits to be taken by a carrier. */
export type WaitingText = Pick<
  OutboundMessage,
  "conversationId" | "senderId" | "priority" | "receivedAt" | "expiresAt"
>;

/** Said later than this, the text may have gone long since, and the notice waits behind others itself. In milliseconds. */
export const DELAY_TOLD_WITHIN_MS = 10 * 60_000;

/**
 * Whether the writer of a text is told now that it takes longer than usual: it is somebody's own, it has waited for as long as the service
 * allows, and its time is not over. `afterMs`: null: nobody is told.
 */
export const isDelayed = (text: WaitingText, now: number, afterMs: number | null): boolean =>
  afterMs !== null &&
  text.priority === "relay" &&
  text.senderId !== null &&
  // breakage: call-all-delayed
  text.receivedAt + afterMs <= now &&
  now < text.expiresAt;
