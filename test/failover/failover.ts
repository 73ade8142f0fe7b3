import { systemClock } from "#adapters/node/clock.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { startSimulator } from "#apps/simulator/simulator.ts";
import { loadOf } from "#test/apps/gateway/load.ts";
import { openConversations, ourNumbers, register } from "#test/apps/gateway/people.ts";
import { ENCRYPTION_KEY, startGateway } from "#test/apps/gateway/running-gateway.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import { findPrograms } from "./programs.ts";

/**
 * Kills the primary of a PostgreSQL under Patroni while texts go through two gateways: `npm run test:failover`. Fails when a text is lost, or
 * goes to somebody else. Where the programs are not installed it says so, and that is all.
 */
const BEFORE = 200;
const DURING = 400;
const AFTER = 200;
const STEP_MS = 100;
const PER_STEP = 4;

const say = (line: string): void => console.log(line);
const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;

const run = async (cluster: Cluster): Promise<boolean> => {
  await migrate(cluster.url);
  const storage = postgresStorage({
    url: cluster.url,
    keyring: keyring([ENCRYPTION_KEY]),
    clock: systemClock,
  });
  await register(storage, ourNumbers(4));
  const sides = await openConversations(storage, 20);
  const retry = { firstMs: 100, factor: 1, maxMs: 500, attempts: 10_000, horizonMs: 600_000 };
  const simulator = await startSimulator({ limits: noLimits, rented: ourNumbers(4), smpp: { retry } });
  const settings = { fallbackAfterMs: 600_000, messageTtlMs: 3_600_000 };
  const gateways = [
    await startGateway(simulator, { databaseUrl: cluster.url }, settings),
    await startGateway(simulator, { databaseUrl: cluster.url }, settings),
  ];
  try {
    await eventually(() => simulator.stats().smpp.bound >= 4, "the binds are up", 60_000);
    const load = loadOf(simulator, sides);
    const arrived = (): number => load.sent() - load.audit().lost;
    const allArrive = (what: string): Promise<unknown> =>
      eventually(() => load.audit().lost === 0, what, 120_000);

    load.send(BEFORE);
    await allArrive("every text arrives before the kill");
    say(`${BEFORE} texts arrived; the primary is ${await cluster.primary()}`);

    let longestMs = 0;
    let lastAt = performance.now();
    let lastArrived = arrived();
    const watch = (): void => {
      const now = arrived();
      if (now === lastArrived) return;
      longestMs = Math.max(longestMs, performance.now() - lastAt);
      lastAt = performance.now();
      lastArrived = now;
    };
    let killedAt = 0;
    for (let sent = 0; sent < DURING; sent += PER_STEP) {
      load.send(PER_STEP);
      if (sent === DURING / 4) {
        killedAt = performance.now();
        say(`killed ${await cluster.killPrimary()} while texts come`);
      }
      await new Promise((resolve) => setTimeout(resolve, STEP_MS));
      watch();
    }
    await eventually(cluster.primary, "another primary is chosen", 120_000);
    const chosenMs = performance.now() - killedAt;
    await eventually(
      () => {
        watch();
        return load.audit().lost === 0;
      },
      "every text arrives after the kill",
      240_000,
    );
    const recoveredMs = performance.now() - killedAt;
    load.send(AFTER);
    await allArrive("texts go on as before");

    const audit = load.audit();
    say(`another primary after at most ${seconds(chosenMs)}; nothing arrived for ${seconds(longestMs)}`);
    say(`all texts of the outage had arrived ${seconds(recoveredMs)} after the kill`);
    say(
      `${load.sent()} texts: ${audit.lost} lost, ${audit.misrouted} misrouted, ${audit.disordered} out of order, ${audit.doubled} twice`,
    );
    return audit.lost === 0 && audit.misrouted === 0;
  } finally {
    for (const gateway of gateways) await gateway.stop();
    await simulator.stop();
    await storage.close();
  }
};

const programs = findPrograms();
if (Array.isArray(programs)) {
  say(`Not tried: these are not installed: ${programs.join(", ")}`);
} else {
  const cluster = await startCluster(programs as Exclude<typeof programs, readonly string[]>);
  try {
    if (!(await run(cluster))) process.exitCode = 1;
  } finally {
    await cluster.stop();
  }
}
