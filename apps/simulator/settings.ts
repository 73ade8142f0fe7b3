import type { Changes, RetryProfile, SimulatorOptions, SimulatorSettings } from "./options.ts";

const RETRY: RetryProfile = {
  firstMs: 1_000,
  factor: 2,
  maxMs: 15_000,
  attempts: 6_000,
  horizonMs: 86_400_000,
};

const DEFAULTS: SimulatorSettings = {
  host: "127.0.0.1",
  httpPort: 0,
  account: {
    apiKey: "abcd1234",
    apiSecret: "s3cr3tS3cr3t",
    signatureSecret: undefined,
    signatureMethod: "md5hash",
    publicKey: undefined,
    systemId: "abcd1234",
    password: "s3cr3t",
    balance: 1_000_000,
    allowedDestinations: undefined,
    checkSender: true,
  },
  webhooks: {
    format: "json",
    inboundUrl: undefined,
    statusUrl: undefined,
    retry: RETRY,
    retryOn: "429-5xx",
    resign: false,
    connectTimeoutMs: 3_000,
    responseTimeoutMs: 15_000,
    probe: true,
  },
  limits: { http: 30, smpp: 30, numbers: 3, ownedNumbers: 1, binds: 2 },
  smpp: {
    ports: [0],
    joinParts: "server",
    window: 100,
    deliverTimeoutMs: 30_000,
    enquireLinkMs: 30_000,
    sessionTimeoutMs: 60_000,
    retry: { ...RETRY, firstMs: 250 },
    receiptId: "decimal",
    receiptTlv: true,
  },
  messageIds: "hex16",
  stock: { GB: 400, US: 400, CA: 100, DE: 100, ES: 100, FR: 100, NL: 100, SE: 100 },
  rented: [],
  nothingFound: "empty-object",
  order: "pair",
  stateFile: undefined,
};

/** The options, and Vonage's documented values for all that was not said. */
export const simulatorSettings = (options: SimulatorOptions): SimulatorSettings => {
  const { account, webhooks, limits, smpp, ...rest } = options;
  return {
    ...changed(DEFAULTS, rest),
    account: changed(DEFAULTS.account, account),
    webhooks: changed(DEFAULTS.webhooks, webhooks),
    limits: changed(DEFAULTS.limits, limits),
    smpp: changed(DEFAULTS.smpp, smpp),
  };
};

/** An option given as `undefined` is an option not given. */
const changed = <T extends object>(defaults: T, changes: Changes<T> | undefined): T => ({
  ...defaults,
  ...(Object.fromEntries(
    Object.entries(changes ?? {}).filter(([, value]) => value !== undefined),
  ) as Partial<T>),
});
