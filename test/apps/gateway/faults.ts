import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startEmbeddedPostgres } from "#adapters/embedded-postgres/embedded-postgres.ts";
import { migrate } from "#adapters/postgres/migrate.ts";
import { faultBed, faultCases } from "./fault-run.ts";

/** The long form of the fault tests, run by hand: `node test/apps/gateway/faults.ts [TEXTS] [CASE ...]`. */
const [texts = "20000", ...wanted] = process.argv.slice(2);
const CONVERSATIONS = 200;

const dataDir = await mkdtemp(join(tmpdir(), "sms-proxy-faults-"));
const postgres = await startEmbeddedPostgres({ dataDir, log: () => {} });
if (!postgres.ok) throw new Error(`PostgreSQL does not start: ${JSON.stringify(postgres.error)}`);
await migrate(postgres.value.url);
const bed = await faultBed(postgres.value.url);
const chosen = faultCases.filter(
  ({ name }) => wanted.length === 0 || wanted.some((part) => name.includes(part)),
);
try {
  for (const fault of chosen) {
    const report = await bed.run(fault, Number(texts), CONVERSATIONS);
    console.log(fault.name, JSON.stringify({ ...report, seconds: Math.round(report.seconds * 10) / 10 }));
  }
} finally {
  await bed.close();
  await postgres.value.stop();
  await rm(dataDir, { recursive: true, force: true });
}
