// A process of its own that runs an embedded PostgreSQL: `DATA_DIR [exit]`. It prints one line of JSON, then stays until it
// is killed, or with `exit` ends at once without stopping the server.
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";

process.once("SIGTERM", () => process.exit());
const [dataDir = "", then] = process.argv.slice(2);
const started = await startEmbeddedPostgres({ dataDir });
console.log(JSON.stringify(started));
if (started.ok && then !== "exit") setInterval(() => {}, 60_000);
