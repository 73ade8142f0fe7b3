import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { envExample, settingsMarkdown } from "#apps/process/settings/documents.ts";
import {
  type Environment,
  readSettings,
  type Settings,
  type SettingsMode,
} from "#apps/process/settings/settings.ts";
import { type Setting, settingsTable } from "#apps/process/settings/table.ts";

const table: readonly Setting<unknown>[] = Object.values(settingsTable);

const key = (fill: number): string => Buffer.alloc(32, fill).toString("base64");

/** The least with which a process outside the sandbox starts. */
const least: Environment = { API_KEYS: "shop:a-secret-of-sufficient-length", ENCRYPTION_KEYS: key(7) };

const settingsOf = (env: Environment): Settings => {
  const read = readSettings({ ...least, ...env }, { sandbox: false });
  if (!read.ok) throw new Error(read.error.join("\n"));
  return read.value.settings;
};

const problemsOf = (env: Environment): readonly string[] => {
  const read = readSettings({ ...least, ...env }, { sandbox: false });
  return read.ok ? [] : read.error;
};

const warningsOf = (env: Environment): readonly string[] => {
  const read = readSettings({ ...least, ...env }, { sandbox: false });
  return read.ok ? read.value.warnings : [];
};

test("the sandbox needs no settings at all", () => {
  const read = readSettings({}, { sandbox: true });
  expect(read).toMatchObject({ ok: true, value: { warnings: [] } });
});

test("outside the sandbox both an API key and an encryption key are asked for at once", () => {
  const read = readSettings({}, { sandbox: false });
  const problems = read.ok ? [] : read.error;
  expect(problems.map((line) => line.split(" is not set")[0]).sort()).toEqual([
    "API_KEYS",
    "ENCRYPTION_KEYS",
  ]);
});

test("what is absent or empty has the default of the table", () => {
  const emptied = Object.fromEntries(table.map(({ name }) => [name, least[name] ?? ""]));
  expect(settingsOf(emptied)).toEqual(settingsOf({}));
  expect(settingsOf({})).toMatchObject({
    dataDir: ".data",
    host: "127.0.0.1",
    port: 3000,
    gatewayPort: 3002,
    simulatorPort: 3001,
    simulatorSmppPort: 2775,
    publicUrl: "http://127.0.0.1:3000",
    databaseUrl: undefined,
    vonageSignatureMethod: "md5hash",
    httpRate: 30,
    smppUrls: [],
    smppBind: "transceiver",
    smppWindow: 10,
    smppRate: 30,
    smppMessageId: "hex-dec",
    smppDefaultAlphabet: "gsm",
    fallbackAfterMs: 15_000,
    quarantineMs: 7 * 86_400_000,
    conversationTtlMs: undefined,
    idleTtlMs: undefined,
    messageTtlMs: 86_400_000,
    textRetentionDays: undefined,
    rentCountries: new Map(),
    logLevel: "info",
    drainTimeoutMs: 25_000,
  });
});

test.each(table)(
  "the example and the default of $name are values that it takes",
  ({ read, example, fallback }) => {
    if (example !== "") expect(read(example)).toMatchObject({ ok: true });
    if (fallback !== undefined && fallback !== "") expect(read(fallback)).toMatchObject({ ok: true });
  },
);

test("every problem is told at once, each with the variable and an example", () => {
  const problems = problemsOf({
    PORT: "http",
    QUARANTINE: "7 days",
    SMPP_BIND: "both",
    ENCRYPTION_KEYS: "short",
  });
  expect(problems).toHaveLength(4);
  expect(problems).toContain("PORT must be a whole number from 0 to 65535; for example PORT=3000");
});

test("no problem repeats what was written, whatever it was", () => {
  const junk = fc.stringMatching(/^[!-~]{12,40}$/);
  fc.assert(
    fc.property(
      fc.constantFrom(...table),
      junk,
      fc.constantFrom("", "name:", "smpp://"),
      (setting, text, before) => {
        const problems = problemsOf({ [setting.name]: `${before}${text}` });
        expect(problems.join("\n")).not.toContain(text);
      },
    ),
  );
});

describe("a malformed value is refused", () => {
  test.each<[string, string]>([
    ["DATABASE_URL", "mysql://localhost/x"],
    ["DATABASE_URL", "postgresql:///x"],
    ["DATABASE_URL", "postgresql://user:word@/x?host=relative"],
    ["ENCRYPTION_KEYS", Buffer.alloc(32).toString("base64")],
    ["PORT", "65536"],
    ["PORT", "-1"],
    ["PORT", "3000.5"],
    ["PUBLIC_URL", "sms.example.com"],
    ["PUBLIC_URL", "ftp://sms.example.com"],
    ["PUBLIC_URL", "https://user:word@sms.example.com"],
    ["API_KEYS", "only-a-secret"],
    ["API_KEYS", "shop:secret:write"],
    ["API_KEYS", "shop:one,shop:two"],
    ["API_KEYS", "shop:same,reports:same:read"],
    ["API_KEYS", "shop:one,"],
    ["ENCRYPTION_KEYS", Buffer.alloc(31).toString("base64")],
    ["ENCRYPTION_KEYS", `${key(1)},not base64!`],
    ["ENCRYPTION_KEYS", `${key(1)},${key(1)}`],
    ["VONAGE_SIGNATURE_METHOD", "sha3"],
    ["HTTP_RATE", "0"],
    ["SMPP_WINDOW", "0"],
    ["SMPP_MESSAGE_ID", "hex"],
    ["SMPP_DEFAULT_ALPHABET", "utf8"],
    ["FALLBACK_AFTER", "15"],
    ["MESSAGE_TTL", "0s"],
    ["TEXT_RETENTION_DAYS", "7d"],
    ["MESSAGE_RETENTION_DAYS", "6"],
    ["RENT_COUNTRIES", "gb:20"],
    ["RENT_COUNTRIES", "GB:20,GB:30"],
    ["RENT_COUNTRIES", "GB"],
    ["WEBHOOK_NETWORKS", "10.0.0.0"],
    ["WEBHOOK_NETWORKS", "10.0.0.0/33"],
    ["WEBHOOK_NETWORKS", "10.0.0.0/8,localhost/8"],
    ["WEBHOOK_NETWORKS", "fd00::/129"],
    ["LOG_LEVEL", "verbose"],
  ])("%s=%s", (name, text) => {
    const problems = problemsOf({ [name]: text });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatch(new RegExp(`^${name} must `));
  });

  test.each([
    "smpp.example.com:2775",
    "smpp://example.com",
    "http://example.com:1",
    "smpp://u:p@example.com:1",
  ])("SMPP_URLS=%s", (text) => {
    const account = { SMPP_SYSTEM_ID: "abc", SMPP_PASSWORD: "word" };
    expect(problemsOf({ ...account, SMPP_URLS: text })).toHaveLength(1);
  });
});

test("a database may be reached over a Unix socket", () => {
  const url = "postgresql://user:password@/name?host=/var/run/postgresql";
  expect(settingsOf({ DATABASE_URL: url }).databaseUrl).toBe(url);
});

test("messages are kept for longer than they live and wait for their receipts", () => {
  const both = { MESSAGE_TTL: "10d", MESSAGE_RETENTION_DAYS: "14" };
  expect(problemsOf(both)).toEqual([
    "MESSAGE_RETENTION_DAYS must be at least 15 with this MESSAGE_TTL; for example MESSAGE_RETENTION_DAYS=15",
  ]);
  expect(problemsOf({ ...both, MESSAGE_RETENTION_DAYS: "15" })).toEqual([]);
  expect(problemsOf({ MESSAGE_RETENTION_DAYS: "7" })).toEqual([]);
});

test("the published examples are no secrets", () => {
  const { example } = settingsTable.encryptionKeys;
  expect(problemsOf({ ENCRYPTION_KEYS: example })[0]).toContain("must be a value of your own");
  expect(problemsOf({ API_KEYS: settingsTable.apiKeys.example })[0]).toContain("must be a value of your own");
});

test("settings that need each other are asked for", () => {
  expect(problemsOf({ SMPP_URLS: "smpp://127.0.0.1:2775" }).map((line) => line.split(" ")[0])).toEqual([
    "SMPP_SYSTEM_ID",
    "SMPP_PASSWORD",
  ]);
  expect(problemsOf({ VONAGE_API_KEY: "abcd1234" })[0]).toContain("VONAGE_API_SECRET is not set");
  expect(problemsOf({ VONAGE_APPLICATION_ID: "x" })[0]).toContain("VONAGE_PRIVATE_KEY is not set");
});

test("any 32 bytes are an encryption key, newest first", () => {
  const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(fc.uniqueArray(bytes, { minLength: 1, maxLength: 5, selector: String }), (keys) => {
      const text = keys.map((each) => Buffer.from(each).toString("base64")).join(", ");
      expect(settingsOf({ ENCRYPTION_KEYS: text }).encryptionKeys).toEqual(keys);
    }),
  );
});

test("lists are read in order", () => {
  const settings = settingsOf({
    API_KEYS: "shop:first-secret-that-is-long,reports:second-secret-that-is-long:read",
    SMPP_URLS: "smpps://smpp.example.com:8443, smpp://[::1]:2775",
    SMPP_SYSTEM_ID: "abc",
    SMPP_PASSWORD: "word",
    RENT_COUNTRIES: "GB:20,US:50",
  });
  expect(settings.apiKeys).toEqual([
    { name: "shop", secret: "first-secret-that-is-long", scope: "admin", service: null },
    { name: "reports", secret: "second-secret-that-is-long", scope: "read", service: null },
  ]);
  expect(settings.smppUrls).toEqual([
    { host: "smpp.example.com", port: 8443, tls: true },
    { host: "::1", port: 2775, tls: false },
  ]);
  expect([...settings.rentCountries]).toEqual([
    ["GB", 20],
    ["US", 50],
  ]);
});

test("the public address follows host and port unless it is set", () => {
  expect(settingsOf({ HOST: "::1", PORT: "8080" }).publicUrl).toBe("http://[::1]:8080");
  expect(settingsOf({ PUBLIC_URL: "https://sms.example.com/" }).publicUrl).toBe("https://sms.example.com");
});

test("a misspelt setting is pointed out, and other programs' variables are not", () => {
  expect(warningsOf({ SMPP_WINDWO: "3" })).toEqual([
    "SMPP_WINDWO is not a setting: did you mean SMPP_WINDOW?",
  ]);
  expect(warningsOf({ QUARANTINES: "3d" })).toEqual([
    "QUARANTINES is not a setting: did you mean QUARANTINE?",
  ]);
  expect(warningsOf({ VONAGE_SOMETHING_ELSE_ENTIRELY: "1" })).toEqual([
    "VONAGE_SOMETHING_ELSE_ENTIRELY is not a setting",
  ]);
  expect(warningsOf({ HOSTNAME: "x", PORTS: "x", PATH: "x", TEST_DATABASE_URL: "x", LOGNAME: "x" })).toEqual(
    [],
  );
});

test("a short API secret is pointed out by its name alone", () => {
  expect(warningsOf({ API_KEYS: "shop:hunter2" })).toEqual([
    'API_KEYS: the secret of "shop" is shorter than 16 characters',
  ]);
});

test("webhooks that anybody may call are pointed out where there is a carrier that calls them", () => {
  const carrier = { VONAGE_API_KEY: "abcd1234", VONAGE_API_SECRET: "a secret" };
  expect(warningsOf(carrier)).toEqual([expect.stringContaining("VONAGE_SIGNATURE_SECRET is not set")]);
  expect(warningsOf({ ...carrier, VONAGE_SIGNATURE_SECRET: "another secret" })).toEqual([]);
});

describe("unsigned webhooks", () => {
  const SET = {
    API_KEYS: "shop:a-secret-of-the-shop",
    ENCRYPTION_KEYS: Buffer.alloc(32, 7).toString("base64"),
  };
  const problemsOf = (env: Environment, mode: SettingsMode): readonly string[] => {
    const read = readSettings({ ...SET, ...env }, mode);
    return read.ok ? [] : read.error;
  };
  const OUTSIDE = ["0.0.0.0", "::", "10.0.0.7", "sms.example.com", "127.0.0.1.example.com"];

  test.each(OUTSIDE)("are not taken at %s, unless the settings say so", (HOST) => {
    const line = expect.stringMatching(
      /^HOST can be reached .*VONAGE_SIGNATURE_SECRET.*ALLOW_UNSIGNED_WEBHOOKS=true/,
    );
    expect(problemsOf({ HOST }, { sandbox: false })).toEqual([line]);
    expect(problemsOf({ HOST, VONAGE_SIGNATURE_SECRET: "another secret" }, { sandbox: false })).toEqual([]);
    expect(problemsOf({ HOST, ALLOW_UNSIGNED_WEBHOOKS: "true" }, { sandbox: false })).toEqual([]);
    expect(problemsOf({ HOST, ALLOW_UNSIGNED_WEBHOOKS: "false" }, { sandbox: false })).toEqual([line]);
    expect(problemsOf({ HOST }, { sandbox: true })).toHaveLength(1);
    expect(problemsOf({ HOST }, { sandbox: false, servesApi: false })).toEqual([]);
  });

  test.each(["127.0.0.1", "localhost", "::1", "127.8.0.1"])("may come to %s", (HOST) => {
    expect(problemsOf({ HOST }, { sandbox: false })).toEqual([]);
  });

  test("are not warned about by a process that takes no webhooks", () => {
    const carrier = { VONAGE_API_KEY: "abcd1234", VONAGE_API_SECRET: "a secret" };
    const read = readSettings({ ...SET, ...carrier }, { sandbox: false, servesApi: false });
    expect(read).toMatchObject({ ok: true, value: { warnings: [] } });
  });
});

test(".env.example is what the table says", () => {
  expect(readFileSync(new URL("../../../.env.example", import.meta.url), "utf8")).toBe(envExample());
});

test("the README holds the table", () => {
  expect(readFileSync(new URL("../../../README.md", import.meta.url), "utf8")).toContain(
    settingsMarkdown().trim(),
  );
});

test("the table names every setting once", () => {
  const rows = settingsMarkdown().split("\n");
  for (const { name } of table)
    expect(rows.filter((row) => row.startsWith(`| \`${name}\` |`))).toHaveLength(1);
});

test("a process with malformed settings prints every problem, and ends with code 1", () => {
  const script =
    'import { loadSettings } from "#apps/process/settings/load.ts"; loadSettings({ sandbox: true }); console.log("on");';
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", script], {
    env: { PORT: "x", LOG_LEVEL: "y" },
    encoding: "utf8",
  });
  expect({ status, stdout, lines: stderr.trim().split("\n").length }).toEqual({
    status: 1,
    stdout: "",
    lines: 2,
  });
});
