import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "#adapters/node/clock.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { postgresStorage } from "#adapters/postgres/storage.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { startSimulator } from "#apps/simulator/simulator.ts";
import { type Audit, loadOf } from "#test/apps/gateway/load.ts";
import { openConversations, ourNumbers, register } from "#test/apps/gateway/people.ts";
import { ENCRYPTION_KEY, SYSTEM_TYPE } from "#test/apps/gateway/running-gateway.ts";
import { startApi } from "#test/bench/parts/api.ts";
import { startApp } from "#test/bench/parts/child.ts";
import type { App } from "#test/bench/parts/processes.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { forgottenTexts } from "./forgotten.ts";
import { startOpenings } from "./openings.ts";

/** Segments a second that the carrier takes of the account: one more in a second of its own counting is answered "too fast". */
const RATE = 40;
/** Texts of people a second, fewer than the account may send. */
const LOAD = 20;
const CONVERSATIONS = 50;
const WINDOW = 10;
const SAMPLE_MS = 250;
/** The carrier tells of a text again and again until it is answered. */
const RETRY = { firstMs: 200, factor: 1, maxMs: 500, attempts: 100_000, horizonMs: 3_600_000 };

/** Two gateways and two APIs over one database, people who text all the time, and a carrier that counts. */
export interface Traffic {
  /** Kills one of the gateways, and starts another one in its place after `afterMs`. */
  replaceGateway(afterMs: number): Promise<void>;
  /** From now on, the longest time in which no handset got anything, in milliseconds. */
  watchPause(): { longestMs(): number };
  /** All that was sent until now has arrived; false: it has not, and nothing has for `quietMs`. */
  settle(quietMs: number): Promise<boolean>;
  /** For so long texts have gone out as fast as they come: nothing has to be caught up with. */
  flowFor(ms: number): Promise<void>;
  /** What has become of the texts until now, those under way among the lost, and how often the carrier has said "too fast". */
  soFar(): Audit & { readonly texts: number; readonly throttled: number };
  /** Ends the load, and says what has become of it. */
  finish(quietMs: number): Promise<Findings>;
  stop(): Promise<void>;
}

export interface Findings extends Audit {
  readonly texts: number;
  /** Texts that have arrived, and that the database does not know any more. */
  readonly forgotten: number;
  readonly conversations: number;
  readonly conversationsLost: number;
  readonly slowestOpeningMs: number;
  /** Gateways that have ended by themselves, and were started again. */
  readonly restarts: number;
  /** Answers "too fast", and the most segments in any second. */
  readonly throttled: number;
  readonly peakPerSecond: number;
}

export const startTraffic = async (databaseUrl: string): Promise<Traffic> => {
  await migrate(databaseUrl);
  const storage = postgresStorage({
    url: databaseUrl,
    keyring: keyring([ENCRYPTION_KEY]),
    clock: systemClock,
  });
  await register(storage, ourNumbers(8));
  const sides = await openConversations(storage, CONVERSATIONS);
  await storage.close();
  const simulator = await startSimulator({
    limits: { ...noLimits, smpp: RATE },
    rented: ourNumbers(8),
    smpp: { retry: RETRY },
  });
  const { account, httpUrl, smppUrl } = simulator;
  const encryptionKeys = Buffer.from(ENCRYPTION_KEY).toString("base64");
  const startGateway = (): App =>
    startApp("gateway", {
      env: {
        GATEWAY_PORT: "0",
        DATABASE_URL: databaseUrl,
        ENCRYPTION_KEYS: encryptionKeys,
        VONAGE_API_KEY: account.apiKey,
        VONAGE_API_SECRET: account.apiSecret,
        VONAGE_REST_HOST: httpUrl,
        VONAGE_API_HOST: httpUrl,
        SMPP_URLS: `${smppUrl},${smppUrl}`,
        SMPP_SYSTEM_ID: account.systemId,
        SMPP_PASSWORD: account.password,
        SMPP_SYSTEM_TYPE: SYSTEM_TYPE,
        SMPP_WINDOW: String(WINDOW),
        SMPP_RATE: String(RATE),
        FALLBACK_AFTER: "1h",
        LOG_LEVEL: "error",
      },
    });
  const gateways = [startGateway(), startGateway()];
  /** What every supervisor does: a gateway gives up a database that is away for long as it starts. */
  let restarts = 0;
  const supervising = setInterval(() => {
    for (const [place, { pid }] of gateways.entries()) {
      if (lives(pid)) continue;
      restarts += 1;
      gateways[place] = startGateway();
    }
  }, 1_000);
  const apis = await Promise.all(
    [1, 2].map(() => startApi(databaseUrl, undefined, { ENCRYPTION_KEYS: encryptionKeys })),
  );
  await eventually(() => simulator.stats().smpp.bound >= 4, "the binds are up", 60_000);
  const openings = startOpenings(apis);
  const load = loadOf(simulator, sides);
  const received = (): number => simulator.stats().handsets.received;

  let isOver = false;
  const texting = (async () => {
    const startedAt = performance.now();
    while (!isOver) {
      const due = Math.floor(((performance.now() - startedAt) * LOAD) / 1_000);
      if (due > load.sent()) load.send(due - load.sent());
      await pause(50);
    }
  })();

  const settle = async (quietMs: number): Promise<boolean> => {
    let last = received();
    let lastAt = performance.now();
    while (performance.now() - lastAt < quietMs) {
      if (load.audit().lost === 0) return true;
      await pause(500);
      if (received() === last) continue;
      last = received();
      lastAt = performance.now();
    }
    return false;
  };
  const stop = async (): Promise<void> => {
    isOver = true;
    clearInterval(supervising);
    await texting;
    await openings.stop().catch(() => {});
    await Promise.all([...gateways, ...apis.map(({ child }) => child)].map((child) => child.end()));
    await simulator.stop();
  };

  return {
    replaceGateway: async (afterMs) => {
      await gateways.shift()!.end("SIGKILL");
      await pause(afterMs);
      gateways.push(startGateway());
    },
    watchPause: () => {
      let longestMs = 0;
      let last = received();
      let lastAt = performance.now();
      const look = (): number => {
        longestMs = Math.max(longestMs, performance.now() - lastAt);
        if (received() === last) return longestMs;
        last = received();
        lastAt = performance.now();
        return longestMs;
      };
      const timer = setInterval(look, 50);
      timer.unref();
      return {
        longestMs: () => {
          clearInterval(timer);
          return look();
        },
      };
    },
    settle,
    flowFor: async (ms) => {
      // Lost texts are missing for ever: what matters is whether what is missing becomes more or fewer.
      const missing: number[] = [];
      const samples = Math.ceil(ms / SAMPLE_MS);
      for (;;) {
        await pause(SAMPLE_MS);
        missing.push(load.sent() - received());
        const latest = missing.slice(-samples);
        if (latest.length === samples && Math.max(...latest) - Math.min(...latest) <= 2 * LOAD) return;
      }
    },
    soFar: () => ({
      ...load.audit(),
      texts: load.sent(),
      throttled: simulator.stats().smpp.throttled,
    }),
    finish: async (quietMs) => {
      isOver = true;
      await texting;
      await openings.stop();
      await settle(quietMs);
      const conversationsLost = await openings.lost();
      const { throttled, peakPerSecond } = simulator.stats().smpp;
      const { count: conversations, longestMs: slowestOpeningMs } = openings.opened();
      const forgotten = await forgottenTexts(apis[0]!, simulator, sides);
      const texts = load.sent();
      return {
        ...load.audit(),
        ...{
          texts,
          forgotten,
          conversations,
          conversationsLost,
          slowestOpeningMs,
          throttled,
          peakPerSecond,
          restarts,
        },
      };
    },
    stop,
  };
};

const lives = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
