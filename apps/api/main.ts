import type { DependencyContainer } from "tsyringe";
import { compose } from "#apps/process/container/container.ts";
import { type DatabasePlace, databaseComponent } from "#apps/process/database.ts";
import { databaseCheckComponent } from "#apps/process/database-check.ts";
import { type HttpListener, openHttpListener } from "#apps/process/http-listener.ts";
import { openJournal } from "#apps/process/journal.ts";
import { runProcess } from "#apps/process/lifecycle.ts";
import { loadSettings } from "#apps/process/settings/load.ts";
import { ok } from "#core/result.ts";
import { apiComponents, consoleComponent } from "./api-components.ts";

/** The API with its engine, for production: `npm run api`. */
const { settings, warnings, shown } = loadSettings({ sandbox: false });
const journal = openJournal({ name: "api", level: settings.logLevel });
journal.configured({ settings: shown });
for (const warning of warnings) journal.settingWarned({ warning });
let listener: HttpListener;
let database: DatabasePlace;
let composed: DependencyContainer | undefined;

const container = (): DependencyContainer => {
  // With port 0 the address is known only now.
  const publicUrl = settings.port === 0 ? listener.url : settings.publicUrl;
  composed ??= compose({ settings: { ...settings, databaseUrl: database.url, publicUrl }, journal });
  return composed;
};

await runProcess(
  [
    {
      name: "the API's port",
      ports: { PORT: settings.port },
      start: async () => {
        listener = await openHttpListener(settings.host, settings.port);
        return ok((deadline) => listener.close(deadline));
      },
    },
    consoleComponent,
    databaseComponent(settings, journal, (place) => {
      database = place;
    }),
    databaseCheckComponent(() => database, settings, journal),
    ...apiComponents(container, () => listener),
  ],
  {
    journal,
    drainTimeoutMs: settings.drainTimeoutMs,
    ready: () => journal.ready({ address: listener.url }),
  },
);
