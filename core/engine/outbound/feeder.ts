import type { Broadcasts, ClaimedLine, LineRefusal, SettledLine } from "#core/ports/broadcasts.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import { rulesOf } from "#core/ports/services.ts";
import { type Storage, StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { feedLine } from "./feed-line.ts";
import type { RecipientQueues } from "./recipient-queues.ts";

export interface FeederPorts {
  readonly storage: Pick<Storage, "broadcasts" | "conversations" | "dispatch" | "services">;
  readonly clock: Clock;
  readonly timer: Timer;
  readonly ids: Ids;
}

export interface FeederOptions {
  readonly messageTtlMs: number;
  readonly feedMs?: number;
  /** Lines between two looks at whether to go on. */
  readonly linesAtOnce?: number;
}

const FEED_MS = 1_000;
/** After a pass that found much to do. */
const FEED_SOON_MS = 50;
/** Texts of broadcasts that wait in the queue at once: about a second of the fastest link. */
const ROOM = 1_000;
/** A pass takes seconds; who has not settled a line by then has crashed. */
const LINE_LEASE_MS = 60_000;
/** Whoever pauses a broadcast waits for no more. */
const LINES_AT_ONCE = 50;
/** Lines that are queued side by side: more would take the database from people's texts. */
const SIDE_BY_SIDE = 4;
/** Where people's texts wait for a link for longer than this, broadcasts wait too. */
const PEOPLE_WAIT_MS = 250;

/** Whether what people and the service have to say to somebody leaves at once here. */
export const leavesAtOnce = (queues: Pick<RecipientQueues, "first">, clock: Clock): boolean =>
  (["relay", "system"] as const).every((priority) => {
    const since = queues.first(priority)?.items[0]?.message.receivedAt;
    return since === undefined || clock.now() - since <= PEOPLE_WAIT_MS;
  });

/**
 * Moves the lines of active broadcasts into the outbound queue. `hasRoom`: nobody else's text is kept waiting here. A line's message
 * has its id before it is queued, so that a line that is fed twice is sent once.
 */
export const startFeeder = (
  ports: FeederPorts,
  options: FeederOptions,
  hasRoom: () => boolean,
): { stop(): Promise<void> } => {
  let isStopped = false;
  let feeding: Promise<void> = Promise.resolve();
  let cancel = (): void => {};
  const feedMs = options.feedMs ?? FEED_MS;
  const next = (ms: number): void => {
    cancel = ports.timer.after(ms, () => {
      feeding = (hasRoom() ? feed(ports, options, () => !isStopped && hasRoom()) : Promise.resolve(0))
        // What lost storage prevents is left to the next pass.
        .catch((error: unknown) => {
          if (!(error instanceof StorageUnavailable)) throw error;
          return 0;
        })
        .then((fed) => {
          if (!isStopped) next(fed >= ROOM / 2 ? Math.min(FEED_SOON_MS, feedMs) : feedMs);
        });
    });
  };
  next(feedMs);
  return {
    stop: async () => {
      isStopped = true;
      cancel();
      await feeding;
    },
  };
};

/** One pass; answers how many lines it fed. What `goesOn` leaves out is anybody's again. */
export const feed = async (
  { storage, clock, ids }: Omit<FeederPorts, "timer">,
  options: FeederOptions,
  goesOn: () => boolean = () => true,
): Promise<number> => {
  const { broadcasts } = storage;
  const rules = rulesOf(storage.services, { messageTtlMs: options.messageTtlMs });
  const claimed = await broadcasts.claimLines({
    ...{ now: clock.now(), room: ROOM, leaseMs: LINE_LEASE_MS },
    nextId: () => ids.next(),
  });
  const { linesAtOnce = LINES_AT_ONCE } = options;
  let fed = 0;
  for (let from = 0; from < claimed.length; from += linesAtOnce) {
    if (!goesOn()) {
      await broadcasts.release(claimed.slice(from));
      break;
    }
    const lines = claimed.slice(from, from + linesAtOnce);
    // They may have been paused or cancelled since their lines were claimed.
    const active = await activeAmong(broadcasts, lines);
    await broadcasts.release(lines.filter(({ broadcastId }) => !active.has(broadcastId)));
    const settled = await feedLines(
      lines.filter(({ broadcastId }) => active.has(broadcastId)),
      (line) => feedLine(storage, rules, line, clock.now()),
    );
    await broadcasts.settle(settled, clock.now());
    fed += settled.length;
  }
  return fed;
};

const activeAmong = async (
  broadcasts: Pick<Broadcasts, "get">,
  lines: readonly ClaimedLine[],
): Promise<ReadonlySet<string>> => {
  const active = new Set<string>();
  for (const id of new Set(lines.map(({ broadcastId }) => broadcastId)))
    if ((await broadcasts.get(id))?.state === "active") active.add(id);
  return active;
};

/** Side by side, but what goes to one person in order. */
const feedLines = async (
  lines: readonly ClaimedLine[],
  feedOne: (line: ClaimedLine) => Promise<LineRefusal | null>,
): Promise<readonly SettledLine[]> => {
  const settled: SettledLine[] = [];
  const byRecipient = Map.groupBy(lines, ({ recipientId }) => recipientId).values();
  const work = async (): Promise<void> => {
    for (const ofOne of byRecipient) {
      for (const line of ofOne) {
        const { broadcastId, ref } = line;
        settled.push({ broadcastId, line: line.line, ref, refusal: await feedOne(line) });
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  return settled;
};
