/**
 * The API with everything but storage: what webhooks cost it is HTTP and the core alone. Without a carrier, so nothing is sent on.
 * `node storeless-api.ts PAIRS`.
 */
import { systemClock } from "#adapters/node/clock.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { apiComponents } from "#apps/api/api-components.ts";
import { compose, STORAGE } from "#apps/process/container/container.ts";
import { openHttpListener } from "#apps/process/http-listener.ts";
import { openJournal } from "#apps/process/journal.ts";
import { runProcess } from "#apps/process/lifecycle.ts";
import { readSettings } from "#apps/process/settings/settings.ts";
import { BENCH_KEY } from "#test/bench/parts/live-routes.ts";
import { storelessStorage } from "#test/bench/parts/storeless-storage.ts";

const [pairs] = process.argv.slice(2);
const read = readSettings(
  { LOG_LEVEL: "error", ENCRYPTION_KEYS: BENCH_KEY.toString("base64") },
  { sandbox: true },
);
if (!read.ok) throw new Error("The defaults of the settings are wrong");
const { settings } = read.value;
const journal = openJournal({ name: "api", level: settings.logLevel });
const listener = await openHttpListener("127.0.0.1", 0);
const made = compose({ settings, journal });
const storage = storelessStorage(Number(pairs), uuidV7Ids(systemClock));
made.register(STORAGE, {
  useValue: { isDatabaseAway: () => false, unreadable: () => ({}), storage, close: async () => {} },
});
const parts = apiComponents(
  () => made,
  () => listener,
);
const ready = (): void => void process.send!({ port: listener.port });
await runProcess(parts, { journal, drainTimeoutMs: settings.drainTimeoutMs, ready });
process.disconnect();
