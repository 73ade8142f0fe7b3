import { z } from "zod";
import "zod-openapi";
import { count, shownTime } from "./shown-fields.ts";

const hash = z.string().regex(/^[0-9a-f]{64}$/);

export const auditEntry = z
  .strictObject({
    position: count.meta({ description: "From 1, without a gap" }),
    at: shownTime,
    atMs: count.meta({ description: "The same in milliseconds since the epoch, as `at` of what is hashed" }),
    actor: z.string().meta({ description: "The name of the API key; `system`: nobody asked" }),
    via: z.enum(["api", "console", "command", "system"]),
    requestId: z.string().nullable().meta({ description: "As in the `Request-Id` of the answer" }),
    action: z.string().meta({ description: "A noun and a verb" }),
    subjects: z
      .array(z.string())
      .meta({ description: "Ids; `link:NAME`, `number:NUMBER` (of ours), `person:DIGEST`" }),
    data: z.record(z.string(), z.unknown()).meta({ description: "Codes, counts and digests" }),
    hash: hash.meta({
      description:
        "SHA-256 of the hash before it and the canonical JSON (RFC 8785) of the entry without `hash` and `atMs`, and with `at` in milliseconds",
    }),
  })
  .meta({ id: "AuditEntry", description: "Something that somebody did" });

export const auditKey = z
  .strictObject({
    algorithm: z.literal("Ed25519"),
    keyId: z.string().meta({
      description: "The first 16 hexadecimal digits of the SHA-256 of the public key (SPKI, DER)",
    }),
    publicKey: z.string().meta({ description: "PEM" }),
  })
  .meta({
    id: "AuditKey",
    description: "What heads of the audit log and certificates are signed with",
    examples: [
      {
        algorithm: "Ed25519",
        keyId: "3dba97edb866520d",
        publicKey: "-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----\n",
      },
    ],
  });
