import { setTimeout as pause } from "node:timers/promises";
import { checkSchema, type SchemaProblem } from "#adapters/postgres/migrate.ts";
import { checkKeys, type KeyProblem } from "#adapters/postgres/sealing/key-check.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { checkServer, describeServerProblem, mayPass } from "#adapters/postgres/server-check.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import type { Journal } from "#core/ports/journal.ts";
import { fail, ok, type Result } from "#core/result.ts";
import type { Component } from "./components.ts";
import type { DatabasePlace } from "./database.ts";

/** So long a start waits for a database that is away, full or read-only, as one is while it fails over. */
const WAIT_MS = 15_000;
const PAUSE_MS = 500;

export interface DatabaseCheckOptions {
  readonly waitMs?: number;
}

/** Waits until the server can be worked with; else one line that says why it cannot. */
export const waitForDatabase = async (
  { url, shown }: DatabasePlace,
  journal: Pick<Journal, "databaseAwaited">,
  { waitMs = WAIT_MS }: DatabaseCheckOptions = {},
): Promise<Result<null, string>> => {
  const end = performance.now() + waitMs;
  let said: string | null = null;
  for (;;) {
    const problem = await checkServer(url);
    if (problem === null) return ok(null);
    const line = describeServerProblem(problem, shown);
    if (!mayPass(problem) || performance.now() >= end) return fail(`${line}; check DATABASE_URL`);
    if (line !== said) journal.databaseAwaited({ problem: line });
    said = line;
    await pause(PAUSE_MS);
  }
};

/** Lets a process start only on a schema that has all it needs, as changing it is a step of its own, and with the keys that rows need. */
export const databaseCheckComponent = (
  database: () => DatabasePlace,
  { encryptionKeys }: Pick<Settings, "encryptionKeys">,
  journal: Pick<Journal, "databaseAwaited">,
): Component => ({
  name: "the database's schema and keys",
  start: async () => {
    const place = database();
    const reached = await waitForDatabase(place, journal);
    if (!reached.ok) return reached;
    const schema = await checkSchema(place.url);
    if (schema !== null) return fail(describeSchemaProblem(schema));
    const problem = await checkKeys(place.url, keyring(encryptionKeys));
    return problem === null ? ok(() => {}) : fail(describeKeyProblem(problem));
  },
});

const describeSchemaProblem = (problem: SchemaProblem): string =>
  problem.kind === "outdated"
    ? `Cannot start: the schema of the database lacks ${problem.lacks.join(", ")}; run "npm run migrate" first`
    : `Cannot start: a later version has taken away from the schema what this one needs (${problem.contractedBy}); start that version`;

export const describeKeyProblem = (problem: KeyProblem): string => {
  if (problem.kind === "damaged-index-key") {
    return `Cannot start: the index key of the database, sealed with the key ${problem.keyId}, is damaged; restore it from a backup`;
  }
  const { keyIds } = problem;
  return `Cannot start: rows of the database are sealed with ${keyIds.length > 1 ? "keys" : "a key"} that ENCRYPTION_KEYS lacks: ${keyIds.join(", ")}`;
};
