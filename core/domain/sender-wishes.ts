import type { WishSource } from "#core/domain/wishes/command.ts";

/** What the sender has wished of us that a later text may take back. It is on the route so that no text costs a look-up. */
export interface SenderWishes {
  /** Whose word it is that the sender wants no texts; null while they may get some. */
  readonly optedOutBy: WishSource | null;
  /** When we last confirmed the STOP that holds. */
  readonly confirmedAt: number | null;
  /** Until when the sender's BLOCK to this number may be taken back; null when there is none. */
  readonly unblockUntil: number | null;
}

export const NO_WISHES: SenderWishes = { optedOutBy: null, confirmedAt: null, unblockUntil: null };
