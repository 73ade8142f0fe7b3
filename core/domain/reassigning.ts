/** FCC 84 FR 11226: a number that was given up is somebody else's after 45 days at the earliest. In milliseconds. */
export const REASSIGN_AFTER_MS = 45 * 86_400_000;

/** When two people met through a pair, and whether both have texted since an instant. */
export interface Acquaintance {
  readonly openedAt: number;
  /** When the one of the two who has been silent for longer texted last; null: one of them never has. */
  readonly heardAt: number | null;
}

/**
 * Whether both are still taken for those who they were. The platform knew their numbers when it joined them, and each knows their own when
 * they text; what came from one of them says nothing of the other.
 */
export const isRemembered = (
  { openedAt, heardAt }: Acquaintance,
  now: number,
  reassignAfterMs: number,
): boolean =>
  // breakage: remember-for-ever
  Math.max(openedAt, heardAt ?? Number.NEGATIVE_INFINITY) > now - reassignAfterMs;

/**
 * From when on a virtual number may go to another customer of the carrier, to whom late texts would go with it; null: at once. `usedAt`:
 * the later of its last quarantine's end and its last text from a handset; null: there was neither.
 */
export const releasableFrom = (usedAt: number | null, now: number, reassignAfterMs: number): number | null =>
  // breakage: release-at-once
  usedAt !== null && usedAt + reassignAfterMs > now ? usedAt + reassignAfterMs : null;
