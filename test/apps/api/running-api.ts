import { memoryStorage } from "#adapters/memory/storage.ts";
import { systemClock } from "#adapters/node/clock.ts";
import { apiComponents } from "#apps/api/api-components.ts";
import { startComponents } from "#apps/process/components.ts";
import { CONSOLE, compose, STORAGE } from "#apps/process/container/container.ts";
import { type HttpListener, openHttpListener } from "#apps/process/http-listener.ts";
import { openJournal } from "#apps/process/journal.ts";
import { readSettings, type Settings } from "#apps/process/settings/settings.ts";
import { noLimits, type SimulatorOptions } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import type { Storage } from "#core/ports/storage.ts";
import { createTestDatabase } from "#test/support/test-database.ts";
import { expectPublished } from "./published-answers.ts";

export const ADMIN = "admin-secret-of-the-tests";
export const READER = "reader-secret-of-the-tests";

export interface Reply {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON; undefined for an empty body. */
  // biome-ignore lint/suspicious/noExplicitAny: a test reads what it expects, and fails where it is not there.
  readonly body: any;
}

export interface Asking {
  readonly body?: unknown;
  readonly raw?: string | Uint8Array;
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface RunningApi {
  readonly url: string;
  readonly simulator: Simulator;
  readonly storage: Storage;
  /** Every line that has been logged. */
  readonly log: readonly string[];
  ask(method: string, path: string, asking?: Asking): Promise<Reply>;
  stop(): Promise<void>;
}

export interface ApiUnderTest {
  readonly settings?: Partial<Settings>;
  /** `postgres`: a database of its own, which goes with the API. Absent: memory. */
  readonly on?: "memory" | "postgres";
  /** A database that lasts longer. */
  readonly databaseUrl?: string;
  readonly storage?: Storage;
  readonly simulator?: SimulatorOptions;
  /** With it, the console has the simulated carrier's handsets, as in the sandbox. */
  readonly redeem?: (pass: string) => string | null;
}

/** The whole API process against a simulated carrier, on free ports, over memory or a database. */
export const startApi = async (asked: ApiUnderTest = {}): Promise<RunningApi> => {
  const database = asked.on === "postgres" ? await createTestDatabase() : null;
  const options = database ? { ...asked, databaseUrl: database.url } : asked;
  const listener = await openHttpListener("127.0.0.1", 0);
  const simulator = await startSimulator({
    limits: noLimits,
    webhooks: { retry: { firstMs: 50, factor: 1, maxMs: 50, attempts: 200, horizonMs: 60_000 } },
    ...options.simulator,
  });
  const log: string[] = [];
  const journal = openJournal({
    name: "test",
    level: "debug",
    destination: { write: (line: string) => void log.push(line) },
  });
  const composed = compose({
    settings: settingsOf(options, listener, simulator),
    journal,
    tuning: { numberSpacingMs: 1 },
  });
  if (options.databaseUrl === undefined) {
    const storage = options.storage ?? memoryStorage({ clock: systemClock });
    composed.register(STORAGE, {
      useValue: { isDatabaseAway: () => false, unreadable: () => ({}), storage, close: async () => {} },
    });
  }
  const { redeem } = options;
  if (redeem) {
    const own = composed.resolve(CONSOLE);
    composed.register(CONSOLE, {
      useValue: { ...own, sandbox: { carrierUrl: () => simulator.httpUrl, redeem } },
    });
  }
  const { signal } = new AbortController();
  const components = await startComponents(
    apiComponents(
      () => composed,
      () => listener,
    ),
    { journal, interrupt: signal, stopMs: 5_000 },
  );
  if (!components.ok) throw new Error(components.error);
  const { storage } = composed.resolve(STORAGE);
  return {
    url: listener.url,
    simulator,
    storage,
    log,
    ask: (method, path, asking = {}) => ask(`${listener.url}${path}`, method, asking),
    stop: async () => {
      await components.value.stop(AbortSignal.timeout(10_000));
      await simulator.stop();
      await database?.drop();
    },
  };
};

const settingsOf = (
  options: ApiUnderTest,
  listener: HttpListener,
  { account, httpUrl }: Simulator,
): Settings => {
  const read = readSettings({}, { sandbox: true });
  if (!read.ok) throw new Error("The defaults of the settings are wrong");
  return {
    ...read.value.settings,
    databaseUrl: options.databaseUrl,
    encryptionKeys: [new Uint8Array(32).fill(7)],
    publicUrl: listener.url,
    apiKeys: [
      { name: "admin", secret: ADMIN, scope: "admin", service: null },
      { name: "reader", secret: READER, scope: "read", service: null },
    ],
    vonageApiKey: account.apiKey,
    vonageApiSecret: account.apiSecret,
    vonageRestHost: httpUrl,
    vonageApiHost: httpUrl,
    httpRate: 10_000,
    ...options.settings,
  };
};

/** Asks an API, and checks its answer against what is published. `key: null` sends no key at all. */
export const ask = async (url: string, method: string, asking: Asking = {}): Promise<Reply> => {
  const { key = ADMIN, headers = {}, raw } = asking;
  const body = raw ?? (asking.body === undefined ? undefined : JSON.stringify(asking.body));
  const response = await fetch(url, {
    method,
    headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers },
    ...(body === undefined ? {} : { body: body as NonNullable<RequestInit["body"]> }),
  });
  const answer = await response.text();
  const parsed = answer === "" ? undefined : JSON.parse(answer);
  const { pathname } = new URL(url);
  // A browser gets masked numbers, which are none that is published.
  if (pathname.startsWith("/v1/") && headers.cookie === undefined)
    expectPublished({ method, path: pathname, status: response.status, body: parsed });
  return { status: response.status, headers: response.headers, body: parsed };
};
