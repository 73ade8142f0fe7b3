import type { OutboundMessage } from "#core/domain/outbound-message.ts";
import type { SendOutcome } from "#core/ports/carrier-link.ts";

/** A message on its way over one bind, a part at a time. It comes back with the outcome of each part. */
export interface Sending {
  readonly message: OutboundMessage;
  /** The whole text, cut up. */
  readonly segments: readonly string[];
  /** 0 to 255; ties the parts together. */
  readonly reference: number;
  /** As SMPP writes it. */
  readonly validUntil: string;
  /** The part that is being sent, from 0, and the one before which to stop. */
  part: number;
  readonly end: number;
  /** Of the parts that were accepted. */
  carrierIds: readonly (string | null)[];
  readonly done: (outcome: SendOutcome) => void;
}

/** None yet. */
export const NO_IDS: readonly (string | null)[] = [];

export const UNSENT: SendOutcome = { kind: "unsent" };
