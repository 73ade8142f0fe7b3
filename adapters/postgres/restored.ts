import { beginEra } from "#adapters/postgres/events/era.ts";
import { expireDispatchers } from "#adapters/postgres/ownership/expire-dispatcher.ts";
import { openDatabase } from "./database.ts";
import { executeIn } from "./execute.ts";

/** What may go out twice after a restore, as nobody knows what became of it between the instant of the backup and the end of what was restored. */
export interface RestoredCounts {
  /** Messages that had not ended at that instant: all of them are sent, again or for the first time. */
  readonly messages: number;
  /** Broadcasts that were going: they pause, as somebody has to say whether the rest of them has gone. */
  readonly broadcasts: number;
  /** Their lines, and those of such as were paused before, that were not in the queue yet. */
  readonly broadcastLines: number;
}

/**
 * Prepares a database that was restored from a backup, before any process of ours starts; the schema is that of this version. What waited
 * counts as sent without an answer. The log of events begins a new era, so that cursors from after the instant of the backup miss nothing: of a
 * cluster that goes back to an earlier point, ids of transactions come a second time.
 */
export const settleRestored = async (url: string): Promise<RestoredCounts> => {
  const { cold, close } = openDatabase(url, { statementTimeoutMs: 0 });
  try {
    const counts = await cold.transaction().execute(async (trx) => {
      const execute = executeIn(trx);
      // Those of before: whichever of them still lives is fenced.
      const living = await execute<{ id: string }>("select id from dispatcher where not expired");
      await expireDispatchers(
        execute,
        living.map(({ id }) => id),
      );
      await execute("update queue set answer_lost = true where not answer_lost");
      const paused = await execute(
        "update broadcast set state = 'paused' where state = 'active' returning 1",
      );
      const [row] = await execute<{ messages: number; lines: number }>(COUNTS);
      return { messages: row!.messages, broadcasts: paused.length, broadcastLines: row!.lines };
    });
    await beginEra(cold, { isForced: true });
    return counts;
  } finally {
    await close();
  }
};

const COUNTS = `select (select count(*)::int from queue) as messages,
  (select count(*)::int from broadcast_line l join broadcast b on b.id = l.broadcast_id
   where l.settled_at is null and b.state = 'paused') as lines`;
