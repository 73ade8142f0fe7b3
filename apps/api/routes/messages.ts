import { z } from "zod";
import { accepted, ok } from "#apps/api/answers.ts";
import type { ApiOptions, ApiPorts } from "#apps/api/context.ts";
import { decodeCursor, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { invalid, notFound, problem } from "#apps/api/problems.ts";
import { participantId, readConversationId, readMessageId, readParticipantId } from "#apps/api/public-ids.ts";
import { showMessage } from "#apps/api/representations.ts";
import * as fields from "#apps/api/validation.ts";
import { sendMessage } from "#core/use-cases/send-message.ts";
import { BAD_CURSOR, CLOSED, NO_CONVERSATION } from "./conversations.ts";

const sending = z.strictObject({
  to: z.string("must be the id of a participant, or all"),
  text: fields.text,
});

export const messageRoutes = (ports: ApiPorts, options: ApiOptions): readonly Endpoint[] => {
  const { conversations, optOuts } = ports.storage;
  const send = sendMessage({ conversations, optOuts, clock: ports.clock }, options);

  return [
    endpoint({
      method: "GET",
      path: "/v1/conversations/:id/messages",
      summary: "Lists the messages of a conversation, oldest first",
      scope: "read",
      query: z.strictObject(fields.pageQuery),
      handle: async ({ params, query: { limit, cursor } }) => {
        const id = readConversationId(params.id!);
        if (!id || !(await conversations.get(id))) return NO_CONVERSATION;
        const after = cursor === undefined ? null : decodeCursor("messages", cursor);
        if (cursor !== undefined && after === null) return BAD_CURSOR;
        return ok(showSlice("messages", await conversations.messages(id, { limit, after }), showMessage));
      },
    }),
    endpoint({
      method: "POST",
      path: "/v1/conversations/:id/messages",
      summary: "Sends a text of the app's own to one participant or to both",
      scope: "admin",
      body: sending,
      handle: async ({ params, body: { to, text }, ids }) => {
        const conversationId = readConversationId(params.id!);
        if (!conversationId) return NO_CONVERSATION;
        const recipient = to === "all" ? to : readParticipantId(to);
        if (recipient === null) return NO_SUCH_RECIPIENT;
        const outcome = await send({ conversationId, to: recipient, text }, ids);
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
            return problem("opted-out", `${participantId(outcome.participantId)} wants no texts from us`);
          case "reveals-number":
            return invalid({ path: "text", message: "must not contain the other participant's number" });
        }
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/messages/:id",
      summary: "Shows a message",
      scope: "read",
      handle: async ({ params }) => {
        const id = readMessageId(params.id!);
        const message = id && (await conversations.message(id));
        return message ? ok(showMessage(message)) : notFound("message");
      },
    }),
  ];
};

const NO_SUCH_RECIPIENT = invalid({
  path: "to",
  message: "must be the id of a participant of this conversation, or all",
});
