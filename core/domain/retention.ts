/** Carriers stop sending receipts this long after a message's time to live (72 hours: Vonage's retries). */
export const RECEIPT_GRACE_MS = 72 * 3_600_000;

/** Keys of joined parts, parked receipts and kept answers are needed for as long as carriers and callers repeat themselves. */
export const MEMORY_MS = 96 * 3_600_000;

/** Receipts of unknown ids that are kept: they wait for moments, and all that comes later is for nobody. */
export const PARKED_MAX = 100_000;

/** Texts that belong to no conversation which are kept, for whoever asks why they did not arrive. */
export const STRANGERS_MAX = 500_000;

/** For clocks that differ, and for a sweep that comes late. */
const SLACK_MS = 24 * 3_600_000;

/** No receipt counts that comes later than this after its message was received: the message has been given up by then. */
export const receiptsWithinMs = (messageTtlMs: number): number => messageTtlMs + RECEIPT_GRACE_MS + SLACK_MS;

/** Messages must be kept for longer than this: what is under way, waits for its receipt, or may be repeated is not to be forgotten. */
export const retentionMinMs = (messageTtlMs: number): number =>
  Math.max(receiptsWithinMs(messageTtlMs), MEMORY_MS);

/** How long what has been told to the outside can be read again, unless it is set otherwise. */
export const EVENT_RETENTION_MS = 7 * 86_400_000;
