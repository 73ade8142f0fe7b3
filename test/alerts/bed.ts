import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { Client } from "pg";
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { type Load, loadOf } from "#test/apps/gateway/load.ts";
import { openConversations, ourNumbers, register } from "#test/apps/gateway/people.ts";
import { ENCRYPTION_KEY, SYSTEM_TYPE } from "#test/apps/gateway/running-gateway.ts";
import { type SilentLine, silentLineTo } from "#test/support/silent-line.ts";
import { type Program, startProgram } from "./program.ts";
import type { Prometheus } from "./prometheus.ts";

const API_SECRET = "a-secret-of-the-alerts-run";
export const NUMBERS = 6;
/** So many, as a text without an answer keeps back all that follow it to the same person. */
const CONVERSATIONS = 40;
const TEXTS_PER_SECOND = 4;

/** A whole installation: PostgreSQL, an API, two gateways, a carrier, and people who text all the time. */
export interface Bed {
  readonly folder: string;
  readonly simulator: Simulator;
  /** Other carriers that have delivered some of the texts. */
  readonly otherCarriers: Simulator[];
  readonly load: Load;
  /** The way of all processes to PostgreSQL. */
  readonly line: SilentLine;
  readonly databaseUrl: string;
  startGateway(name: string, change?: Readonly<Record<string, string>>): Promise<Program>;
  end(name: string, signal: NodeJS.Signals): Promise<void>;
  forget(name: string): void;
  ask(method: string, path: string, body?: unknown): Promise<unknown>;
  /** A statement by somebody else, straight to PostgreSQL. */
  sql(text: string, values?: readonly unknown[]): Promise<readonly Record<string, unknown>[]>;
  stopPostgres(): Promise<void>;
  startPostgres(): Promise<void>;
  /** What the application at the webhook endpoint answers from now on. */
  answerWebhooks(status: number): void;
  readonly webhookUrl: string;
  /** Nobody texts any more. */
  quiet(): void;
  stop(): Promise<void>;
}

export const startBed = async (folder: string, prometheus: Prometheus): Promise<Bed> => {
  const startPostgresAt = async (port: number) => {
    const started = await startEmbeddedPostgres({ dataDir: join(folder, "data"), port });
    if (!started.ok) throw new Error(`PostgreSQL cannot run here: ${JSON.stringify(started.error)}`);
    return started.value;
  };
  let postgres = await startPostgresAt(0);
  const databaseUrl = postgres.url;
  await migrate(databaseUrl);
  const line = await silentLineTo(databaseUrl);
  const clock = systemClock;
  const storage: PostgresStorage = postgresStorage({
    url: databaseUrl,
    keyring: keyring([ENCRYPTION_KEY]),
    clock,
  });
  await register(storage, ourNumbers(NUMBERS));
  const retry = { firstMs: 200, factor: 2, maxMs: 5_000, attempts: 10_000, horizonMs: 3_600_000 };
  const simulator = await startSimulator({ limits: noLimits, rented: ourNumbers(NUMBERS), smpp: { retry } });
  const otherCarriers: Simulator[] = [];
  const sides = await openConversations(storage, CONVERSATIONS);
  const load = loadOf(simulator, sides, undefined, otherCarriers);
  await storage.close();

  let webhookStatus = 204;
  const application: Server = createServer((request, response) => {
    request.resume();
    response.writeHead(webhookStatus).end();
  });
  await new Promise<void>((resolve) => application.listen(0, "127.0.0.1", resolve));
  const { port: webhookPort } = application.address() as { readonly port: number };

  const programs = new Map<string, Program>();
  const watch = (): void =>
    prometheus.watch(Object.fromEntries([...programs].map(([name, { url }]) => [name, new URL(url).host])));
  const settings = {
    DATABASE_URL: line.url,
    ENCRYPTION_KEYS: Buffer.from(ENCRYPTION_KEY).toString("base64"),
    DRAIN_TIMEOUT: "5s",
  };
  const start = async (name: string, path: string, change: Readonly<Record<string, string>>) => {
    const program = await startProgram(path, { ...settings, ...change });
    programs.set(name, program);
    watch();
    return program;
  };
  const startGateway: Bed["startGateway"] = (name, change = {}) =>
    start(name, "apps/gateway/main.ts", {
      GATEWAY_PORT: "0",
      SMPP_URLS: `${simulator.smppUrl},${simulator.smppUrl}`,
      SMPP_SYSTEM_ID: simulator.account.systemId,
      SMPP_PASSWORD: simulator.account.password,
      SMPP_SYSTEM_TYPE: SYSTEM_TYPE,
      SMPP_RATE: "1000",
      ...change,
    });
  const api = await start("api", "apps/api/main.ts", {
    PORT: "0",
    API_KEYS: `ops:${API_SECRET}`,
    WEBHOOK_NETWORKS: "127.0.0.0/8",
  });
  await startGateway("gateway-1");
  await startGateway("gateway-2");
  const texting = setInterval(() => load.send(TEXTS_PER_SECOND), 1_000);

  const quiet = (): void => clearInterval(texting);

  return {
    quiet,
    ...{ folder, simulator, otherCarriers, load, line, databaseUrl, startGateway },
    webhookUrl: `http://127.0.0.1:${webhookPort}/events`,
    answerWebhooks: (status) => {
      webhookStatus = status;
    },
    end: async (name, signal) => {
      await programs.get(name)?.end(signal);
    },
    forget: (name) => {
      programs.delete(name);
      watch();
    },
    ask: async (method, path, body) => {
      const response = await fetch(`${api.url}${path}`, {
        method,
        headers: { authorization: `Bearer ${API_SECRET}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return text === "" ? null : JSON.parse(text);
    },
    sql: async (text, values = []) => {
      const client = new Client(databaseUrl);
      await client.connect();
      return client
        .query(text, [...values])
        .then(({ rows }) => rows as Record<string, unknown>[])
        .finally(() => client.end());
    },
    stopPostgres: () => postgres.stop(),
    startPostgres: async () => {
      postgres = await startPostgresAt(postgres.port);
    },
    stop: async () => {
      quiet();
      for (const program of programs.values()) await program.end("SIGKILL");
      await simulator.stop();
      await line.close();
      application.close();
      application.closeAllConnections();
      await postgres.stop();
    },
  };
};
