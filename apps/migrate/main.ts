import { parseArgs } from "node:util";
import { migrate } from "#adapters/postgres/migrate.ts";
import { settleRestored } from "#adapters/postgres/restored.ts";
import { type Component, startComponents } from "#apps/process/components.ts";
import { type DatabasePlace, databaseComponent } from "#apps/process/database.ts";
import { waitForDatabase } from "#apps/process/database-check.ts";
import { openJournal } from "#apps/process/journal.ts";
import { loadSettings } from "#apps/process/settings/load.ts";
import { ok } from "#core/result.ts";

/**
 * Brings the schema up to date, and ends: `npm run migrate`. With `-- --restored` after a restore, before anything else starts: it says what
 * may go out twice.
 */
const { values } = parseArgs({ options: { restored: { type: "boolean", default: false } } });
const { settings, warnings } = loadSettings({ sandbox: true, servesApi: false });
const journal = openJournal({ name: "migrate", level: settings.logLevel });
for (const warning of warnings) journal.settingWarned({ warning });
let database: DatabasePlace;

const components: readonly Component[] = [
  databaseComponent(settings, journal, (place) => {
    database = place;
  }),
  {
    name: "the schema",
    start: async () => {
      const reached = await waitForDatabase(database, journal);
      if (!reached.ok) return reached;
      const applied = await migrate(database.url);
      console.log(applied.length === 0 ? "The schema was up to date" : `Applied ${applied.join(", ")}`);
      if (values.restored) {
        const { messages, broadcasts, broadcastLines } = await settleRestored(database.url);
        console.log(
          `Restored: ${messages} messages were waiting, and may go out twice; ${broadcasts} broadcasts are paused, with ${broadcastLines} lines to come`,
        );
      }
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
