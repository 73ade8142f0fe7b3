import { z } from "zod";
import { type Answer, ok } from "#apps/api/answers.ts";
import { pageOf, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { readConversationId } from "#apps/api/public-ids.ts";
import { CLOSED, NO_CONVERSATION } from "#apps/api/refusals.ts";
import { showConversation } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";

const change = z.strictObject({
  ttl: fields.lifetime.nullish(),
  idleTtl: fields.lifetime.nullish(),
  metadata: fields.metadata.optional(),
});

const filter = {
  state: z.enum(["open", "closed"], "must be open or closed").nullish(),
  participant: fields.phoneNumber.nullish(),
  reference: fields.reference.nullish(),
};

const listQuery = z.strictObject({ ...fields.pageQuery, ...filter });
const search = z.strictObject({ ...fields.pageBody, ...filter });

export const conversationRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/conversations/search",
    summary: "Lists conversations, newest first, without a number in the address",
    scope: "read",
    body: search,
    handle: ({ body }) => list(useCases, body),
  }),
  endpoint({
    method: "GET",
    path: "/v1/conversations",
    summary: "Lists conversations, newest first",
    scope: "read",
    query: listQuery,
    handle: ({ query }) => list(useCases, query),
  }),
  endpoint({
    method: "GET",
    path: "/v1/conversations/:id",
    summary: "Shows a conversation",
    scope: "read",
    handle: async ({ params }) => {
      const id = readConversationId(params.id!);
      const conversation = id && (await useCases.getConversation(id));
      return conversation ? ok(showConversation(conversation)) : NO_CONVERSATION;
    },
  }),
  endpoint({
    method: "PATCH",
    path: "/v1/conversations/:id",
    summary: "Changes how long an open conversation lasts, counted from now, or its metadata",
    scope: "admin",
    body: change,
    handle: async ({ params, body: { ttl, idleTtl, metadata } }) => {
      const id = readConversationId(params.id!);
      if (!id) return NO_CONVERSATION;
      const outcome = await useCases.patchConversation({ id, ttlMs: ttl, idleTtlMs: idleTtl, metadata });
      switch (outcome.kind) {
        case "patched":
          return ok(showConversation(outcome.conversation));
        case "not-found":
          return NO_CONVERSATION;
        case "closed":
          return CLOSED;
      }
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/conversations/:id/close",
    summary: "Closes a conversation; closing it again changes nothing",
    scope: "admin",
    body: z.strictObject({ reason: fields.reason.nullish().transform(fields.orNull) }),
    handle: async ({ params, body: { reason } }) => {
      const id = readConversationId(params.id!);
      const closed = id && (await useCases.closeConversation({ id, reason }));
      return closed ? ok(showConversation(closed)) : NO_CONVERSATION;
    },
  }),
];

const list = async (
  { listConversations }: ApiUseCases,
  { state = null, participant = null, reference = null, ...at }: z.output<typeof listQuery>,
): Promise<Answer> => {
  const page = pageOf("conversations", at);
  if (!page.ok) return page.error;
  const slice = await listConversations({ state, participant, reference }, page.value);
  return ok(showSlice("conversations", slice, showConversation));
};
