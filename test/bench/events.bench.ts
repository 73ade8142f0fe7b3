import type { Bench } from "#test/bench/parts/bench.ts";
import { withBenchServer } from "#test/bench/parts/database.ts";
import { runEvents } from "#test/bench/parts/event-run.ts";
import { percentiles } from "#test/bench/parts/percentiles.ts";
import type { Result } from "#test/bench/parts/report.ts";

/** Each text makes three events. */
const BATCHES = 90;
const SIZE = 125;
const PACED = { size: 5, everyMs: 5, batches: 2_000 } as const;

/**
 * 100,000 events of four processes of which two are killed, read by three readers; and how soon a reader has the event of a text, at a
 * thousand texts a second of one process: from before the text is written.
 */
export const eventsBench: Bench = ({ say }) =>
  withBenchServer(async (server) => {
    const kills = await server.create("kills");
    const all = await runEvents({
      ...{ url: kills, writers: 4, killed: 2, batches: BATCHES, size: SIZE, readers: [50, 500, 1_000] },
    });
    say(`${all.events} events in ${all.seconds.toFixed(1)} s, problems: ${all.problems.length}`);
    const paced = await runEvents({
      ...{ url: await server.create("paced"), writers: 1, killed: 0, readers: [1_000], ...PACED },
    });
    const results: readonly Result[] = [
      { variant: "with kills", perSecond: all.events / all.seconds, cpuMicrosPerMessage: {}, runs: [] },
      {
        variant: "commit to reader, 1,000/s",
        perSecond: paced.events / paced.seconds,
        cpuMicrosPerMessage: {},
        runs: [],
        ...percentiles(paced.delays),
      },
    ];
    return {
      name: "events",
      results,
      ratios: {},
      problems: [...all.problems, ...paced.problems].slice(0, 50),
    };
  });
