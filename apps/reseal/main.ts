import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type ResealProgress, reseal } from "#adapters/postgres/sealing/reseal.ts";
import { type Component, startComponents } from "#apps/process/components.ts";
import { type DatabasePlace, databaseComponent } from "#apps/process/database.ts";
import { databaseCheckComponent } from "#apps/process/database-check.ts";
import { openJournal } from "#apps/process/journal.ts";
import { loadSettings } from "#apps/process/settings/load.ts";
import { ok } from "#core/result.ts";

/** Seals everything again with the first key of ENCRYPTION_KEYS, while other processes work, and ends: `npm run reseal`. */
const { settings, warnings } = loadSettings({ sandbox: false, servesApi: false });
const journal = openJournal({ name: "reseal", level: settings.logLevel });
for (const warning of warnings) journal.settingWarned({ warning });
let database: DatabasePlace;

const SHOWN_EACH = 10_000;

const show = ({ column, looked, resealed, unreadable }: ResealProgress): void =>
  console.log(`${column}: ${looked} looked at, ${resealed} sealed again, ${unreadable} unreadable`);

const components: readonly Component[] = [
  databaseComponent(settings, journal, (place) => {
    database = place;
  }),
  databaseCheckComponent(() => database, settings, journal),
  {
    name: "the sealing",
    start: async () => {
      const { columns, byKey, retired } = await reseal(
        database.url,
        keyring(settings.encryptionKeys),
        (progress) => {
          if (progress.looked > 0 && progress.looked % SHOWN_EACH === 0) show(progress);
        },
      );
      columns.forEach(show);
      for (const [id, count] of byKey) console.log(`key ${id}: ${count} values`);
      for (const id of retired)
        console.log(`key ${id} seals nothing any more: take it out of ENCRYPTION_KEYS`);
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
