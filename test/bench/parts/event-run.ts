import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "#adapters/node/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import type { LoggedEvent } from "#core/domain/event.ts";
import { type Child, startChild } from "./child.ts";
import { withClient } from "./database.ts";
import { eventProblems, type WrittenFact } from "./event-judge.ts";
import { BENCH_KEY } from "./live-routes.ts";

export interface EventRunOptions {
  readonly url: string;
  readonly writers: number;
  /** So many of them are killed in the middle. */
  readonly killed: number;
  /** Of each writer; three events a message. */
  readonly batches: number;
  readonly size: number;
  readonly everyMs?: number;
  /** How many events each reader asks for at a time. */
  readonly readers: readonly number[];
}

export interface EventRunReport {
  readonly events: number;
  readonly seconds: number;
  readonly problems: readonly string[];
  /** From the moment before a text was written to the one in which the first reader had its event, in milliseconds. */
  readonly delays: readonly number[];
}

/** Processes write events, some are killed, and readers follow meanwhile; then what was told is compared with what is stored. */
export const runEvents = async (options: EventRunOptions): Promise<EventRunReport> => {
  const { url, writers: count, killed, readers: limits } = options;
  const writers = Array.from({ length: count }, () =>
    startChild("test/bench/programs/event-writer.ts", [url]),
  );
  await Promise.all(writers.map((writer) => writer.heard("ready")));
  const began = performance.now();
  const readers = limits.map((limit) => follow(url, limit));
  await writeAll(writers, killed, options);
  await Promise.all(writers.map((writer) => writer.end()));
  const written = await factsOf(url);
  const told = await Promise.all(readers.map((reader) => reader.finish(written.length)));
  return {
    events: written.length,
    seconds: (performance.now() - began) / 1_000,
    problems: told.flatMap(({ events }, n) =>
      eventProblems(events, written).map((problem) => `reader ${n}: ${problem}`),
    ),
    delays: told[0]!.delays,
  };
};

const writeAll = async (
  writers: readonly Child[],
  killed: number,
  { batches, size, everyMs = 0 }: EventRunOptions,
): Promise<void> => {
  for (const writer of writers) writer.tell({ write: { batches, size, everyMs } });
  await Promise.all(
    writers.map(async (writer, n) => {
      if (n >= killed) return writer.heard("written");
      for (let half = 0; half < batches / 2; half += 1) await writer.heard("progress");
      await writer.end("SIGKILL");
    }),
  );
};

interface Told {
  readonly events: readonly LoggedEvent[];
  readonly delays: readonly number[];
}

/** Reads on whenever there may be something new. */
const follow = (url: string, limit: number) => {
  const { events, close } = postgresStorage({ url, keyring: keyring([BENCH_KEY]), clock: systemClock });
  const seen: LoggedEvent[] = [];
  const delays: number[] = [];
  let after = "first";
  let reading: Promise<void> | null = null;
  let isStale = false;
  const readOn = async (): Promise<void> => {
    do {
      isStale = false;
      const page = await events.read({ after, types: null, limit });
      if (page.kind !== "page") throw new Error(`Expected events and not: ${page.kind}`);
      const now = Date.now();
      for (const event of page.items) if (event.type === "message.received") delays.push(now - event.at);
      seen.push(...page.items);
      after = page.next;
      isStale ||= !page.isLast;
    } while (isStale);
  };
  const wake = (): void => {
    isStale = true;
    reading ??= readOn().finally(() => {
      reading = null;
    });
  };
  const stop = events.onNews(wake);
  wake();
  return {
    /** Ends when so many have been read and a little later nothing more has come. */
    finish: async (expected: number): Promise<Told> => {
      const end = performance.now() + FINISH_MS;
      while (seen.length < expected && performance.now() < end) await pause(20);
      await pause(SETTLE_MS);
      stop();
      await reading;
      await close();
      return { events: seen, delays };
    },
  };
};

const FINISH_MS = 20_000;
const SETTLE_MS = 200;

const FACTS = `select 'message.received' as type, id::text as subject, conversation_id::text from message where key is not null
union all select distinct 'message.sent', a.message_id::text, m.conversation_id::text from accepted a join message m on m.id = a.message_id
  where a.part = a.parts - 1
union all select 'message.' || o.state, o.message_id::text, m.conversation_id::text
  from message_outcome o join message m on m.id = o.message_id
union all select 'conversation.opened', id::text, id::text from conversation
union all select 'conversation.closed', id::text, id::text from conversation where closed_at is not null
union all select 'number.rented', number::text, null from number`;

/** Everything that was written, by whoever was killed too. */
const factsOf = (url: string): Promise<readonly WrittenFact[]> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ type: string; subject: string; conversation_id: string | null }>(
      FACTS,
    );
    return rows.map(({ type, subject, conversation_id: conversationId }) => ({
      type,
      subject,
      conversationId,
    }));
  });
