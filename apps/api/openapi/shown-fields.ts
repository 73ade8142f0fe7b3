import { z } from "zod";
import "zod-openapi";

/**
 * What the API answers, as schemas: published in `/openapi.json`, where further fields may come, and strict here, so that a test
 * shows a field that is answered and not described.
 */
const SUFFIX = "[0-7][0-9a-hjkmnp-tv-z]{25}";
export const idOf = (prefix: string, what: string) =>
  z
    .string()
    .regex(new RegExp(`^${prefix}_${SUFFIX}$`))
    .meta({ description: `The id of a ${what}` });

export const conversationId = idOf("cnv", "conversation");

export const participantId = idOf("par", "participant");

export const messageId = idOf("msg", "message");

export const serviceName = z
  .string()
  .meta({ description: "The slug of the service; of one that is gone its id" });

/** E.164 with a plus. */
export const shownNumber = z
  .string()
  .regex(/^\+[1-9][0-9]{6,14}$/)
  .meta({ description: "A phone number, E.164 with a plus" });

export const shownTime = z.iso.datetime().meta({ description: "RFC 3339, in UTC" });

export const country = z
  .string()
  .regex(/^[A-Z]{2}$/)
  .meta({ description: "ISO 3166-1 alpha-2" });

export const count = z.int().min(0);

export const unreadable = z.literal(true).optional().meta({
  description:
    "What is stored is damaged, or sealed with a key that the server lacks; what cannot be read is null",
});

/** A list as every list is answered. */
export const listOf = <T extends z.ZodType>(item: T, example: unknown, more: z.ZodRawShape = {}) =>
  z
    .strictObject({
      items: z.array(item),
      next: z
        .string()
        .nullable()
        .meta({ description: "The `cursor` of the next page; null: this is the last" }),
      ...more,
    })
    .meta({ examples: [{ items: [example], next: null }] });

export const failure = z.strictObject({ code: z.string(), detail: z.string() }).meta({
  id: "Failure",
  description: "Why a message did not arrive: a code of ours or the carrier's, and a sentence",
});
