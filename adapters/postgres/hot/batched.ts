import { setImmediate as nextTurn } from "node:timers/promises";
import { StatementRefused } from "#adapters/postgres/failure.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

/** What may wait for its batch; more than that and the database is too slow for what is asked of it. */
const WAITING_MAX = 10_000;

interface Waiting<Item, Answer> {
  readonly item: Item;
  readonly answered: (answer: Answer) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Asks together what is asked at the same time, at most `size` at once: what comes while one batch is under way makes the next one,
 * so that batches grow with the load, and nothing waits when there is none. `ask` answers in the order of its items.
 */
export const batched = <Item, Answer>(
  size: number,
  ask: (items: readonly Item[]) => Promise<readonly Answer[]>,
): ((item: Item) => Promise<Answer>) => {
  let waiting: Waiting<Item, Answer>[] = [];
  let isRunning = false;

  const carryOut = async (batch: readonly Waiting<Item, Answer>[]): Promise<void> => {
    try {
      const answers = await ask(batch.map(({ item }) => item));
      for (const [place, { answered }] of batch.entries()) answered(answers[place]!);
    } catch (error) {
      // What the database refuses in one of them must not be the fate of all.
      if (error instanceof StatementRefused && batch.length > 1) {
        for (const each of batch) await carryOut([each]);
      } else for (const { failed } of batch) failed(error);
    }
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    // Whatever else comes in this turn of the loop shall share the batch.
    await nextTurn();
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = batch.splice(size);
      await carryOut(batch);
    }
    isRunning = false;
  };

  return (item) =>
    new Promise((answered, failed) => {
      if (waiting.length >= WAITING_MAX) {
        failed(new StorageUnavailable("Too much waits for the database"));
        return;
      }
      waiting.push({ item, answered, failed });
      if (!isRunning) void run();
    });
};
