import type { Registry } from "prom-client";
import { headroomOf } from "#core/domain/pool-state.ts";
import type { QueuedCount, StoredCounts } from "#core/ports/census.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { PoolCount } from "#core/ports/numbers.ts";
import { dayOf, SPENT } from "#core/ports/spending.ts";
import type { Storage } from "#core/ports/storage.ts";
import { rememberCensus } from "#core/use-cases/remember-census.ts";
import { showPool } from "#core/use-cases/show-pool.ts";
import { gauge, type Values } from "./metric-kinds.ts";

export interface CensusSources {
  readonly storage: Pick<Storage, "census" | "numbers" | "sums">;
  readonly clock: SteadyClock;
}

interface Counts extends StoredCounts {
  readonly pools: readonly PoolCount[];
  readonly spent: number;
  /** When it was counted, in milliseconds since the epoch. */
  readonly at: number;
}

/** The field's name for what we call a priority. */
const PRIORITY_LABEL = "lane";

/** What the database holds: the same in all processes. Asked for by scrapes, which get the last answer and wait for none. */
export const censusMetrics = (registry: Registry, { storage, clock }: CensusSources): void => {
  const pools = showPool({ numbers: storage.numbers, clock });
  const last = rememberCensus<Counts>(async () => {
    const at = clock.now();
    const today = storage.sums.since([SPENT], dayOf(at));
    const [stored, pool, [days = []]] = await Promise.all([storage.census.take(), pools(), today]);
    return { ...stored, pools: pool.pools, spent: days.at(-1)?.count ?? 0, at };
  }, clock);
  last();
  const show = (
    name: string,
    help: string,
    labels: readonly string[],
    values: (counts: Counts) => ReturnType<Values>,
  ): void =>
    gauge(registry, name, help, labels, () => {
      const known = last();
      return known === null ? [] : values(known.value);
    });
  const byPriority = (value: (count: QueuedCount, at: number) => number) => (counts: Counts) =>
    Object.entries(counts.queued).map(
      ([priority, count]) => [{ [PRIORITY_LABEL]: priority }, value(count, counts.at)] as const,
    );
  show(
    "queue_messages",
    "Messages that wait in the database, in no process's hand",
    [PRIORITY_LABEL],
    byPriority(({ messages }) => messages),
  );
  show(
    "queue_oldest_seconds",
    "Age of the oldest of them; 0: none",
    [PRIORITY_LABEL],
    byPriority(({ oldestAt }, at) => (oldestAt === null ? 0 : Math.max(0, at - oldestAt) / 1_000)),
  );
  show(
    "spent_segments",
    "Segments that intros, texts that advertise and broadcasts have taken today, by UTC; counted where there is a SPEND_CAP",
    [],
    ({ spent }) => [[{}, spent]],
  );
  show("pool_numbers", "Virtual numbers", ["country", "state"], (counts) =>
    byCountry(counts).flatMap(([country, of]) =>
      (["active", "draining", "reserved"] as const).map(
        (state) => [{ country, state }, of.reduce((sum, pool) => sum + pool[state], 0)] as const,
      ),
    ),
  );
  show(
    "pool_headroom",
    "Part of the numbers that the busiest participant has left, in the service where it is the least: 0 to 1",
    ["country"],
    (counts) =>
      byCountry(counts).map(([country, of]) => [{ country }, Math.min(...of.map(headroomOf))] as const),
  );
  show("conversations_open", "Conversations that have not ended", [], (counts) => [
    [{}, counts.openConversations],
  ]);
  show("parked_receipts", "Receipts that wait for their message", [], (counts) => [
    [{}, counts.parkedReceipts],
  ]);
  show("feed_lag_seconds", "How long readers have been kept from the newest events", [], (counts) => [
    [{}, counts.feedLagMs / 1_000],
  ]);
  gauge(registry, "census_age_seconds", "Age of the figures that are counted in the database", [], () => {
    const known = last();
    return known === null ? [] : [[{}, known.ageMs / 1_000]];
  });
};

const byCountry = ({ pools }: Counts): readonly (readonly [string, readonly PoolCount[]])[] => [
  ...Map.groupBy(pools, ({ country }) => country),
];
