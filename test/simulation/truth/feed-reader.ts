import type { LoggedEvent } from "#core/domain/event.ts";
import type { Events } from "#core/ports/events.ts";
import { drainMicrotasks } from "#test/simulation/microtasks.ts";
import type { Random } from "#test/simulation/random.ts";
import { Broken } from "./broken.ts";

/** An application that follows the log by its cursor: it must read all that is told, once and in order, whatever befalls the store. */
export interface FeedReader {
  /** Reads a little further. */
  read(): void;
  /** The store has been brought back to an earlier moment, with this log: what was read of it is not told again. */
  broughtBack(log: readonly LoggedEvent[]): void;
  /** To be called outside of promise reactions. */
  finalCheck(log: readonly LoggedEvent[]): void;
}

export interface FeedReaderSurroundings {
  readonly events: Pick<Events, "read">;
  readonly random: Random;
  fail(error: unknown): void;
}

const PAGE_MAX = 20;

export const createFeedReader = ({ events, random, fail }: FeedReaderSurroundings): FeedReader => {
  let cursor = "first";
  let isAtEnd = false;
  const before = new Set<string>();
  let since: string[] = [];

  const goOn = async (): Promise<void> => {
    const page = await events.read({ after: cursor, types: null, limit: random.int(1, PAGE_MAX) });
    if (page.kind !== "page") throw new Broken("told once", `a cursor of ours is called ${page.kind}`);
    for (const { id } of page.items) since.push(id);
    cursor = page.next;
    isAtEnd = page.isLast;
  };
  const read = (): void => {
    goOn().catch(fail);
  };

  return {
    read,
    broughtBack: (log) => {
      const kept = new Set(log.map(({ id }) => id));
      for (const id of since) if (kept.has(id)) before.add(id);
      since = [];
    },
    finalCheck: (log) => {
      do {
        isAtEnd = true;
        read();
        drainMicrotasks();
      } while (!isAtEnd);
      const expected = log.filter(({ id }) => !before.has(id)).map(({ id }) => id);
      if (since.join() !== expected.join())
        throw new Broken("told once", "who follows the log has missed some of it, or has read it twice");
    },
  };
};
