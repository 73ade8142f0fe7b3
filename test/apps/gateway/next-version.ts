import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export const NEXT_MIGRATION = "9000-expand-note";

/** What a later version might add to tables that are written all the time. */
const MIGRATION = `
import { type Kysely, sql } from "kysely";

export const up = async (db: Kysely<unknown>): Promise<void> => {
  await sql.raw(\`
    alter table message add column note text;
    alter table queue add column note text not null default '';
    alter table route add column note text;
    alter table conversation add column note text;
    alter table dispatcher add column note text not null default '';
    create table note (id uuid primary key, text text not null);
  \`).execute(db);
};
`;

const REGISTERED = '"0001-baseline": baseline';

/** The program as its next version would be: the same, with one migration more. It lies in a folder of its own. */
export const writeNextVersion = (): { readonly root: string; remove(): void } => {
  const folder = mkdtempSync(join(tmpdir(), "sms-proxy-next-"));
  for (const part of ["core", "adapters", "apps", "package.json"])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, `adapters/postgres/migrations/${NEXT_MIGRATION}.ts`), MIGRATION);
  const path = join(folder, "adapters/postgres/migrate.ts");
  const known = readFileSync(path, "utf8");
  if (!known.includes(REGISTERED)) throw new Error("There is no list of migrations to add to");
  const imported = `import * as next from "#adapters/postgres/migrations/${NEXT_MIGRATION}.ts";\n`;
  writeFileSync(path, imported + known.replace(REGISTERED, `${REGISTERED}, "${NEXT_MIGRATION}": next`));
  return { root: folder, remove: () => rmSync(folder, { recursive: true }) };
};
