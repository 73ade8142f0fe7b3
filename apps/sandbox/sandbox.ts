import { hkdfSync } from "node:crypto";
import type { DependencyContainer } from "tsyringe";
import { apiComponents, consoleComponent } from "#apps/api/api-components.ts";
import { gatewayComponents } from "#apps/gateway/gateway-components.ts";
import type { Component } from "#apps/process/components.ts";
import { CLOCK, CONSOLE, compose, ENGINE_RULES, MARKET, STORAGE } from "#apps/process/container/container.ts";
import { consoleRules, engineRules } from "#apps/process/container/rules.ts";
import { type DatabasePlace, databaseComponent } from "#apps/process/database.ts";
import { type HttpListener, openHttpListener } from "#apps/process/http-listener.ts";
import type { ProcessJournal } from "#apps/process/journal.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import type { VirtualNumber } from "#core/ports/numbers.ts";
import { fail, ok } from "#core/result.ts";
import { oneTimePass } from "./one-time-pass.ts";
import { preparePool } from "./pool.ts";
import { sandboxSchemaComponent } from "./sandbox-database.ts";
import type { SandboxState } from "./sandbox-state.ts";

/** What the banner shows of a running sandbox. */
export interface SandboxFacts {
  readonly api: string;
  /** Signs in whoever opens it first. */
  readonly console: string;
  readonly apiKey: string;
  readonly simulator: Simulator;
  readonly database: string;
  readonly numbers: readonly VirtualNumber[];
}

export interface Sandbox {
  readonly components: readonly Component[];
  /** Known once all components run. */
  facts(): SandboxFacts;
}

/** One for each of its engines. */
export interface SandboxJournals {
  readonly journal: ProcessJournal;
  readonly gatewayJournal: ProcessJournal;
}

/** British numbers bring their texts over SMPP, the others by webhook: so both ways are in use. */
const SMPP_COUNTRIES = ["GB"];
const SYSTEM_TYPE = "sandbox";
const BINDS = 2;

/** Calls that rent and configure numbers need not be spaced: the simulator has no such limit here. */
const NUMBER_SPACING_MS = 1;
/** After a kill, a new sandbox waits this long before it takes over what the old one had in hand. */
const LEASE_MS = 3_000;

/** Everything in one process: the database, a carrier to run against, the API and the SMPP gateway with their engines. */
export const sandbox = (
  asked: Settings,
  own: SandboxState,
  { journal, gatewayJournal }: SandboxJournals,
): Sandbox => {
  let listener: HttpListener;
  let simulator: Simulator;
  let database: DatabasePlace;
  let numbers: readonly VirtualNumber[];
  let composed: DependencyContainer | undefined;
  let composedGateway: DependencyContainer | undefined;
  let settings = withOwnKeys(asked, own);
  const pass = oneTimePass(own.apiKey);
  const consoleSandbox = { carrierUrl: () => simulator.httpUrl, redeem: pass.redeem };

  const container = (): DependencyContainer => {
    composed ??= composeWith(journal);
    return composed;
  };
  const gateway = (): DependencyContainer => {
    composedGateway ??= composeWith(gatewayJournal);
    return composedGateway;
  };
  const composeWith = (own: ProcessJournal): DependencyContainer => {
    const tuning = { numberSpacingMs: NUMBER_SPACING_MS, smppCountries: SMPP_COUNTRIES };
    const one = compose({ settings, journal: own, tuning });
    one.register(CONSOLE, { useValue: { ...consoleRules(settings), sandbox: consoleSandbox } });
    one.register(ENGINE_RULES, { useValue: { ...engineRules(settings), leaseMs: LEASE_MS } });
    return one;
  };

  /** Before the API serves anybody, so that the first opening finds numbers. */
  const numberPool: Component = {
    name: "the number pool",
    start: async () => {
      const { storage } = container().resolve(STORAGE);
      const ports = {
        market: container().resolve(MARKET),
        numbers: storage.numbers,
        clock: container().resolve(CLOCK),
        journal,
      };
      const pool = await preparePool(ports);
      if (!pool.ok) return fail(pool.error);
      numbers = pool.value;
      return ok(() => {});
    },
  };

  const components: readonly Component[] = [
    {
      name: "the API's port",
      ports: { PORT: asked.port },
      start: async () => {
        listener = await openHttpListener(asked.host, asked.port);
        // Only with port 0 the address was not known before.
        if (asked.port === 0) settings = { ...settings, publicUrl: listener.url };
        return ok((deadline) => listener.close(deadline));
      },
    },
    {
      name: "the carrier simulator",
      ports: { SIMULATOR_PORT: asked.simulatorPort, SIMULATOR_SMPP_PORT: asked.simulatorSmppPort },
      start: async () => {
        simulator = await startSimulator(simulatorOptions(asked, own));
        const { account, httpUrl, smppPort } = simulator;
        const bind = { host: "127.0.0.1", port: smppPort, tls: false };
        settings = {
          ...settings,
          smppUrls: Array.from({ length: BINDS }, () => bind),
          smppSystemId: account.systemId,
          smppPassword: account.password,
          smppSystemType: SYSTEM_TYPE,
          vonageApiKey: account.apiKey,
          vonageApiSecret: account.apiSecret,
          vonageRestHost: httpUrl,
          vonageApiHost: httpUrl,
        };
        return ok(() => simulator.stop());
      },
    },
    databaseComponent({ databaseUrl: asked.sandboxDatabaseUrl, dataDir: asked.dataDir }, journal, (place) => {
      database = place;
      settings = { ...settings, databaseUrl: place.url };
    }),
    sandboxSchemaComponent(() => database, journal),
    // First, so that from the start it is the one that sends.
    ...gatewayComponents(gateway),
    ...apiComponents(container, () => listener, [numberPool, consoleComponent]),
  ];
  return {
    components,
    facts: () => ({
      api: listener.url,
      console: `${listener.url}/#${pass.value}`,
      apiKey: own.apiKey,
      simulator,
      database: database.shown,
      numbers,
    }),
  };
};

const LOOPBACK = ["127.0.0.0/8", "::1/128"];

const withOwnKeys = (asked: Settings, { apiKey, encryptionKey }: SandboxState): Settings => ({
  ...asked,
  // Whoever tries it out has the application on the same machine.
  webhookNetworks: asked.webhookNetworks ?? LOOPBACK,
  apiKeys: [{ name: "sandbox", secret: apiKey, scope: "admin", service: null }],
  encryptionKeys: [encryptionKey],
  // One secret to keep is enough for a sandbox.
  auditSigningKey: new Uint8Array(hkdfSync("sha256", encryptionKey, "", "audit signing", 32)),
});

/** The simulated carrier has an account of its own, and the rates of the settings. */
const simulatorOptions = (asked: Settings, { carrierFile }: SandboxState) => ({
  httpPort: asked.simulatorPort,
  limits: { http: asked.httpRate, smpp: asked.smppRate, numbers: 0, ownedNumbers: 0 },
  smpp: { ports: [asked.simulatorSmppPort] },
  stateFile: carrierFile,
});
