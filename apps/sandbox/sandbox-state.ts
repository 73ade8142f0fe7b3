import { randomBytes } from "node:crypto";
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { z } from "zod";
import { makeFolder, noAccessIn } from "#adapters/embedded-postgres/data-folder.ts";
import { fail, ok, type Result } from "#core/result.ts";

/** What a sandbox keeps in its folder, beside the database. */
export interface SandboxState {
  readonly apiKey: string;
  readonly encryptionKey: Uint8Array;
  readonly logFile: string;
  readonly carrierFile: string;
}

const SECRETS_FILE = "sandbox-secrets.json";
const LOG_FILE = "sandbox.log";
const CARRIER_FILE = "simulator.json";
const LOG_BYTES_MAX = 10 * 1024 * 1024;
const KEY_BYTES = 32;

const schema = z.object({
  apiKey: z.string().min(16),
  encryptionKey: z.base64().refine((key) => Buffer.from(key, "base64").length === KEY_BYTES),
});

/** Makes the folder and the secrets at the first start, and finds them again at the next; fails with one line. */
export const openSandboxState = (dataDir: string): Result<SandboxState, string> => {
  try {
    makeFolder(resolve(dataDir));
    const secrets = secretsIn(join(dataDir, SECRETS_FILE));
    if (!secrets.ok) return secrets;
    const logFile = join(dataDir, LOG_FILE);
    turnOver(logFile);
    // What cannot be written to later had better be found out now.
    writeFileSync(logFile, "", { flag: "a", mode: 0o600 });
    return ok({ ...secrets.value, logFile, carrierFile: join(dataDir, CARRIER_FILE) });
  } catch (error) {
    const detail = noAccessIn(error);
    if (detail === undefined) throw error;
    return fail(`Cannot use the data folder ${resolve(dataDir)}: ${detail}; set DATA_DIR to another folder`);
  }
};

type Secrets = Pick<SandboxState, "apiKey" | "encryptionKey">;

const secretsIn = (file: string): Result<Secrets, string> => {
  const text = readIfThere(file) ?? make(file);
  const read = schema.safeParse(jsonIn(text));
  if (!read.success)
    return fail(`Cannot read ${file}: it is damaged; without its key the data in this folder cannot be read`);
  const { apiKey, encryptionKey } = read.data;
  return ok({ apiKey, encryptionKey: new Uint8Array(Buffer.from(encryptionKey, "base64")) });
};

const make = (file: string): string => {
  const apiKey = `sandbox_${randomBytes(18).toString("base64url")}`;
  const encryptionKey = randomBytes(KEY_BYTES).toString("base64");
  const text = `${JSON.stringify({ apiKey, encryptionKey }, null, 2)}\n`;
  // Whole or not at all, whenever the process is killed; and of two that start at once, one makes them for both.
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    rmSync(draft, { force: true });
  }
  return readFileSync(file, "utf8");
};

const readIfThere = (file: string): string | undefined => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
};

const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const turnOver = (logFile: string): void => {
  const size = statSync(logFile, { throwIfNoEntry: false })?.size ?? 0;
  if (size > LOG_BYTES_MAX) renameSync(logFile, `${logFile}.old`);
};
