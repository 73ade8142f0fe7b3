import { z } from "zod";
import "zod-openapi";
import { MESSAGE_STATES } from "#core/domain/message-state.ts";
import { conversation } from "./conversation-schemas.ts";
import { MESSAGE, RETRIED } from "./examples.ts";
import {
  conversationId,
  count,
  failure,
  messageId,
  participantId,
  shownNumber,
  shownTime,
  unreadable,
} from "./shown-fields.ts";

export const message = z
  .strictObject({
    id: messageId,
    conversationId: conversationId.nullable().meta({ description: "Null: the text of a stranger" }),
    sender: z
      .union([participantId, z.literal("app")])
      .nullable()
      .meta({ description: "A participant, `app`, or null: a stranger" }),
    recipient: participantId.nullable(),
    text: z.string().nullable().meta({ description: "Null once erased" }),
    state: z.enum(MESSAGE_STATES).meta({ description: "More states may come" }),
    link: z.enum(["smpp", "http"]).nullable().meta({ description: "The kind of carrier link it went over" }),
    segments: count,
    attempts: count,
    carrierMessageIds: z.array(z.string()),
    failure: failure.nullable(),
    retryOf: messageId.nullable().meta({ description: "The failed message that this one says once more" }),
    retriedAs: messageId.nullable().meta({ description: "The message that says this one once more" }),
    receivedAt: shownTime,
    queuedAt: shownTime.nullable(),
    sentAt: shownTime.nullable(),
    finalAt: shownTime.nullable(),
    unreadable,
  })
  .meta({ id: "Message", description: "A text, on its way or at its end", examples: [MESSAGE] });

export const foundMessage = message
  .extend({
    texted: shownNumber.nullable().meta({ description: "The virtual number that a stranger texted" }),
  })
  .meta({
    id: "FoundMessage",
    description: "A text found by a number",
    examples: [{ ...MESSAGE, texted: null }],
  });

export const retriedFailures = z
  .strictObject({
    since: shownTime,
    found: count.meta({ description: "Messages that failed with this code, and were not retried yet" }),
    retried: count,
    refused: z
      .array(
        z.strictObject({
          reason: z.string().meta({ description: "Such as `closed` or `opted-out`; more reasons may come" }),
          count,
        }),
      )
      .meta({ description: "Those that are not sent again" }),
    next: z
      .string()
      .nullable()
      .meta({ description: "The `cursor` with which to go on; null: nothing is left" }),
  })
  .meta({
    id: "RetriedFailures",
    description: "What became of a page of messages that failed for one reason",
    examples: [RETRIED],
  });

export const nearMiss = z
  .strictObject({ virtualNumber: shownNumber, conversations: z.array(conversation) })
  .meta({
    id: "NearMiss",
    description: "A virtual number that a stranger texted, and the open conversations in which it is texted",
  });
