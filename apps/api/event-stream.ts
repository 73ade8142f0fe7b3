import { Readable } from "node:stream";
import type { Journal } from "#core/ports/journal.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { ReadEventsInput, ReadEventsOutcome } from "#core/use-cases/read-events.ts";
import { showEvent } from "./show-event.ts";

/** Streams of one process; more are told to come again. */
export const STREAMS_MAX = 100;
/** Events that are read at a time: the most that is in memory for one client, beside what the connection holds. */
const PAGE = 100;
/** Proxies cut what is silent for longer, most after a minute. */
export const KEEP_ALIVE_MS = 15_000;
/** A client that takes nothing for so long is cut, and goes on from the last event it has. */
export const STALLED_MS = 30_000;
/** Between two reads of a stream that has all there is, so that many small pieces of news become one read. */
const READ_INTERVAL_MS = 100;
/** Where the database does not answer. */
const RETRY_MS = 1_000;
/** When a client should come back. */
const RECONNECT_MS = 2_000;

type Page = Extract<ReadEventsOutcome, { kind: "page" }>;

export interface EventStreamPorts {
  readonly read: (input: ReadEventsInput) => Promise<ReadEventsOutcome>;
  readonly watch: (listener: () => void) => () => void;
  readonly timer: Timer;
  readonly draining: AbortSignal;
  readonly journal: Journal;
}

/** What is streamed: the same filter for as long as the stream lasts. */
export type StreamFilter = Pick<ReadEventsInput, "types" | "service">;

/** Server-sent events (WHATWG HTML §9.2). The id is the cursor, so that `Last-Event-ID` is where to go on. */
const frameOf = (event: Page["items"][number]): string =>
  `id: ${event.cursor}\ndata: ${JSON.stringify(showEvent(event))}\n\n`;

const BYE = "event: bye\ndata: {}\n\n";

/**
 * Streams that follow the log. A stream reads on only when its client has taken what came before, so that a slow one costs no memory.
 * Answers null when there are as many as there may be.
 */
export const eventStreams = ({ read, watch, timer, draining, journal }: EventStreamPorts) => {
  const open = new Set<() => void>();
  draining.addEventListener("abort", () => {
    for (const end of [...open]) end();
  });

  /** `first` has been read already: what follows it is streamed. */
  return (first: Page, filter: StreamFilter): Readable | null => {
    if (open.size >= STREAMS_MAX) return null;
    let isWanted = true;
    let hasNews = true;
    let isOver = false;
    let place = first.next;
    let wake = (): void => {};
    let stopStallTimer = (): void => {};
    let stopKeepAlive = (): void => {};

    const stream = new Readable({
      read: () => {
        isWanted = true;
        stopStallTimer();
        wake();
      },
      destroy: (error, done) => {
        finish();
        done(error);
      },
    });
    const finish = (): void => {
      if (isOver) return;
      isOver = true;
      open.delete(end);
      stopWatching();
      stopStallTimer();
      stopKeepAlive();
      wake();
    };
    const end = (): void => {
      if (isOver) return;
      finish();
      stream.push(BYE);
      stream.push(null);
      // Who does not even take that must not keep the process.
      if (!isWanted) stream.destroy();
    };
    const send = (text: string): void => {
      if (isOver || stream.push(text)) return;
      isWanted = false;
      stopStallTimer();
      stopStallTimer = timer.after(STALLED_MS, () => stream.destroy());
    };
    const keepAlive = (): void => {
      // An id without data moves the place of a client whose types are rare, so that it does not grow too old.
      if (isWanted) send(`: still here\nid: ${place}\n\n`);
      stopKeepAlive = timer.after(KEEP_ALIVE_MS, keepAlive);
    };
    const until = async (isSo: () => boolean): Promise<void> => {
      while (!isOver && !isSo()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    };
    const pause = async (ms: number): Promise<void> => {
      let isPast = false;
      const cancel = timer.after(ms, () => {
        isPast = true;
        wake();
      });
      await until(() => isPast);
      cancel();
    };
    const next = async (): Promise<Page | null> => {
      while (!isOver) {
        hasNews = false;
        try {
          const page = await read({ after: place, limit: PAGE, ...filter });
          return page.kind === "page" ? page : null;
        } catch (error) {
          // To end the stream would make browsers give up: they take no 503 for an answer.
          if (!(error instanceof StorageUnavailable)) throw error;
          await pause(RETRY_MS);
        }
      }
      return null;
    };
    const follow = async (): Promise<void> => {
      send(`retry: ${RECONNECT_MS}\nid: ${place}\n\n`);
      for (let page: Page | null = first; page !== null && !isOver; page = await next()) {
        place = page.next;
        if (page.items.length > 0) send(page.items.map(frameOf).join(""));
        await until(() => isWanted);
        if (!page.isLast) continue;
        await until(() => hasNews);
        await pause(READ_INTERVAL_MS);
      }
      // What came next has been dropped: the client hears of it when it comes back.
      end();
    };

    const stopWatching = watch(() => {
      hasNews = true;
      wake();
    });
    open.add(end);
    stopKeepAlive = timer.after(KEEP_ALIVE_MS, keepAlive);
    follow().catch((error) => {
      journal.bugFound({ where: "a stream of events", error });
      stream.destroy();
    });
    return stream;
  };
};
