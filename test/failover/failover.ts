import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { eventually } from "#test/support/simulator-eventually.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { findPrograms, type Programs } from "./programs.ts";
import { type Findings, startTraffic, type Traffic } from "./traffic.ts";

/**
 * Takes the primary of a PostgreSQL under Patroni away while people text through two gateways: `npm run test:failover`. Fails when a text
 * or a conversation that was acknowledged is lost, when a text goes to somebody else or comes out of order, or when the carrier says "too fast".
 * Then the same without `synchronous_mode`, only to show what is lost. Where the programs are not installed it says so, and that is all.
 *
 *     npm run test:failover -- [--kills 10] [--only synchronous|asynchronous|stranded]
 */
const { values } = parseArgs({
  options: { kills: { type: "string", default: "10" }, only: { type: "string" } },
});
const KILLS = Number(values.kills);
/** For how long standbys hear nothing of a primary before it is killed, in the last series. */
const STRANDED_MS = 1_000;
const CALM_MS = 4_000;
const QUIET_MS = 60_000;
const OUTAGE_MS = 240_000;
const GATEWAY_GONE_MS = 3_000;

const say = (line: string): void => console.log(line);
const seconds = (ms: number): string => (ms / 1_000).toFixed(1);

type Event = "killed" | "killed with a gateway" | "killed, stranded before" | "cut off" | "switched over";

const happen = async (event: Event, cluster: Cluster, traffic: Traffic): Promise<string> => {
  switch (event) {
    case "killed":
      return cluster.killPrimary();
    case "killed with a gateway": {
      const [name] = await Promise.all([cluster.killPrimary(), traffic.replaceGateway(GATEWAY_GONE_MS)]);
      return name;
    }
    case "killed, stranded before":
      return cluster.killStranded(STRANDED_MS);
    case "cut off":
      return cluster.cutOffPrimary();
    case "switched over":
      return cluster.switchOver();
  }
};

/** One thing happens to a cluster that is whole, and it is whole again afterwards. */
const goThrough = async (event: Event, cluster: Cluster, traffic: Traffic): Promise<void> => {
  await eventually(cluster.isWhole, "all members follow the primary", OUTAGE_MS);
  await traffic.flowFor(CALM_MS);
  const watch = traffic.watchPause();
  const startedAt = performance.now();
  const before = await happen(event, cluster, traffic);
  const after = await eventually(
    async () => {
      const name = await cluster.primary();
      return name !== before && name;
    },
    "another primary is chosen",
    OUTAGE_MS,
  );
  const chosenMs = performance.now() - startedAt;
  await traffic.flowFor(CALM_MS);
  const { texts, misrouted, disordered, doubled, throttled } = traffic.soFar();
  const faults = `${texts}: ${misrouted}, ${disordered}, ${doubled}, ${throttled}`;
  say(
    `| ${event} | ${before} → ${after} | ${seconds(chosenMs)} | ${seconds(watch.longestMs())} | ${seconds(performance.now() - startedAt - CALM_MS)} | ${faults} |`,
  );
  cluster.restore();
};

const kills: readonly Event[] = Array.from({ length: KILLS }, (_, n) =>
  n % 3 === 2 ? "killed with a gateway" : "killed",
);

const series = async (
  programs: Programs,
  title: string,
  events: readonly Event[],
  { synchronous }: { readonly synchronous: boolean },
): Promise<Findings> => {
  const cluster = await startCluster(programs, { synchronous });
  try {
    const traffic = await startTraffic(cluster.url);
    try {
      say(`\n${title}\n`);
      say(
        "| the primary is | from → to | another one after s | nothing arrived for s | caught up after s | texts so far: misrouted, out of order, twice, too fast |",
      );
      say("|---|---|---|---|---|---|");
      for (const event of events) await goThrough(event, cluster, traffic);
      const found = await traffic.finish(QUIET_MS);
      say(
        `\n${found.texts} texts: ${found.lost} lost, ${found.misrouted} misrouted, ${found.disordered} out of order, ${found.doubled} twice; ${found.forgotten} arrived and not in the database`,
      );
      say(
        `${found.conversations} conversations opened: ${found.conversationsLost} lost; the slowest took ${seconds(found.slowestOpeningMs)} s`,
      );
      say(
        `the account's rate: at most ${found.peakPerSecond} in a second, "too fast" ${found.throttled} times; gateways that ended by themselves and were started again: ${found.restarts}`,
      );
      return found;
    } catch (error) {
      cluster.showLogs();
      throw error;
    } finally {
      await traffic.stop();
    }
  } finally {
    await cluster.stop();
    await pause(1_000);
  }
};

const isSound = (found: Findings): boolean =>
  found.lost + found.misrouted + found.disordered + found.throttled === 0 &&
  found.conversationsLost + found.forgotten === 0;

const programs = findPrograms();
if (Array.isArray(programs)) {
  say(`Not tried: these are not installed: ${programs.join(", ")}`);
} else {
  const found = programs as Exclude<typeof programs, readonly string[]>;
  const isWanted = (name: string): boolean => values.only === undefined || values.only === name;
  if (isWanted("synchronous")) {
    const events: readonly Event[] = [...kills, "cut off", "switched over"];
    const findings = await series(found, "With synchronous_mode", events, { synchronous: true });
    if (!isSound(findings)) process.exitCode = 1;
  }
  if (isWanted("asynchronous"))
    await series(found, "Without synchronous_mode", kills, { synchronous: false });
  if (isWanted("stranded")) {
    const title = `Without synchronous_mode, standbys cut off for ${STRANDED_MS / 1_000} s before each kill`;
    const events = kills.map((): Event => "killed, stranded before");
    await series(found, title, events, { synchronous: false });
  }
}
