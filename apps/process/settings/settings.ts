import { retentionMinMs } from "#core/domain/retention.ts";
import { fail, ok, type Result } from "#core/result.ts";
import { shownSettings } from "./shown.ts";
import { type Setting, settingNames, settingsTable } from "./table.ts";
import { unknownNames } from "./unknown-names.ts";

type Table = typeof settingsTable;
type Values = { readonly [K in keyof Table]: Table[K] extends Setting<infer T> ? T : never };

/** Everything that can be set from outside, read and checked. Durations are in milliseconds. */
export interface Settings extends Omit<Values, keyof Filled>, Filled {}

/** What is never absent, although it may not be set. */
interface Filled {
  /** Follows `HOST` and `PORT` when it is not set. */
  readonly publicUrl: string;
  /** Empty only in the sandbox, which then makes its own. */
  readonly apiKeys: NonNullable<Values["apiKeys"]>;
  /** Newest first. Empty only in the sandbox, which then makes its own. */
  readonly encryptionKeys: NonNullable<Values["encryptionKeys"]>;
  /** Empty: no SMPP. */
  readonly smppUrls: NonNullable<Values["smppUrls"]>;
  /** Empty: nothing is rented on the fly. */
  readonly rentCountries: NonNullable<Values["rentCountries"]>;
}

export interface SettingsRead {
  readonly settings: Settings;
  /** One line each. */
  readonly warnings: readonly string[];
  /** All of them by name, without what must not be written down; null: not set. */
  readonly shown: Readonly<Record<string, string | null>>;
}

/** For which process settings are read. */
export interface SettingsMode {
  /** Then nothing is required. */
  readonly sandbox: boolean;
  /** Whether it serves the API and takes webhooks; default: true. */
  readonly servesApi?: boolean;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Which settings make no sense without which others. */
const TOGETHER: readonly (readonly [keyof Table, readonly (keyof Table)[]])[] = [
  ["vonageApiKey", ["vonageApiSecret"]],
  ["vonageApiSecret", ["vonageApiKey"]],
  ["vonageApplicationId", ["vonagePrivateKey"]],
  ["vonagePrivateKey", ["vonageApplicationId"]],
  ["smppUrls", ["smppSystemId", "smppPassword"]],
];

/** Shorter secrets can be guessed over the network. */
const SECRET_LENGTH_ADVISED = 16;

/** An empty variable is an absent one, as a line of a template that was not filled in. */
const textOf = (env: Environment, { name }: Setting<unknown>): string | undefined =>
  env[name]?.trim() || undefined;

const readOne = (env: Environment, setting: Setting<unknown>, isNeeded: boolean): Result<unknown, string> => {
  const text = textOf(env, setting) ?? setting.fallback;
  const problem = (what: string) =>
    fail(`${setting.name} ${what}; for example ${setting.name}=${setting.example}`);
  if (text === undefined)
    return setting.required === true && isNeeded ? problem("is not set") : ok(undefined);
  if (text === "") return ok("");
  if (setting.secret === true && text === setting.example)
    return problem("must be a value of your own, not the example");
  const value = setting.read(text);
  return value.ok ? value : problem(value.error);
};

const missingPartners = (env: Environment): readonly string[] =>
  TOGETHER.flatMap(([key, partners]) => {
    const setting = settingsTable[key];
    if (textOf(env, setting) === undefined) return [];
    return partners
      .map((partner): Setting<unknown> => settingsTable[partner])
      .filter((partner) => textOf(env, partner) === undefined)
      .map(
        ({ name, example }) =>
          `${name} is not set, and ${setting.name} needs it; for example ${name}=${example}`,
      );
  });

export const DAY_MS = 86_400_000;

/** What is under way, or waits for its receipt, is not to be forgotten. */
const tooShortRetention = ({ messageRetentionDays, messageTtlMs }: Values): readonly string[] => {
  const days = Math.floor(retentionMinMs(messageTtlMs) / DAY_MS) + 1;
  return messageRetentionDays === undefined || messageRetentionDays >= days
    ? []
    : [
        `MESSAGE_RETENTION_DAYS must be at least ${days} with this MESSAGE_TTL; for example MESSAGE_RETENTION_DAYS=${days}`,
      ];
};

/** Events of messages are read from the messages. */
const tooLongEventRetention = ({ messageRetentionDays, eventRetentionMs }: Values): readonly string[] =>
  messageRetentionDays === undefined || eventRetentionMs <= messageRetentionDays * DAY_MS
    ? []
    : [
        `EVENT_RETENTION must not be longer than MESSAGE_RETENTION_DAYS; for example EVENT_RETENTION=${messageRetentionDays}d`,
      ];

const weakSecrets = ({ apiKeys }: Settings): readonly string[] =>
  apiKeys
    .filter(({ secret }) => secret.length < SECRET_LENGTH_ADVISED)
    .map(
      ({ name }) => `API_KEYS: the secret of "${name}" is shorter than ${SECRET_LENGTH_ADVISED} characters`,
    );

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/i;

/** Whether nobody but this machine reaches what listens there. */
export const isLoopback = (host: string): boolean => LOOPBACK.test(host);

/** Whoever finds unsigned webhooks can text in the name of every participant. */
const openWebhooks = (
  { host, vonageSignatureSecret, allowUnsignedWebhooks }: Values,
  sandbox: boolean,
): readonly string[] =>
  vonageSignatureSecret !== undefined || allowUnsignedWebhooks || isLoopback(host)
    ? []
    : [
        `HOST can be reached from outside, and webhooks would be taken unsigned: set ${sandbox ? "" : "VONAGE_SIGNATURE_SECRET, or "}ALLOW_UNSIGNED_WEBHOOKS=true where nobody else can reach it; for example ${sandbox ? "HOST=127.0.0.1" : "VONAGE_SIGNATURE_SECRET=the-secret-of-the-account"}`,
      ];

const unsignedWebhooks = ({ vonageApiKey, vonageSignatureSecret }: Values): readonly string[] =>
  vonageApiKey !== undefined && vonageSignatureSecret === undefined
    ? ["VONAGE_SIGNATURE_SECRET is not set: whoever finds the webhooks can text in anybody's name"]
    : [];

const addressOf = (host: string, port: number): string =>
  `http://${host.includes(":") ? `[${host}]` : host}:${port}`;

/**
 * Reads all settings, or says everything that is wrong with them at once: one line a problem, none of which repeats a
 * value. In the sandbox nothing is required.
 */
export const readSettings = (
  env: Environment,
  { sandbox, servesApi = true }: SettingsMode,
): Result<SettingsRead, readonly string[]> => {
  const problems: string[] = [];
  const entries = Object.entries(settingsTable).map(([key, setting]: [string, Setting<unknown>]) => {
    const isNeeded = !sandbox && (servesApi || key !== "apiKeys");
    const value = readOne(env, setting, isNeeded);
    if (!value.ok) problems.push(value.error);
    return [key, value.ok ? value.value : undefined] as const;
  });
  problems.push(...missingPartners(env));
  if (problems.length > 0) return fail(problems);
  // The table says what each key holds, which `fromEntries` cannot know; every entry was just read by its own reader.
  const values = Object.fromEntries(entries) as unknown as Values;
  problems.push(...tooShortRetention(values), ...tooLongEventRetention(values));
  if (servesApi) problems.push(...openWebhooks(values, sandbox));
  if (problems.length > 0) return fail(problems);
  const settings: Settings = {
    ...values,
    publicUrl: values.publicUrl ?? addressOf(values.host, values.port),
    apiKeys: values.apiKeys ?? [],
    encryptionKeys: values.encryptionKeys ?? [],
    smppUrls: values.smppUrls ?? [],
    rentCountries: values.rentCountries ?? new Map(),
  };
  return ok({
    settings,
    shown: shownSettings((setting) => textOf(env, setting) ?? setting.fallback),
    warnings: [
      ...unknownNames(Object.keys(env), settingNames),
      ...weakSecrets(settings),
      ...(servesApi ? unsignedWebhooks(values) : []),
    ],
  });
};
