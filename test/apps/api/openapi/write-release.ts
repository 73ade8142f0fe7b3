import { writeFileSync } from "node:fs";
import { openApiDocument } from "#apps/api/openapi/document.ts";
import { problemsPage } from "#apps/api/openapi/problems-page.ts";
import { CALLS } from "#test/apps/api/calls.ts";
import { TYPES_FILE, typesOfRelease } from "#test/apps/client/types-of-release.ts";

/**
 * Keeps the description of the API as that of a release, with which the next ones are compared, and writes what is made from it: docs/problems.md
 * and the types of the client. `node test/apps/api/openapi/write-release.ts`
 */
const file = new URL("../../../../docs/openapi/v1.json", import.meta.url);
writeFileSync(file, `${JSON.stringify(openApiDocument(CALLS), null, 2)}\n`);
writeFileSync(new URL("../../../../docs/problems.md", import.meta.url), problemsPage());
writeFileSync(TYPES_FILE, typesOfRelease());
