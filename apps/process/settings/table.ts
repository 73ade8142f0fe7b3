import {
  apiKeys,
  databaseAddress,
  duration,
  encryptionKeys,
  flag,
  networks,
  oneOf,
  port,
  privateKey,
  type Read,
  rentLimits,
  signingKey,
  smppAddresses,
  webAddress,
  wholeNumber,
  words,
} from "./values.ts";

/** One environment variable: how it is read, and how it is explained. */
export interface Setting<T> {
  readonly name: string;
  readonly about: string;
  /** A value that could stand there. */
  readonly example: string;
  readonly read: Read<T>;
  /** What holds when it is absent, as it would be written; without one it is optional. */
  readonly fallback?: string;
  /** What is shown instead of the fallback, where the fallback depends on other settings. */
  readonly otherwise?: string;
  /** Without it nothing starts, except the sandbox, which makes its own. */
  readonly required?: boolean;
  /** Then the example, which everybody can read, is refused. */
  readonly secret?: boolean;
  /** Whether it may stand in a log although it is no number and no duration. */
  readonly isShown?: boolean;
}

interface Section {
  readonly title: string;
  readonly settings: Readonly<Record<string, Setting<unknown>>>;
}

const RATE_MAX = 100_000;
/** Messages leave by the week. */
const RETENTION_DAYS_MIN = 7;

const optional = <T>(setting: Omit<Setting<T>, "fallback">): Setting<T | undefined> => setting;
const withDefault = <T>(fallback: string, setting: Omit<Setting<T>, "example">): Setting<T> => ({
  ...setting,
  fallback,
  example: fallback,
});

const storage = {
  databaseUrl: optional({
    name: "DATABASE_URL",
    about: "PostgreSQL; the embedded one keeps its data under `DATA_DIR`",
    example: "postgres://user:password@127.0.0.1:5432/sms_proxy",
    read: databaseAddress,
    otherwise: "embedded",
  }),
  sandboxDatabaseUrl: optional({
    name: "SANDBOX_DATABASE_URL",
    about:
      "PostgreSQL for the sandbox alone (`npm start`), which never uses `DATABASE_URL`: an empty database",
    example: "postgres://user:password@127.0.0.1:5432/sms_proxy_sandbox",
    read: databaseAddress,
    otherwise: "embedded",
  }),
  dataDir: withDefault(".data", {
    name: "DATA_DIR",
    about: "where the embedded PostgreSQL and the sandbox keep their data",
    read: words,
  }),
  encryptionKeys: optional({
    name: "ENCRYPTION_KEYS",
    about: "base64 keys of 32 bytes, comma-separated, newest first (`openssl rand -base64 32`)",
    example: "bm9ib2R5LXNob3VsZC11c2UtdGhpcy1leGFtcGxlLWs=",
    read: encryptionKeys,
    required: true,
    secret: true,
  }),
  auditSigningKey: optional({
    name: "AUDIT_SIGNING_KEY",
    about:
      "a base64 key of 32 bytes (`openssl rand -base64 32`) that signs heads of the audit log and certificates of erasure; absent: heads are not signed, and nobody can be erased",
    example: "YW5vdGhlci1leGFtcGxlLW9mLWEtc2lnbmluZy1rZXk=",
    read: signingKey,
    secret: true,
  }),
  auditHeadTo: optional({
    name: "AUDIT_HEAD_TO",
    about:
      "a file outside the database to which the head of the audit log is added every hour, one line of JSON each",
    example: "/var/lib/sms-proxy/audit-heads.jsonl",
    read: words,
    isShown: true,
  }),
};

const api = {
  host: withDefault("127.0.0.1", {
    name: "HOST",
    about: "where the API and the gateway's health port listen",
    read: words,
  }),
  port: withDefault("3000", { name: "PORT", about: "the API's port", read: port }),
  publicUrl: optional({
    name: "PUBLIC_URL",
    about: "the address at which carriers reach us, for webhooks",
    example: "https://sms.example.com",
    read: webAddress,
    otherwise: "`http://HOST:PORT`",
  }),
  apiKeys: optional({
    name: "API_KEYS",
    about:
      "`name:secret[:scope[:service]]`, comma-separated; the scope is `admin` (default) or `read`; a key with a service sees that service alone",
    example: "shop:replace-this-secret,reports:replace-that-secret:read",
    read: apiKeys,
    required: true,
    secret: true,
  }),
};

const vonage = {
  vonageApiKey: optional({
    name: "VONAGE_API_KEY",
    about: "the account; absent: no HTTP carrier",
    example: "abcd1234",
    read: words,
  }),
  vonageApiSecret: optional({
    name: "VONAGE_API_SECRET",
    about: "its secret",
    example: "replace-this-secret",
    secret: true,
    read: words,
  }),
  vonageSignatureSecret: optional({
    name: "VONAGE_SIGNATURE_SECRET",
    about: "checks webhooks: with it, unsigned and wrongly signed ones are refused",
    example: "replace-this-secret",
    secret: true,
    read: words,
  }),
  allowUnsignedWebhooks: withDefault("false", {
    name: "ALLOW_UNSIGNED_WEBHOOKS",
    about:
      "`true`: the API starts without `VONAGE_SIGNATURE_SECRET` although `HOST` can be reached from outside",
    read: flag,
  }),
  vonageSignatureMethod: withDefault("md5hash", {
    name: "VONAGE_SIGNATURE_METHOD",
    about: "`md5hash`, `md5`, `sha1`, `sha256` or `sha512`",
    read: oneOf("md5hash", "md5", "sha1", "sha256", "sha512"),
    isShown: true,
  }),
  vonageApplicationId: optional({
    name: "VONAGE_APPLICATION_ID",
    about: "an application, for Identity Insights",
    example: "aaaaaaaa-bbbb-cccc-dddd-0123456789ab",
    read: words,
  }),
  vonagePrivateKey: optional({
    name: "VONAGE_PRIVATE_KEY",
    about: "its private key: PEM text, or the path of a file that holds it",
    example: "./vonage-private.key",
    read: privateKey,
  }),
  vonageRestHost: withDefault("https://rest.nexmo.com", {
    name: "VONAGE_REST_HOST",
    about: "SMS and numbers",
    read: webAddress,
  }),
  vonageApiHost: withDefault("https://api.nexmo.com", {
    name: "VONAGE_API_HOST",
    about: "number insight",
    read: webAddress,
  }),
  apiRate: optional({
    name: "API_RATE",
    about: "requests a second of one API key, in each process; absent: no bound",
    example: "100",
    read: wholeNumber(1, RATE_MAX),
  }),
  httpRate: withDefault("30", {
    name: "HTTP_RATE",
    about: "messages a second over HTTP, of all processes together",
    read: wholeNumber(1, RATE_MAX),
  }),
};

const smpp = {
  smppUrls: optional({
    name: "SMPP_URLS",
    about: "comma-separated `smpp://host:port` or `smpps://host:port`, one bind each; absent: no SMPP",
    example: "smpps://smpp.example.com:8443,smpps://smpp.example.com:8443",
    read: smppAddresses,
  }),
  smppSystemId: optional({
    name: "SMPP_SYSTEM_ID",
    about: "the account of the binds",
    example: "abcd1234",
    read: words,
  }),
  smppPassword: optional({
    name: "SMPP_PASSWORD",
    about: "its password",
    example: "replace-it",
    secret: true,
    read: words,
  }),
  smppSystemType: withDefault("", {
    name: "SMPP_SYSTEM_TYPE",
    about: "what our numbers are routed by at the carrier",
    read: words,
  }),
  smppBind: withDefault("transceiver", {
    name: "SMPP_BIND",
    about: "`transceiver`, or `pair`: a transmitter and a receiver",
    read: oneOf("transceiver", "pair"),
    isShown: true,
  }),
  smppWindow: withDefault("10", {
    name: "SMPP_WINDOW",
    about: "messages a bind sends ahead of their answers",
    read: wholeNumber(1, 1_000),
  }),
  smppRate: withDefault("30", {
    name: "SMPP_RATE",
    about: "messages a second per account, over all its binds and gateways",
    read: wholeNumber(1, RATE_MAX),
  }),
  smppMessageId: withDefault("hex-dec", {
    name: "SMPP_MESSAGE_ID",
    about: "how receipts name messages: `same`, `hex-dec` or `dec-hex`",
    read: oneOf("same", "hex-dec", "dec-hex"),
    isShown: true,
  }),
  smppDefaultAlphabet: withDefault("gsm", {
    name: "SMPP_DEFAULT_ALPHABET",
    about: "what data_coding 0 means at this carrier: `gsm`, `latin1` or `ascii`",
    read: oneOf("gsm", "latin1", "ascii"),
    isShown: true,
  }),
  gatewayPort: withDefault("3002", {
    name: "GATEWAY_PORT",
    about: "the gateway's health, readiness and metrics",
    read: port,
  }),
};

const messages = {
  fallbackAfterMs: withDefault("15s", {
    name: "FALLBACK_AFTER",
    about: "a message that has waited this long for SMPP goes over HTTP",
    read: duration(0),
  }),
  quarantineMs: withDefault("7d", {
    name: "QUARANTINE",
    about: "how long after a close a number is kept from anybody else",
    read: duration(0),
  }),
  reassignAfterMs: withDefault("45d", {
    name: "REASSIGN_AFTER",
    about:
      "after so long without a text of theirs, somebody's number may have a new owner: which number they were shown is forgotten; and so long after its last use, a number of ours is not given back",
    read: duration(0),
  }),
  conversationTtlMs: optional({
    name: "CONVERSATION_TTL",
    about: "conversations close this long after they opened",
    example: "30d",
    read: duration(1_000),
  }),
  idleTtlMs: optional({
    name: "IDLE_TTL",
    about: "conversations close this long after their last message",
    example: "7d",
    read: duration(1_000),
  }),
  messageTtlMs: withDefault("24h", {
    name: "MESSAGE_TTL",
    about: "how long delivery of a message is tried",
    read: duration(1_000),
  }),
  spendCap: optional({
    name: "SPEND_CAP",
    about:
      "segments a day (by UTC) that intros, texts that advertise and broadcasts may take; nothing else is stopped",
    example: "50000",
    read: wholeNumber(1, 1_000_000_000),
  }),
  textRetentionDays: optional({
    name: "TEXT_RETENTION_DAYS",
    about: "texts are erased this many days after the close",
    example: "90",
    read: wholeNumber(0, 3_650),
  }),
  messageRetentionDays: optional({
    name: "MESSAGE_RETENTION_DAYS",
    about: "messages are forgotten this many days after they came, by whole weeks",
    example: "90",
    read: wholeNumber(RETENTION_DAYS_MIN, 3_650),
  }),
  eventRetentionMs: withDefault("7d", {
    name: "EVENT_RETENTION",
    about: "how long events can be read again, by whole days",
    read: duration(3_600_000),
  }),
  webhookNetworks: optional({
    name: "WEBHOOK_NETWORKS",
    about: "private networks to which webhooks may go; all others are refused",
    example: "10.0.0.0/8",
    read: networks,
    isShown: true,
  }),
  rentCountries: optional({
    name: "RENT_COUNTRIES",
    about: "countries where numbers may be rented on the fly, and how many at most",
    example: "GB:20,US:50",
    read: rentLimits,
    isShown: true,
  }),
};

const processes = {
  logLevel: withDefault("info", {
    name: "LOG_LEVEL",
    about: "`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`",
    read: oneOf("fatal", "error", "warn", "info", "debug", "trace", "silent"),
    isShown: true,
  }),
  drainTimeoutMs: withDefault("25s", {
    name: "DRAIN_TIMEOUT",
    about: "how long a process may take to finish its work when it is stopped",
    read: duration(0),
  }),
  simulatorPort: withDefault("3001", {
    name: "SIMULATOR_PORT",
    about: "the simulated carrier over HTTP",
    read: port,
  }),
  simulatorSmppPort: withDefault("2775", {
    name: "SIMULATOR_SMPP_PORT",
    about: "the simulated carrier over SMPP",
    read: port,
  }),
};

export const settingsTable = { ...storage, ...api, ...vonage, ...smpp, ...messages, ...processes };

export const settingNames: readonly string[] = Object.values(settingsTable).map(({ name }) => name);

/** The same table, as it is shown. */
export const settingsSections: readonly Section[] = [
  { title: "Storage", settings: storage },
  { title: "API", settings: api },
  { title: "Vonage over HTTP", settings: vonage },
  { title: "Vonage over SMPP", settings: smpp },
  { title: "Messages and numbers", settings: messages },
  { title: "Processes", settings: processes },
];
