import { memoryStorage } from "#adapters/memory/storage.ts";
import type { MemoryTables } from "#adapters/memory/tables.ts";
import { systemClock } from "#adapters/node/clock.ts";
import type { BindTuning } from "#apps/gateway/binds.ts";
import { gatewayComponents } from "#apps/gateway/gateway-components.ts";
import { startComponents } from "#apps/process/components.ts";
import { compose, STORAGE } from "#apps/process/container/container.ts";
import { openHttpListener } from "#apps/process/http-listener.ts";
import { openJournal } from "#apps/process/journal.ts";
import { readSettings, type Settings } from "#apps/process/settings/settings.ts";
import type { Simulator } from "#apps/simulator/simulator.ts";

export const SYSTEM_TYPE = "sms-proxy";
export const ENCRYPTION_KEY = new Uint8Array(32).fill(7);

export interface RunningGateway {
  readonly url: string;
  /** Every line that has been logged. */
  readonly log: readonly string[];
  stop(): Promise<void>;
}

/** Where it stores: a database, or the memory that all processes of a test share. */
export type Store = { readonly databaseUrl: string } | { readonly tables: MemoryTables };

/** A gateway with its engine, in this process, against a simulated carrier. */
export const startGateway = async (
  simulator: Simulator,
  store: Store,
  change: Partial<Settings> = {},
  tuning?: BindTuning,
): Promise<RunningGateway> => {
  const listener = await openHttpListener("127.0.0.1", 0);
  const log: string[] = [];
  const journal = openJournal({
    name: "gateway",
    level: "info",
    destination: { write: (line: string) => void log.push(line) },
  });
  const settings = gatewaySettings(simulator, store, change);
  const composed = compose({ settings, journal });
  if ("tables" in store) {
    const storage = memoryStorage({ clock: systemClock, tables: store.tables });
    composed.register(STORAGE, {
      useValue: { isDatabaseAway: () => false, unreadable: () => ({}), storage, close: async () => {} },
    });
  }
  const parts = await startComponents(
    gatewayComponents(
      () => composed,
      () => listener,
      tuning,
    ),
    { journal, interrupt: new AbortController().signal, stopMs: 5_000 },
  );
  if (!parts.ok) throw new Error(parts.error);
  return {
    url: listener.url,
    log,
    stop: async () => {
      await parts.value.stop(AbortSignal.timeout(settings.drainTimeoutMs));
    },
  };
};

/** What a gateway is told: two transceivers to the simulator, and rates that are not waited for. */
export const gatewaySettings = (simulator: Simulator, store: Store, change: Partial<Settings>): Settings => {
  const read = readSettings({}, { sandbox: true });
  if (!read.ok) throw new Error("The defaults of the settings are wrong");
  const { account, httpUrl, smppPort } = simulator;
  const bind = { host: "127.0.0.1", port: smppPort, tls: false };
  return {
    ...read.value.settings,
    databaseUrl: "databaseUrl" in store ? store.databaseUrl : undefined,
    encryptionKeys: [ENCRYPTION_KEY],
    vonageApiKey: account.apiKey,
    vonageApiSecret: account.apiSecret,
    vonageRestHost: httpUrl,
    vonageApiHost: httpUrl,
    smppUrls: [bind, bind],
    smppSystemId: account.systemId,
    smppPassword: account.password,
    smppSystemType: SYSTEM_TYPE,
    smppRate: 10_000,
    httpRate: 10_000,
    ...change,
  };
};
