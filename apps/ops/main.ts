import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { loadEnvironment } from "#apps/process/settings/load.ts";
import { usageError } from "./command.ts";
import { EXIT, runOps } from "./run.ts";

/** The operator's tool, over the HTTP API: `npm run ops -- COMMAND`, or `sms-proxy COMMAND`. */
const enough = new AbortController();
process.once("SIGINT", () => {
  enough.abort();
  // A call under way is not waited for.
  setTimeout(() => process.exit(130), 1_000).unref();
});
// Whoever reads has had enough, as with `| head`.
process.stdout.on("error", () => process.exit(EXIT.done));

process.exitCode = await runOps(process.argv.slice(2), {
  environment: loadEnvironment(),
  signal: enough.signal,
  out: (line) => console.log(line),
  err: (line) => console.error(line),
  read: (path) =>
    path === "-"
      ? text(process.stdin)
      : readFile(path, "utf8").catch(() => {
          throw usageError(`"${path}" cannot be read`);
        }),
  now: Date.now,
});
