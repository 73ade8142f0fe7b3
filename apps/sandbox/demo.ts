import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { startComponents } from "#apps/process/components.ts";
import { openJournal } from "#apps/process/journal.ts";
import { readSettings } from "#apps/process/settings/settings.ts";
import { playConversation } from "./demo-conversation.ts";
import { sandbox } from "./sandbox.ts";
import { openSandboxState } from "./sandbox-state.ts";

/** A sandbox of its own on free ports, one conversation played through it, and nothing left behind: `npm run demo`. */
const STOP_MS = 10_000;
/** No port is fixed, and nothing of the environment is used. */
const ENVIRONMENT = { PORT: "0", SIMULATOR_PORT: "0", SIMULATOR_SMPP_PORT: "0" };

const run = async (dataDir: string, interrupt: AbortSignal): Promise<string | null> => {
  const read = readSettings({ ...ENVIRONMENT, DATA_DIR: dataDir }, { sandbox: true });
  if (!read.ok) return read.error.join("\n");
  const own = openSandboxState(dataDir);
  if (!own.ok) return own.error;
  const destination = pino.destination({ dest: own.value.logFile, sync: true });
  const options = { name: "demo", level: "info", destination };
  const journal = openJournal(options);
  const gatewayJournal = openJournal({ ...options, engine: "gateway" });
  const { components, facts } = sandbox(read.value.settings, own.value, { journal, gatewayJournal });
  console.log("Starting a database, a simulated carrier, the SMPP gateway and the API …\n");
  const started = await startComponents(components, { journal, interrupt, stopMs: STOP_MS });
  if (!started.ok) return started.error;
  try {
    await playConversation(facts(), interrupt);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await started.value.stop(AbortSignal.timeout(STOP_MS));
  }
};

const interrupt = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => interrupt.abort());
const dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-demo-"));
const failure = await run(dataDir, interrupt.signal).finally(() =>
  rm(dataDir, { recursive: true, force: true }),
);
if (failure === null) console.log("\nEverything above was checked on the way.");
else console.error(`\nThe demo failed: ${failure}`);
process.exit(failure === null ? 0 : 1);
