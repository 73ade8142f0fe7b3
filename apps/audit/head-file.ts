import { z } from "zod";
import type { AuditHead } from "#core/domain/audit/head.ts";

const line = z.object({
  position: z.int().min(1),
  hash: z.string(),
  at: z.int(),
  keyId: z.string().nullable(),
  signature: z.string().nullable(),
});

/** What `AUDIT_HEAD_TO` has collected: one head a line. Throws for a line that is none. */
export const readHeads = (text: string): readonly AuditHead[] =>
  text
    .split("\n")
    .filter((each) => each.trim() !== "")
    .map((each, i) => {
      try {
        return line.parse(JSON.parse(each));
      } catch {
        throw new Error(`Line ${i + 1} of the heads is no head`);
      }
    });
