/** What may overtake what: relayed texts before our own notices before broadcasts. Never within one recipient's queue. */
export type Priority = "relay" | "system" | "broadcast";

/** Stored by their index (`relay` 0, `system` 1, `broadcast` 2): add at the end, never change the order. */
export const PRIORITIES: readonly Priority[] = ["relay", "system", "broadcast"];
