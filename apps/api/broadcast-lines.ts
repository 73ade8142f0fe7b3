import { z } from "zod";
import type { WrittenLine } from "#core/use-cases/send-broadcast.ts";
import type { JsonLine } from "./body-lines.ts";
import { readConversationId, readParticipantId } from "./public-ids.ts";
import * as fields from "./validation.ts";

const id = z.string("must be a text").max(100, "must be at most 100 characters long");
const words = { text: fields.text, ref: fields.reference.nullish() };

const toParticipant = z.strictObject({
  conversation: id.meta({ description: "The id of a conversation" }),
  to: id.meta({ description: "The id of a participant" }),
  ...words,
});

const toNumber = z.strictObject({
  number: fields.phoneNumber,
  from: fields.phoneNumber,
  ...words,
});

/** One text of a broadcast. */
export const broadcastLine = z.union([toParticipant, toNumber]);

/** What a query or a first line says of the whole broadcast. */
const RATE = "Texts a second at most; absent: as fast as the links allow";
const RATE_MIN = 0.01;
const RATE_MAX = 10_000;
const rateRange = `must be a number from ${RATE_MIN} to ${RATE_MAX}`;
const rate = z.number(rateRange).min(RATE_MIN, rateRange).max(RATE_MAX, rateRange);

const common = {
  service: fields.inService,
  startAt: fields.instant.optional().meta({ description: "Not before, within 30 days: RFC 3339" }),
  expiresAfter: fields.lifetime
    .optional()
    .meta({ description: "What is not sent so long after the start expires: such as `2h`" }),
};

export const broadcastQuery = z.strictObject({
  ...common,
  dryRun: z
    .enum(["true", "false"], "must be true or false")
    .optional()
    .meta({ description: "Checks and counts, and sends nothing" }),
  rate: z
    .string()
    .regex(/^[0-9]{1,5}(\.[0-9]{1,2})?$/, rateRange)
    .transform(Number)
    .pipe(rate)
    .optional()
    .meta({ description: RATE }),
  promotional: z
    .enum(["true", "false"], "must be true or false")
    .optional()
    .meta({ description: fields.PROMOTIONAL }),
});

/** The same as the first line. */
export const broadcastOptions = z.strictObject({
  ...common,
  dryRun: fields.flag.optional(),
  rate: rate.optional(),
  promotional: fields.promotional,
});

/** A first line that is no text. */
export const saysOptions = ({ value }: JsonLine): boolean =>
  isObject(value) && !["text", "conversation", "to", "number", "from", "ref"].some((key) => key in value);

const isObject = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** What a line says, or why it says nothing. */
export const readLine = ({ line, value }: JsonLine): WrittenLine => {
  if (value === undefined) return { line, detail: "is no JSON in UTF-8, or longer than 16384 octets" };
  if (!isObject(value)) return { line, detail: "must be an object" };
  if ("number" in value) {
    const read = fields.validate(toNumber, value);
    return read.ok
      ? { line, ...read.value, ref: read.value.ref ?? null }
      : { line, detail: detailOf(read.error) };
  }
  const read = fields.validate(toParticipant, value);
  if (!read.ok) return { line, detail: detailOf(read.error) };
  const { conversation, to, text, ref = null } = read.value;
  const conversationId = readConversationId(conversation);
  const recipientId = readParticipantId(to);
  if (conversationId === null) return { line, detail: "conversation does not exist" };
  if (recipientId === null)
    return { line, detail: "to must be the id of a participant of this conversation" };
  return { line, conversationId, to: recipientId, text, ref };
};

export const detailOf = (problems: readonly { readonly path: string; readonly message: string }[]): string =>
  problems.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
