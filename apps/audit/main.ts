import { hash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { systemClock } from "#adapters/node/clock.ts";
import { ed25519Signer, ed25519Verifier } from "#adapters/node/ed25519.ts";
import { type Component, startComponents } from "#apps/process/components.ts";
import { openStorage } from "#apps/process/container/storage.ts";
import { type DatabasePlace, databaseComponent } from "#apps/process/database.ts";
import { databaseCheckComponent } from "#apps/process/database-check.ts";
import { openJournal } from "#apps/process/journal.ts";
import { loadSettings } from "#apps/process/settings/load.ts";
import { ok } from "#core/result.ts";
import { verifyAudit } from "#core/use-cases/verify-audit.ts";
import { readHeads } from "./head-file.ts";

/**
 * Checks the audit log: `npm run audit:verify -- [--heads FILE] [--public-key FILE]`. Heads that were kept outside the database are what
 * shows that all of it was written anew; without a key, the signatures of heads are not checked. Exit 1: something is wrong.
 */
const { values: given } = parseArgs({
  options: { heads: { type: "string" }, "public-key": { type: "string", multiple: true } },
});
const { settings, warnings } = loadSettings({ sandbox: false, servesApi: false });
const journal = openJournal({ name: "audit", level: settings.logLevel });
for (const warning of warnings) journal.settingWarned({ warning });
let database: DatabasePlace;

const verify = async (): Promise<boolean> => {
  const pems = await Promise.all((given["public-key"] ?? []).map((path) => readFile(path, "utf8")));
  if (settings.auditSigningKey) pems.push(ed25519Signer(settings.auditSigningKey).publicKey);
  const headFile = given.heads ?? settings.auditHeadTo;
  const kept = headFile === undefined ? [] : readHeads(await readFile(headFile, "utf8"));
  const opened = openStorage({ ...settings, databaseUrl: database.url }, systemClock, journal);
  const { broken, end, verifiedHeads, unsignedHeads } = await verifyAudit(
    { audit: opened.storage.audit },
    { sha256: (text) => hash("sha256", text, "hex"), isSigned: ed25519Verifier(pems) },
  )(kept).finally(() => opened.close());
  console.log(
    `${end.position} entries, ${verifiedHeads} signed heads, ${unsignedHeads} heads without a signature that could be checked`,
  );
  if (end.position > 0) console.log(`The last sound entry is ${end.position}, with the hash ${end.hash}`);
  if (broken) console.log(`Entry ${broken.position} is the first that is wrong: ${broken.detail}`);
  return broken === null;
};

const components: readonly Component[] = [
  databaseComponent(settings, journal, (place) => {
    database = place;
  }),
  databaseCheckComponent(() => database, settings, journal),
  {
    name: "the audit log",
    start: async () => {
      if (!(await verify())) process.exitCode = 1;
      return ok(() => {});
    },
  },
];

const stopMs = settings.drainTimeoutMs;
const run = await startComponents(components, { journal, interrupt: new AbortController().signal, stopMs });
if (run.ok) await run.value.stop(AbortSignal.timeout(stopMs));
else {
  console.error(run.error);
  process.exitCode = 1;
}
