import { pino } from "pino";
import { openJournal } from "#apps/process/journal.ts";
import { runProcess } from "#apps/process/lifecycle.ts";
import { loadEnvironment, loadSettings } from "#apps/process/settings/load.ts";
import { settingNames } from "#apps/process/settings/table.ts";
import { banner } from "./banner.ts";
import { sandbox } from "./sandbox.ts";
import { sandboxEnvironment } from "./sandbox-environment.ts";
import { openSandboxState } from "./sandbox-state.ts";

/** Everything in one process, to try things out: `npm start`. The terminal shows what matters; the log goes to a file. */
const { environment, warnings } = sandboxEnvironment(loadEnvironment(), settingNames);
const read = loadSettings({ sandbox: true }, environment);
const { settings } = read;
const state = openSandboxState(settings.dataDir);
if (!state.ok) {
  console.error(state.error);
  process.exit(1);
}
for (const warning of [...warnings, ...read.warnings]) console.error(`Warning: ${warning}`);
const { logFile } = state.value;
const destination = pino.destination({ dest: logFile, append: true, sync: true });
const options = { name: "sandbox", level: settings.logLevel, destination };
const journal = openJournal(options);
const gatewayJournal = openJournal({ ...options, engine: "gateway" });
const { components, facts } = sandbox(settings, state.value, { journal, gatewayJournal });

/** API and gateway have components of the same name. */
const announced = new Set<string>();
await runProcess(components, {
  journal,
  drainTimeoutMs: settings.drainTimeoutMs,
  logFile,
  starting: (name) => {
    if (!announced.has(name)) console.log(`Starting ${name} …`);
    announced.add(name);
  },
  ready: () => console.log(banner(facts(), logFile)),
});
