import { z } from "zod";
import { type Answer, ok } from "#apps/api/answers.ts";
import type { ApiOptions, ApiPorts } from "#apps/api/context.ts";
import { decodeCursor, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { invalid, notFound, problem } from "#apps/api/problems.ts";
import { readConversationId } from "#apps/api/public-ids.ts";
import { showConversation } from "#apps/api/representations.ts";
import * as fields from "#apps/api/validation.ts";
import { CLOSE_REASON, type Conversation } from "#core/domain/conversation.ts";
import type { ConversationChange } from "#core/ports/conversations.ts";

const change = z.strictObject({
  ttl: fields.lifetime.nullish(),
  idleTtl: fields.lifetime.nullish(),
  metadata: fields.metadata.optional(),
});

const listQuery = z.strictObject({
  ...fields.pageQuery,
  state: z.enum(["open", "closed"], "must be open or closed").optional(),
  participant: fields.phoneNumber.optional(),
  reference: fields.reference.optional(),
});

export const conversationRoutes = (ports: ApiPorts, options: ApiOptions): readonly Endpoint[] => {
  const { storage, clock } = ports;
  const { conversations } = storage;

  return [
    endpoint({
      method: "GET",
      path: "/v1/conversations",
      summary: "Lists conversations, newest first",
      scope: "read",
      query: listQuery,
      handle: async ({ query }) => {
        const after = query.cursor === undefined ? null : decodeCursor("conversations", query.cursor);
        if (query.cursor !== undefined && after === null) return BAD_CURSOR;
        const { state = null, participant: number = null, reference = null, limit } = query;
        const slice = await conversations.list({ state, participant: number, reference }, { limit, after });
        return ok(showSlice("conversations", slice, showConversation));
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/conversations/:id",
      summary: "Shows a conversation",
      scope: "read",
      handle: async ({ params }) => {
        const id = readConversationId(params.id!);
        const conversation = id && (await conversations.get(id));
        return conversation ? ok(showConversation(conversation)) : NO_CONVERSATION;
      },
    }),
    endpoint({
      method: "PATCH",
      path: "/v1/conversations/:id",
      summary: "Changes how long an open conversation lasts, counted from now, or its metadata",
      scope: "admin",
      body: change,
      handle: async ({ params, body }) => {
        const id = readConversationId(params.id!);
        return id ? shown(await conversations.patch(id, changeOf(body))) : NO_CONVERSATION;
      },
    }),
    endpoint({
      method: "POST",
      path: "/v1/conversations/:id/close",
      summary: "Closes a conversation; closing it again changes nothing",
      scope: "admin",
      body: z.strictObject({ reason: fields.reason.nullish().transform(fields.orNull) }),
      handle: async ({ params, body }) => {
        const id = readConversationId(params.id!);
        if (!id) return NO_CONVERSATION;
        const at = clock.now();
        const closed = await conversations.close({
          id,
          reason: body.reason ?? CLOSE_REASON.requested,
          at,
          quarantinedUntil: at + options.quarantineMs,
          unlessTextedAfter: null,
        });
        return shown(closed);
      },
    }),
  ];

  function changeOf({ ttl, idleTtl, metadata }: z.output<typeof change>): ConversationChange {
    return {
      ...(ttl !== undefined && { expiresAt: ttl === null ? null : clock.now() + ttl }),
      ...(idleTtl !== undefined && { idleTtlMs: idleTtl }),
      ...(metadata !== undefined && { metadata }),
    };
  }
};

export const NO_CONVERSATION = notFound("conversation");
export const CLOSED = problem("conversation-closed", "The conversation is closed");
export const BAD_CURSOR = invalid({ path: "cursor", message: "is not a cursor of this list" });

const shown = (conversation: Conversation | "closed" | null): Answer => {
  if (conversation === null) return NO_CONVERSATION;
  return conversation === "closed" ? CLOSED : ok(showConversation(conversation));
};
