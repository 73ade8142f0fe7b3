import { z } from "zod";
import { conversationAnswer } from "#apps/api/conversation-tags.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import * as answers from "#apps/api/openapi/conversation-schemas.ts";
import { invalid } from "#apps/api/problems.ts";
import { readConversationId, readParticipantId } from "#apps/api/public-ids.ts";
import {
  CLOSED,
  NO_PARTICIPANT,
  openingRefused,
  type ParticipantInRequest,
  SPEND_CAP_REACHED,
  TOO_MANY_CHANGES,
} from "#apps/api/refusals.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";

const joining = z.strictObject({
  number: fields.phoneNumber,
  name: fields.name.nullish(),
  /** A text, or false for none. */
  intro: z.union([fields.text, z.literal(false)], "must be a text, or false for none").nullish(),
  country: fields.country.nullish(),
  timeZone: fields.timeZone.nullish(),
});

const PARTICIPANTS: readonly [ParticipantInRequest, ParticipantInRequest] = [
  { path: "", who: "the new participant" },
  { path: null, who: "the participant who stays" },
];

export const swapRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "POST",
    path: "/v1/conversations/:id/participants/:participantId/reassigned",
    operationId: "reassignNumber",
    tag: "Conversations",
    summary:
      "The real number has a new owner: ends what is open with it, and forgets whom the old one talked to",
    scope: "admin",
    answers: { 200: answers.conversation },
    isTagged: true,
    problems: ["not-found"],
    body: z.strictObject({}),
    handle: async ({ params }) => {
      const conversationId = readConversationId(params.id!);
      const participantId = readParticipantId(params.participantId!);
      if (!conversationId || !participantId) return NO_PARTICIPANT;
      const conversation = await useCases.reassignNumber(conversationId, participantId);
      return conversation ? conversationAnswer(useCases, 200, conversation) : NO_PARTICIPANT;
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/conversations/:id/participants/:participantId/swap",
    operationId: "swapParticipant",
    tag: "Conversations",
    summary: "Replaces a participant; the other one's thread goes on",
    scope: "admin",
    example: { number: "+447700900789", name: "Cem" },
    answers: { 200: answers.conversation },
    isTagged: true,
    problems: ["not-found", "conversation-closed", "pool-exhausted", "opted-out"],
    body: joining,
    handle: async ({ params, body, ids }) => {
      const conversationId = readConversationId(params.id!);
      const leaving = readParticipantId(params.participantId!);
      if (!conversationId || !leaving) return NO_PARTICIPANT;
      const { number, name = null, country = null, intro, timeZone } = body;
      const outcome = await useCases.swapParticipant(
        {
          conversationId,
          leaving,
          joining: { number, name, country, intro: intro || null, timeZone },
          intro: intro !== false,
        },
        ids,
      );
      switch (outcome.kind) {
        case "swapped":
          return conversationAnswer(useCases, 200, outcome.conversation);
        case "refused":
          return openingRefused(outcome.refusal, PARTICIPANTS);
        case "invalid-number":
          return invalid({ path: "number", message: outcome.detail });
        case "not-found":
          return NO_PARTICIPANT;
        case "closed":
          return CLOSED;
        case "spend-cap":
          return SPEND_CAP_REACHED;
        case "busy":
          return TOO_MANY_CHANGES;
      }
    },
  }),
];
