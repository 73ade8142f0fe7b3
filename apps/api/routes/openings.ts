import { z } from "zod";
import type { Answer } from "#apps/api/answers.ts";
import { conversationAnswer } from "#apps/api/conversation-tags.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import * as answers from "#apps/api/openapi/conversation-schemas.ts";
import { OPENING } from "#apps/api/openapi/examples.ts";
import { invalid } from "#apps/api/problems.ts";
import { conversationId, optionalServiceName } from "#apps/api/public-ids.ts";
import {
  NO_SERVICE,
  openingRefused,
  type ParticipantInRequest,
  REFERENCE_IN_USE,
  SPEND_CAP_REACHED,
  TOO_MANY_CHANGES,
  tooManyOpenings,
} from "#apps/api/refusals.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import type { Conversation } from "#core/domain/conversation.ts";

const participantInput = z
  .strictObject({
    number: fields.phoneNumber,
    name: fields.name.nullish().transform(fields.orNull),
    intro: fields.text.nullish().transform(fields.orNull),
    country: fields.country.nullish().transform(fields.orNull),
    virtualNumber: fields.phoneNumber.nullish().meta({
      description: "The number of ours that shall stand for this participant; absent: one is chosen",
    }),
    timeZone: fields.timeZone.nullish(),
  })
  .meta({ id: "NewParticipant", description: "Somebody who is to take part" });

const opening = z.strictObject({
  service: fields.service.nullish(),
  participants: z.tuple([participantInput, participantInput], "must be a list of two participants"),
  reference: fields.reference.nullish().transform(fields.orNull),
  ttl: fields.lifetime.nullish(),
  idleTtl: fields.lifetime.nullish(),
  geoMatch: fields.geoMatch.optional(),
  sticky: fields.flag.optional(),
  intro: fields.flag.default(true),
  onOpen: z.enum(["reuse", "new"], "must be reuse or new").default("new"),
  metadata: fields.metadata.default({}),
});

export const openingRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/conversations",
    operationId: "openConversation",
    tag: "Conversations",
    summary: "Opens a conversation between two participants",
    scope: "admin",
    example: OPENING,
    answers: { 200: answers.conversation, 201: answers.conversation },
    isTagged: true,
    problems: ["not-found", "reference-in-use", "number-in-use", "pool-exhausted", "opted-out"],
    body: opening,
    handle: async ({ body, ids }) => {
      const { service: named, ttl, idleTtl, intro, ...rest } = body;
      const service = await useCases.findService(optionalServiceName(named));
      if (!service) return NO_SERVICE;
      const outcome = await useCases.openConversation(
        {
          ...rest,
          serviceId: service.id,
          ttlMs: ttl,
          idleTtlMs: idleTtl,
          intros: intro,
        },
        ids,
      );
      switch (outcome.kind) {
        case "opened":
          return made(useCases, outcome.conversation);
        case "reused":
          return conversationAnswer(useCases, 200, outcome.conversation);
        case "refused":
          return openingRefused(outcome.refusal, PARTICIPANTS);
        case "invalid-number":
          return invalid({ path: `participants.${outcome.index}.number`, message: outcome.detail });
        case "reference-in-use":
          return REFERENCE_IN_USE;
        case "too-many":
          return tooManyOpenings(outcome.limit);
        case "spend-cap":
          return SPEND_CAP_REACHED;
        case "busy":
          return TOO_MANY_CHANGES;
      }
    },
  }),
];

const PARTICIPANTS: readonly [ParticipantInRequest, ParticipantInRequest] = [
  { path: "participants.0", who: "the first participant" },
  { path: "participants.1", who: "the second participant" },
];

const made = async (useCases: ApiUseCases, conversation: Conversation): Promise<Answer> => {
  const answer = await conversationAnswer(useCases, 201, conversation);
  return {
    ...answer,
    headers: { ...answer.headers, Location: `/v1/conversations/${conversationId(conversation.id)}` },
  };
};
