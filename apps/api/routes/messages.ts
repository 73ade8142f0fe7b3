import { z } from "zod";
import { accepted, ok } from "#apps/api/answers.ts";
import { encodeCursor, pageOf, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { MESSAGE } from "#apps/api/openapi/examples.ts";
import * as answers from "#apps/api/openapi/message-schemas.ts";
import { listOf } from "#apps/api/openapi/shown-fields.ts";
import {
  participantId,
  readConversationId,
  readMessageId,
  readParticipantId,
  readServiceName,
} from "#apps/api/public-ids.ts";
import {
  CLOSED,
  NO_CONVERSATION,
  NO_MESSAGE,
  NO_SERVICE,
  NO_SUCH_RECIPIENT,
  noOpenHour,
  optedOut,
  retryRefused,
  revealsNumber,
  SPEND_CAP_REACHED,
} from "#apps/api/refusals.ts";
import { showFoundMessage, showMessage, showNearMiss, showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { MESSAGE_STATES } from "#core/domain/message-state.ts";

const search = z.strictObject({
  service: fields.service.nullish(),
  ...fields.pageBody,
  number: fields.phoneNumber,
  state: z
    .enum(MESSAGE_STATES, `must be one of ${MESSAGE_STATES.join(", ")}`)
    .nullish()
    .transform(fields.orNull),
  since: fields.instant.nullish().transform(fields.orNull),
  until: fields.instant.nullish().transform(fields.orNull),
});

const sending = z.strictObject({
  to: z.string("must be the id of a participant, or all"),
  text: fields.text,
  promotional: fields.promotional,
});

/** Failures that are counted at once by a dry run. */
const COUNTED_MAX = 10_000;

const retrying = z.strictObject({
  code: z
    .string("must be a text")
    .min(1, "must not be empty")
    .max(100, "must be at most 100 characters long")
    .meta({ description: "As GET /v1/failures names it" }),
  since: fields.instant
    .nullish()
    .transform(fields.orNull)
    .meta({ description: "RFC 3339; those received since; absent: a day ago, and a week ago at most" }),
  service: fields.service.nullish().meta({ description: "The id or the slug of a service; absent: of all" }),
  dryRun: fields.flag
    .optional()
    .meta({ description: `Counts them, up to ${COUNTED_MAX} at once, and sends nothing` }),
  ...fields.pageBody,
});

const found = listOf(
  answers.foundMessage,
  { ...MESSAGE, texted: null },
  { nearMisses: z.array(answers.nearMiss) },
).meta({ examples: [{ items: [{ ...MESSAGE, texted: null }], next: null, nearMisses: [] }] });

export const messageRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/conversations/:id/messages",
    operationId: "listMessages",
    tag: "Messages",
    summary: "Lists the messages of a conversation, oldest first",
    scope: "read",
    answers: { 200: listOf(answers.message, MESSAGE) },
    problems: ["not-found"],
    query: z.strictObject(fields.pageQuery),
    handle: async ({ params, query }) => {
      const page = pageOf("messages", query);
      if (!page.ok) return page.error;
      const id = readConversationId(params.id!);
      const slice = id && (await useCases.listMessages(id, page.value));
      return slice ? ok(showSlice("messages", slice, showMessage)) : NO_CONVERSATION;
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/conversations/:id/messages",
    operationId: "sendMessage",
    tag: "Messages",
    summary: "Sends a text of the app's own to one participant or to both",
    scope: "admin",
    example: { to: "all", text: "Your driver is two minutes away" },
    answers: { 202: listOf(answers.message, MESSAGE) },
    problems: ["not-found", "conversation-closed", "opted-out"],
    body: sending,
    handle: async ({ params, body: { to, text, promotional = false }, ids }) => {
      const conversationId = readConversationId(params.id!);
      if (!conversationId) return NO_CONVERSATION;
      const recipient = to === "all" ? to : readParticipantId(to);
      if (recipient === null) return NO_SUCH_RECIPIENT;
      const outcome = await useCases.sendMessage(
        { conversationId, to: recipient, text, isPromotional: promotional },
        ids,
      );
      switch (outcome.kind) {
        case "queued":
          return accepted({ items: outcome.messages.map(showMessage), next: null });
        case "not-found":
          return NO_CONVERSATION;
        case "unknown-participant":
          return NO_SUCH_RECIPIENT;
        case "closed":
          return CLOSED;
        case "opted-out":
          return optedOut(participantId(outcome.participantId));
        case "spend-cap":
          return SPEND_CAP_REACHED;
        case "no-open-hour":
          return noOpenHour(participantId(outcome.participantId));
        case "reveals-number":
          return revealsNumber("text");
      }
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/messages/search",
    operationId: "searchMessages",
    tag: "Messages",
    summary: "Finds texts from and to a number, also those that belong to no conversation",
    scope: "read",
    example: { number: "+447700900123", state: "failed" },
    answers: { 200: found },
    problems: ["not-found"],
    body: search,
    handle: async ({ body: { service: named, number, state, since, until, ...at } }) => {
      const service = named == null ? null : await useCases.findService(readServiceName(named));
      if (named != null && !service) return NO_SERVICE;
      const page = pageOf("found-messages", at);
      if (!page.ok) return page.error;
      const found = await useCases.searchMessages(
        { serviceId: service?.id ?? null, number, state, from: since, until },
        page.value,
      );
      return ok({
        ...showSlice("found-messages", found, showFoundMessage),
        nearMisses: found.nearMisses.map(showNearMiss(await useCases.serviceNames())),
      });
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/messages/retry",
    operationId: "retryFailedMessages",
    tag: "Messages",
    summary: "Sends once more what failed for one reason, page by page",
    scope: "admin",
    example: { code: "ttl", dryRun: true },
    answers: { 200: answers.retriedFailures },
    problems: ["not-found"],
    body: retrying,
    handle: async ({ body: { code, since, service: named, dryRun = false, ...at }, ids }) => {
      const service = named == null ? null : await useCases.findService(readServiceName(named));
      if (named != null && !service) return NO_SERVICE;
      const page = pageOf("failed-messages", at);
      if (!page.ok) return page.error;
      const asked = { serviceId: service?.id ?? null, code, since, isDryRun: dryRun };
      const limit = dryRun ? COUNTED_MAX : page.value.limit;
      const { refused, next, ...done } = await useCases.retryFailed(asked, { ...page.value, limit }, ids);
      return ok({
        ...done,
        since: showTime(done.since),
        refused: [...refused].map(([reason, count]) => ({ reason, count })),
        next: next === null ? null : encodeCursor("failed-messages", next),
      });
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/messages/:id/retry",
    operationId: "retryMessage",
    tag: "Messages",
    summary: "Sends once more what failed for good, as a new message; repeated, it answers with the same one",
    scope: "admin",
    answers: { 202: answers.message },
    problems: ["not-found", "not-retryable", "conversation-closed", "opted-out"],
    handle: async ({ params, ids }) => {
      const id = readMessageId(params.id!);
      const outcome = id && (await useCases.retryMessage(id, ids));
      if (!outcome) return NO_MESSAGE;
      return outcome.kind === "retried" ? accepted(showMessage(outcome.message)) : retryRefused(outcome);
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/messages/:id",
    operationId: "getMessage",
    tag: "Messages",
    summary: "Shows a message",
    scope: "read",
    answers: { 200: answers.message },
    problems: ["not-found"],
    handle: async ({ params }) => {
      const id = readMessageId(params.id!);
      const message = id && (await useCases.getMessage(id));
      return message ? ok(showMessage(message)) : NO_MESSAGE;
    },
  }),
];
