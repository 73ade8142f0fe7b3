import { setImmediate as nextTurn } from "node:timers/promises";
import { StatementRefused } from "#adapters/postgres/failure.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";

/** More than this may not wait for a batch: the database is too slow for the load. */
const WAITING_MAX = 10_000;

interface Pending<Item, Answer> {
  readonly item: Item;
  readonly answered: (answer: Answer) => void;
  readonly failed: (error: unknown) => void;
}

/**
 * Asks for up to `size` items in one batch. What arrives while a batch is under way makes the next one, so batches grow with the load and
 * nothing waits when there is none. `ask` answers in the order of its items.
 */
export const batched = <Item, Answer>(
  size: number,
  ask: (items: readonly Item[]) => Promise<readonly Answer[]>,
): ((item: Item) => Promise<Answer>) => {
  let pending: Pending<Item, Answer>[] = [];
  let isRunning = false;

  const carryOut = async (batch: readonly Pending<Item, Answer>[]): Promise<void> => {
    try {
      const answers = await ask(batch.map(({ item }) => item));
      for (const [index, { answered }] of batch.entries()) answered(answers[index]!);
    } catch (error) {
      // One item that the database refuses must not fail the others.
      if (error instanceof StatementRefused && batch.length > 1) {
        for (const each of batch) await carryOut([each]);
      } else for (const { failed } of batch) failed(error);
    }
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    // Items that arrive in the same tick share the batch.
    await nextTurn();
    while (pending.length > 0) {
      const batch = pending;
      pending = batch.splice(size);
      await carryOut(batch);
    }
    isRunning = false;
  };

  return (item) =>
    new Promise((answered, failed) => {
      if (pending.length >= WAITING_MAX) {
        failed(new StorageUnavailable("Too much waits for the database"));
        return;
      }
      pending.push({ item, answered, failed });
      if (!isRunning) void run();
    });
};
