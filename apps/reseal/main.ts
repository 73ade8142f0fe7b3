import { sealingOtherwise } from "#adapters/postgres/sealing/key-use.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { reseal } from "#adapters/postgres/sealing/reseal.ts";
import { type Component, startComponents } from "#apps/process/components.ts";
import { type DatabasePlace, databaseComponent } from "#apps/process/database.ts";
import { databaseCheckComponent } from "#apps/process/database-check.ts";
import { openJournal } from "#apps/process/journal.ts";
import { loadSettings } from "#apps/process/settings/load.ts";
import { fail, ok } from "#core/result.ts";
import { isRotated, progressLine, resultLines, stillSealingLines } from "./lines.ts";

/** Seals everything again with the first key of ENCRYPTION_KEYS, while other processes work, and ends: `npm run reseal`. */
const { settings, warnings } = loadSettings({ sandbox: false, servesApi: false });
const journal = openJournal({ name: "reseal", level: settings.logLevel });
for (const warning of warnings) journal.settingWarned({ warning });
let database: DatabasePlace;

const SHOWN_EACH = 10_000;

const components: readonly Component[] = [
  databaseComponent(settings, journal, (place) => {
    database = place;
  }),
  databaseCheckComponent(() => database, settings, journal),
  {
    name: "the sealing",
    start: async () => {
      const ring = keyring(settings.encryptionKeys);
      const others = await sealingOtherwise(database.url, ring.keyIds[0]!);
      if (others.size > 0) return fail(stillSealingLines(others).join("\n"));
      const result = await reseal(database.url, ring, (progress) => {
        if (progress.looked > 0 && progress.looked % SHOWN_EACH === 0) console.log(progressLine(progress));
      });
      for (const line of resultLines(result)) console.log(line);
      if (!isRotated(result, ring.keyIds[0]!)) process.exitCode = 1;
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
