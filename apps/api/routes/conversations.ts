import { z } from "zod";
import { type Answer, ok } from "#apps/api/answers.ts";
import { conversationAnswer } from "#apps/api/conversation-tags.ts";
import { pageOf, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { versionsIn } from "#apps/api/etags.ts";
import * as answers from "#apps/api/openapi/conversation-schemas.ts";
import { CONVERSATION } from "#apps/api/openapi/examples.ts";
import { listOf } from "#apps/api/openapi/shown-fields.ts";
import { readConversationId, readServiceName } from "#apps/api/public-ids.ts";
import { CLOSED, NO_CONVERSATION, NO_SERVICE, VERSION_MISMATCH } from "#apps/api/refusals.ts";
import { showConversation } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";

const change = z.strictObject({
  ttl: fields.lifetime.nullish(),
  idleTtl: fields.lifetime.nullish(),
  metadata: fields.metadata.optional(),
});

const filter = {
  service: fields.service.nullish(),
  state: z.enum(["open", "closed"], "must be open or closed").nullish().meta({ description: "Only those" }),
  participant: fields.phoneNumber.nullish().meta({ description: "The real number of a present participant" }),
  reference: fields.reference.nullish().meta({ description: "Your own id" }),
};

const listQuery = z.strictObject({ ...fields.pageQuery, ...filter, service: fields.ofService });
const search = z.strictObject({ ...fields.pageBody, ...filter });

export const conversationRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/conversations/search",
    operationId: "searchConversations",
    tag: "Conversations",
    summary: "Lists conversations, newest first, without a number in the address",
    scope: "read",
    example: { participant: "+447700900123", state: "open" },
    answers: { 200: listOf(answers.conversation, CONVERSATION) },
    problems: ["not-found"],
    body: search,
    handle: ({ body }) => list(useCases, body),
  }),
  endpoint({
    method: "GET",
    path: "/v1/conversations",
    operationId: "listConversations",
    tag: "Conversations",
    summary: "Lists conversations, newest first",
    scope: "read",
    answers: { 200: listOf(answers.conversation, CONVERSATION) },
    problems: ["not-found"],
    query: listQuery,
    handle: ({ query }) => list(useCases, query),
  }),
  endpoint({
    method: "GET",
    path: "/v1/conversations/:id",
    operationId: "getConversation",
    tag: "Conversations",
    summary: "Shows a conversation",
    scope: "read",
    answers: { 200: answers.conversation, 304: null },
    isTagged: true,
    problems: ["not-found"],
    handle: async ({ params }) => {
      const id = readConversationId(params.id!);
      const conversation = id && (await useCases.getConversation(id));
      return conversation ? conversationAnswer(useCases, 200, conversation) : NO_CONVERSATION;
    },
  }),
  endpoint({
    method: "PATCH",
    path: "/v1/conversations/:id",
    operationId: "patchConversation",
    tag: "Conversations",
    summary: "Changes how long an open conversation lasts, counted from now, or its metadata",
    scope: "admin",
    example: { ttl: "12h" },
    answers: { 200: answers.conversation },
    problems: ["not-found", "conversation-closed", "version-mismatch"],
    isTagged: true,
    body: change,
    handle: async ({ params, ifMatch, body: { ttl, idleTtl, metadata } }) => {
      const id = readConversationId(params.id!);
      if (!id) return NO_CONVERSATION;
      const outcome = await useCases.patchConversation({
        id,
        ttlMs: ttl,
        idleTtlMs: idleTtl,
        metadata,
        versions: versionsIn(ifMatch),
      });
      switch (outcome.kind) {
        case "patched":
          return conversationAnswer(useCases, 200, outcome.conversation);
        case "not-found":
          return NO_CONVERSATION;
        case "closed":
          return CLOSED;
        case "version-mismatch":
          return VERSION_MISMATCH;
      }
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/conversations/:id/close",
    operationId: "closeConversation",
    tag: "Conversations",
    summary: "Closes a conversation; closing it again changes nothing",
    scope: "admin",
    example: { reason: "delivered" },
    answers: { 200: answers.conversation },
    isTagged: true,
    problems: ["not-found"],
    body: z.strictObject({ reason: fields.reason.nullish().transform(fields.orNull) }),
    handle: async ({ params, body: { reason } }) => {
      const id = readConversationId(params.id!);
      const closed = id && (await useCases.closeConversation({ id, reason }));
      return closed ? conversationAnswer(useCases, 200, closed) : NO_CONVERSATION;
    },
  }),
];

const list = async (
  { findService, listConversations, serviceNames }: ApiUseCases,
  { service: named, state = null, participant = null, reference = null, ...at }: z.output<typeof search>,
): Promise<Answer> => {
  const page = pageOf("conversations", at);
  if (!page.ok) return page.error;
  const service = named == null ? null : await findService(readServiceName(named));
  if (named != null && !service) return NO_SERVICE;
  const serviceId = service?.id ?? null;
  const slice = await listConversations({ serviceId, state, participant, reference }, page.value);
  return ok(showSlice("conversations", slice, showConversation(await serviceNames())));
};
