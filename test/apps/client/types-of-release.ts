import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { typesFromOpenApi } from "./types-from-openapi.ts";

const root = fileURLToPath(new URL("../../..", import.meta.url));

export const TYPES_FILE = `${root}apps/client/types.gen.ts`;

/** The types that the client must have: from the released description, formatted as everything is. */
export const typesOfRelease = (): string => {
  const source = typesFromOpenApi(JSON.parse(readFileSync(`${root}docs/openapi/v1.json`, "utf8")));
  return execFileSync(
    process.execPath,
    [`${root}node_modules/@biomejs/biome/bin/biome`, "format", "--stdin-file-path=apps/client/types.gen.ts"],
    {
      cwd: root,
      input: source,
      encoding: "utf8",
    },
  );
};
