import { z } from "zod";
import { ok } from "#apps/api/answers.ts";
import { encodeCursor, pageOf } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { auditEntry, auditKey } from "#apps/api/openapi/audit-schema.ts";
import { listOf } from "#apps/api/openapi/shown-fields.ts";
import { problem } from "#apps/api/problems.ts";
import { BAD_CURSOR } from "#apps/api/refusals.ts";
import { showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import type { AuditEntry } from "#core/domain/audit/entry.ts";

const listing = z.strictObject({
  ...fields.pageQuery,
  order: z
    .enum(["newest-first", "oldest-first"], "must be newest-first or oldest-first")
    .default("newest-first")
    .meta({ description: "Which entries come first" }),
  subject: z.string("must be a text").max(100, "must be at most 100 characters").optional().meta({
    description: "An id, `link:NAME`, `number:NUMBER` (of ours), `service:SLUG` or `person:DIGEST`",
  }),
  action: z
    .string("must be a text")
    .max(60, "must be at most 60 characters")
    .optional()
    .meta({ description: "Such as `conversation.close`" }),
});

const ENTRY = {
  position: 118,
  at: "2026-01-15T12:00:00.000Z",
  atMs: 1_768_478_400_000,
  actor: "shop",
  via: "api",
  requestId: "019bc1a2-4c00-7000-8000-0123456789ab",
  action: "conversation.close",
  subjects: ["cnv_01kf0t4k00e00800000000000a"],
  data: { step: "done", status: 200, of: 117 },
  hash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
};

const NO_KEY = problem("not-found", "AUDIT_SIGNING_KEY is not set: nothing is signed");

export const auditRoutes = ({ readAudit, signer }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/audit",
    operationId: "listAuditEntries",
    tag: "Audit",
    summary: "Lists who did what: reads of numbers and texts, and every change by an operator",
    scope: "admin",
    reach: "installation",
    answers: { 200: listOf(auditEntry, ENTRY) },
    query: listing,
    handle: async ({ query: { limit, cursor, order, subject = null, action = null } }) => {
      const page = pageOf("audit", { limit, cursor });
      if (!page.ok) return page.error;
      const { after: place } = page.value;
      if (place !== null && !/^[1-9][0-9]{0,14}$/.test(place)) return BAD_CURSOR;
      const after = place === null ? null : Number(place);
      const found = await readAudit({ after, order, limit: limit + 1, subject, action });
      const items = found.slice(0, limit);
      const last = items.at(-1);
      const next = found.length > limit && last ? encodeCursor("audit", String(last.position)) : null;
      return ok({ items: items.map(showEntry), next });
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/audit/key",
    operationId: "getAuditKey",
    tag: "Audit",
    summary: "Shows the public key that checks heads of the audit log and certificates of erasure",
    scope: "read",
    reach: "installation",
    answers: { 200: auditKey },
    problems: ["not-found"],
    handle: async () =>
      signer === null
        ? NO_KEY
        : ok({ algorithm: "Ed25519", keyId: signer.keyId, publicKey: signer.publicKey }),
  }),
];

/** `atMs` is what is hashed, with the other fields but `at` and `hash`. */
const showEntry = ({ at, ...entry }: AuditEntry) => ({ ...entry, at: showTime(at), atMs: at });
