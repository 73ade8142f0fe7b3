import { pino } from "pino";
import { runProcess } from "#apps/process/lifecycle.ts";
import { createLog } from "#apps/process/log.ts";
import { loadSettings } from "#apps/process/settings/load.ts";
import { banner } from "./banner.ts";
import { sandbox } from "./sandbox.ts";
import { openSandboxState } from "./sandbox-state.ts";

/** Everything in one process, to try things out: `npm start`. The terminal is for people; the log goes to a file. */
const settings = loadSettings({ sandbox: true });
const own = openSandboxState(settings.dataDir);
if (!own.ok) {
  console.error(own.error);
  process.exit(1);
}
const { logFile } = own.value;
const destination = pino.destination({ dest: logFile, append: true, sync: true });
const log = createLog({ name: "sandbox", level: settings.logLevel, destination });
const { components, facts } = sandbox(settings, own.value, log);

console.log("Starting …");
await runProcess(components, {
  log,
  drainTimeoutMs: settings.drainTimeoutMs,
  logFile,
  ready: () => console.log(banner(facts(), logFile)),
});
