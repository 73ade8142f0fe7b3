import { beginEra } from "./event-log.ts";
import { expireDispatchers } from "./membership.ts";
import type { MemoryTables } from "./tables.ts";

export interface RestoredCounts {
  /** Messages that had not ended then: all of them are sent, again or for the first time. */
  readonly messages: number;
  /** Broadcasts that were going: they pause. */
  readonly broadcasts: number;
}

/** What `migrate --restored` does of a database: fences who lived then, takes what waited for sent without an answer, and begins an era. */
export const settleRestored = (tables: MemoryTables, now: number): RestoredCounts => {
  for (const row of tables.dispatchers.values()) if (!row.dead) expireDispatchers(tables, now, row);
  for (const message of tables.unsent.values()) message.unknown = true;
  let broadcasts = 0;
  for (const [id, broadcast] of tables.broadcasts) {
    if (broadcast.state !== "active") continue;
    tables.broadcasts.set(id, { ...broadcast, state: "paused" });
    broadcasts += 1;
  }
  // breakage: restore-in-the-same-era
  beginEra(tables);
  return { messages: tables.unsent.size, broadcasts };
};
