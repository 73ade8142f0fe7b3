import type { DependencyContainer } from "tsyringe";
import { compose } from "#apps/process/container/container.ts";
import { type DatabasePlace, databaseComponent } from "#apps/process/database.ts";
import { databaseCheckComponent } from "#apps/process/database-check.ts";
import { type HttpListener, openHttpListener } from "#apps/process/http-listener.ts";
import { openJournal } from "#apps/process/journal.ts";
import { runProcess } from "#apps/process/lifecycle.ts";
import { loadSettings } from "#apps/process/settings/load.ts";
import { ok } from "#core/result.ts";
import { gatewayComponents } from "./gateway-components.ts";

/** The gateway with its engine, for production: `npm run gateway`. */
const { settings, warnings, shown } = loadSettings({ sandbox: false, servesApi: false });
const journal = openJournal({ name: "gateway", level: settings.logLevel });
journal.configured({ settings: shown });
for (const warning of warnings) journal.settingWarned({ warning });
let listener: HttpListener;
let database: DatabasePlace;
let composed: DependencyContainer | undefined;

const container = (): DependencyContainer => {
  composed ??= compose({ settings: { ...settings, databaseUrl: database.url }, journal });
  return composed;
};

if (settings.smppUrls.length === 0)
  journal.settingWarned({ warning: "SMPP_URLS is not set: this gateway sends over HTTP only" });

await runProcess(
  [
    {
      name: "the gateway's port",
      ports: { GATEWAY_PORT: settings.gatewayPort },
      start: async () => {
        listener = await openHttpListener(settings.host, settings.gatewayPort);
        return ok((deadline) => listener.close(deadline));
      },
    },
    databaseComponent(settings, journal, (place) => {
      database = place;
    }),
    databaseCheckComponent(() => database, settings, journal),
    ...gatewayComponents(container, () => listener),
  ],
  {
    journal,
    drainTimeoutMs: settings.drainTimeoutMs,
    ready: () => journal.ready({ address: listener.url }),
  },
);
