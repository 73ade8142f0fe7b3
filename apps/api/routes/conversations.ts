import { z } from "zod";
import { CLOSE_REASON, type Conversation } from "#core/domain/conversation.ts";
import type { ConversationChange } from "#core/ports/conversations.ts";
import { openConversation } from "#core/use-cases/open-conversation.ts";
import { rentWithinBudget } from "#core/use-cases/rent-numbers.ts";
import { type Answer, created, ok } from "../answers.ts";
import { decodeCursor, showSlice } from "../cursors.ts";
import type { ApiOptions, ApiPorts } from "../dependencies.ts";
import { type Endpoint, endpoint } from "../endpoint.ts";
import { invalid, notFound, problem, unavailable } from "../problems.ts";
import { readConversationId } from "../public-ids.ts";
import { type Concerned, refusalProblem } from "../refusals.ts";
import { showConversation } from "../representations.ts";
import * as fields from "../validation.ts";

const participant = z.strictObject({
  number: fields.phoneNumber,
  name: fields.name.nullish().transform(orNull),
  intro: fields.text.nullish().transform(orNull),
  country: fields.country.nullish().transform(orNull),
});

const opening = z.strictObject({
  participants: z.tuple([participant, participant], "must be a list of two participants"),
  reference: fields.reference.nullish().transform(orNull),
  ttl: fields.lifetime.nullish(),
  idleTtl: fields.lifetime.nullish(),
  geoMatch: fields.geoMatch.default("country"),
  sticky: fields.flag.default(true),
  intro: fields.flag.default(true),
  metadata: fields.metadata.default({}),
});

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

function orNull<T>(value: T | null | undefined): T | null {
  return value ?? null;
}

export const conversationRoutes = (ports: ApiPorts, options: ApiOptions): readonly Endpoint[] => {
  const { storage, insight, market, clock } = ports;
  const { conversations, numbers } = storage;
  const rentMore = rentWithinBudget({ market, numbers, clock }, options.rentCountries);
  const open = openConversation({ conversations, insight, clock, rentMore }, options);

  return [
    endpoint({
      method: "POST",
      path: "/v1/conversations",
      summary: "Opens a conversation between two people",
      scope: "admin",
      body: opening,
      handle: async ({ body, ids }) => {
        const { participants, ttl, idleTtl, intro, ...wishes } = body;
        const outcome = await open(
          {
            ...wishes,
            people: participants,
            ttlMs: ttl === undefined ? options.conversationTtlMs : ttl,
            idleTtlMs: idleTtl === undefined ? options.idleTtlMs : idleTtl,
            intros: intro,
          },
          ids,
        );
        switch (outcome.kind) {
          case "opened":
            return created(showConversation(outcome.conversation));
          case "refused":
            return refusalProblem(outcome.refusal, [
              concerned(0, participants[0].name),
              concerned(1, participants[1].name),
            ]);
          case "invalid-number":
            return invalid({ path: `participants.${outcome.person}.number`, message: outcome.detail });
          case "reference-in-use":
            return problem("reference-in-use", "An open conversation has this reference");
          case "busy":
            return unavailable("Too many conversations are being opened for these participants");
        }
      },
    }),
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
      body: z.strictObject({ reason: fields.reason.nullish().transform(orNull) }),
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

const concerned = (position: 0 | 1, name: string | null): Concerned => ({
  path: `participants.${position}`,
  who: name === null ? `participant ${position + 1}` : `participant ${position + 1} (${name})`,
});
