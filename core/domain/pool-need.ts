/** A route that takes a number away from whoever texts it: live, or in quarantine. */
export interface HeldRoute {
  /** Who texts the number, by whatever names them. */
  readonly sender: string;
  /** Whose numbers could take the place of this one, such as those of a service in a country. */
  readonly pool: string;
}

export interface PoolNeed {
  /** How many numbers the routes of the pool need. */
  readonly minimum: number;
  /** One of those who have as many routes there. */
  readonly boundBy: string;
}

/**
 * The fewest numbers with which the routes of each pool could be: as many as one sender has there. Routes of one sender need different
 * numbers, since a pair of a sender and a number leads to one place; those of two senders may share one.
 */
export const poolNeeds = (routes: Iterable<HeldRoute>): ReadonlyMap<string, PoolNeed> => {
  const counts = new Map<string, Map<string, number>>();
  for (const { sender, pool } of routes) {
    const bySender = counts.get(pool) ?? new Map<string, number>();
    counts.set(pool, bySender.set(sender, (bySender.get(sender) ?? 0) + 1));
  }
  const needs = new Map<string, PoolNeed>();
  for (const [pool, bySender] of counts) {
    for (const [sender, count] of bySender) {
      if (count > (needs.get(pool)?.minimum ?? 0)) needs.set(pool, { minimum: count, boundBy: sender });
    }
  }
  return needs;
};
