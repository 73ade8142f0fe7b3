import { z } from "zod";
import "zod-openapi";
import { CERTIFICATE, ERASURE, EXPORT, HOLD, REPORT } from "./privacy-examples.ts";
import {
  conversationId,
  count,
  idOf,
  messageId,
  participantId,
  serviceName,
  shownNumber,
  shownTime,
} from "./shown-fields.ts";

const person = z
  .string()
  .meta({ description: "The digest by which the audit log names the person, as `person:DIGEST`" });

const certificate = z
  .strictObject({
    version: z.literal(1),
    id: idOf("ers", "erasure"),
    person,
    requestedBy: z.string().meta({ description: "The name of the API key" }),
    requestId: z.string().nullable(),
    requestedAt: shownTime,
    completedAt: shownTime,
    tool: z.string(),
    method: z.string(),
    counts: z.record(z.string(), count).meta({ description: "Rows deleted or overwritten, by table" }),
    kept: z
      .array(z.strictObject({ what: z.string(), count, why: z.string(), until: shownTime.nullable() }))
      .meta({ description: "What stays of the person, and why" }),
    remaining: count.meta({ description: "Rows that still named the person when all was done: none" }),
    backups: z.string(),
    audit: z
      .strictObject({ position: count, hash: z.string() })
      .meta({ description: "Its place in the audit log" }),
    keyId: z.string(),
    signature: z.string().meta({
      description: "Ed25519 over the canonical JSON (RFC 8785) of the certificate without it, in base64",
    }),
  })
  .meta({
    id: "Certificate",
    description: "Proof that a person was erased; it holds no number and no text",
    examples: [CERTIFICATE],
  });

export const erasure = z
  .strictObject({
    id: idOf("ers", "erasure"),
    person,
    state: z.enum(["pending", "restricted", "completed"]).meta({
      description:
        "`restricted`: a hold keeps some of it; the rest is erased, and it goes on when the hold ends",
    }),
    requestedBy: z.string(),
    requestedAt: shownTime,
    certificate: certificate.nullable().meta({ description: "Null until it is completed" }),
  })
  .meta({ id: "Erasure", description: "A request to erase a person", examples: [ERASURE] });

export const personExport = z
  .strictObject({
    number: shownNumber,
    at: shownTime,
    conversations: z.array(
      z.strictObject({
        id: conversationId,
        service: serviceName,
        openedAt: shownTime,
        closedAt: shownTime.nullable(),
      }),
    ),
    texts: z
      .array(
        z.strictObject({
          id: messageId,
          conversationId: conversationId.nullable(),
          texted: shownNumber.nullable().meta({ description: "The virtual number that was texted" }),
          text: z.string().nullable().meta({ description: "Null once erased" }),
          state: z.string(),
          receivedAt: shownTime,
          sentAt: shownTime.nullable(),
          finalAt: shownTime.nullable(),
        }),
      )
      .meta({ description: "What the person wrote, newest first" }),
    wishes: z.array(
      z.strictObject({
        service: serviceName,
        kind: z.string(),
        at: shownTime,
        source: z.string(),
        word: z.string().nullable(),
        scope: z.string(),
      }),
    ),
    isCut: z.boolean().meta({ description: "There are older texts: ask again with `until`" }),
  })
  .meta({
    id: "Export",
    description: "What a person has given us; never another's number or text",
    examples: [EXPORT],
  });

export const report = z
  .strictObject({
    id: idOf("rep", "report"),
    service: serviceName,
    conversationId,
    reporter: participantId,
    reported: participantId,
    at: shownTime,
    holdId: idOf("hld", "hold").meta({ description: "Keeps the conversation for 30 days" }),
  })
  .meta({ id: "Report", description: "Somebody has reported the other participant", examples: [REPORT] });

export const hold = z
  .strictObject({
    id: idOf("hld", "hold"),
    conversationId: conversationId.nullable(),
    person: person.nullable(),
    reason: z.string(),
    placedBy: z.string().meta({ description: "The name of the API key; `system`: somebody was reported" }),
    placedAt: shownTime,
    until: shownTime,
    releasedAt: shownTime.nullable(),
  })
  .meta({ id: "Hold", description: "What retention and erasure leave alone", examples: [HOLD] });
