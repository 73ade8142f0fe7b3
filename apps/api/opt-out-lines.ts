import { z } from "zod";
import type { ImportedLine } from "#core/use-cases/import-opt-outs.ts";
import type { BodyLines } from "./body-lines.ts";
import { detailOf } from "./broadcast-lines.ts";
import * as fields from "./validation.ts";

export const scope = z
  .enum(["service", "all"], "must be service or all")
  .default("service")
  .meta({ description: "`all`: of every service of the installation" });

/** One opt-out of a list that was kept elsewhere. */
export const importedLine = z.strictObject({
  number: fields.phoneNumber,
  scope,
  since: fields.instant.optional().meta({ description: "When it was said: RFC 3339; absent: now" }),
});

/** `mayBeWide`: whether opt-outs of all services are taken. */
export async function* readImport({ each }: BodyLines, mayBeWide: boolean): AsyncIterable<ImportedLine> {
  for await (const { line, value } of each) {
    const read = fields.validate(importedLine, value);
    if (value === undefined) yield { line, detail: "is no JSON in UTF-8, or longer than 16384 octets" };
    else if (!read.ok) yield { line, detail: detailOf(read.error) };
    else if (read.value.scope === "all" && !mayBeWide)
      yield { line, detail: "scope all is not for a key of one service" };
    else yield { line, ...read.value, since: read.value.since ?? null };
  }
}
