import type { Broadcasts, ClaimedLine, HeldLine, SettledLine } from "#core/ports/broadcasts.ts";
import type { Clock, SteadyClock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import { rulesOf } from "#core/ports/services.ts";
import type { Spending } from "#core/ports/spending.ts";
import { type Storage, StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import { workSideBySide } from "#core/structures/side-by-side.ts";
import { feedLine, type HeldUntil } from "./feed-line.ts";
import type { RecipientQueues } from "./recipient-queues.ts";

export interface FeederPorts {
  readonly storage: Pick<Storage, "broadcasts" | "conversations" | "dispatch" | "services">;
  /** What broadcasts may cost; absent: anything. */
  readonly spending?: Spending;
  readonly clock: SteadyClock;
  readonly timer: Timer;
  readonly ids: Ids;
}

export interface FeederOptions {
  readonly messageTtlMs: number;
  readonly feedMs?: number;
  /** Lines of one pass. */
  readonly linesAtOnce?: number;
}

const FEED_MS = 1_000;
/** After a pass that found nothing, so many times longer until the next one. */
const AT_REST = 2;
/** Texts of broadcasts that wait in the queue at once: about a second of the fastest link. */
const ROOM = 1_000;
/** Lines of one pass. Whoever pauses a broadcast waits for no more. */
const LINES_AT_ONCE = 50;
/** Lines that are queued side by side: more would take the database from people's texts. */
const SIDE_BY_SIDE = 2;
/** Pauses after a pass that found much to do: at least so long (milliseconds), and so often the time that it took, for the same reason. */
const PAUSE_MIN_MS = 20;
const PAUSES_PER_PASS = 2;
/** A pass takes seconds at most; who has not settled a line by then has crashed. */
const LINE_LEASE_MS = 60_000;
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
  const { clock, timer } = ports;
  const { feedMs = FEED_MS, linesAtOnce = LINES_AT_ONCE } = options;
  const next = (ms: number): void => {
    cancel = timer.after(ms, () => {
      const startedAt = clock.elapsed();
      const pauseAfter = (fed: number): number => {
        if (fed === 0) return AT_REST * feedMs;
        if (fed < linesAtOnce) return feedMs;
        return Math.max(PAUSE_MIN_MS, PAUSES_PER_PASS * (clock.elapsed() - startedAt));
      };
      feeding = (hasRoom() ? feed(ports, options) : Promise.resolve(0))
        // What lost storage prevents is left to the next pass.
        .catch((error: unknown) => {
          if (!(error instanceof StorageUnavailable)) throw error;
          return 0;
        })
        .then((fed) => {
          if (!isStopped) next(pauseAfter(fed));
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

/** One pass; answers how many lines it fed. */
export const feed = async (
  { storage, clock, ids, spending }: Omit<FeederPorts, "timer" | "clock"> & { readonly clock: Clock },
  { messageTtlMs, linesAtOnce = LINES_AT_ONCE }: FeederOptions,
): Promise<number> => {
  const { broadcasts } = storage;
  const rules = rulesOf(storage.services, { messageTtlMs });
  const claimed = await broadcasts.claimLines({
    ...{ now: clock.now(), room: ROOM, limit: linesAtOnce, leaseMs: LINE_LEASE_MS },
    nextId: () => ids.next(),
  });
  // They may have been paused or cancelled since their lines were claimed.
  const active = await activeAmong(broadcasts, claimed);
  const isActive = ({ broadcastId }: ClaimedLine): boolean => active.has(broadcastId);
  await broadcasts.release(claimed.filter((line) => !isActive(line)));
  const { settled, held } = await feedLines(claimed.filter(isActive), (line) =>
    feedLine(storage, rules, line, clock.now(), spending),
  );
  await broadcasts.hold(held, LINE_LEASE_MS);
  await broadcasts.settle(settled, clock.now());
  return settled.length + held.length;
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
  feedOne: (line: ClaimedLine) => Promise<SettledLine["refusal"] | HeldUntil>,
): Promise<{ readonly settled: readonly SettledLine[]; readonly held: readonly HeldLine[] }> => {
  const settled: SettledLine[] = [];
  const held: HeldLine[] = [];
  await workSideBySide(
    lines,
    { width: SIDE_BY_SIDE, inOrderOf: ({ recipientId }) => recipientId },
    async (line) => {
      const { broadcastId, ref } = line;
      const refusal = await feedOne(line);
      if (refusal && "until" in refusal) held.push({ broadcastId, line: line.line, until: refusal.until });
      else settled.push({ broadcastId, line: line.line, ref, refusal });
    },
  );
  return { settled, held };
};
