import { z } from "zod";
import { ok } from "#apps/api/answers.ts";
import type { ApiOptions, ApiPorts } from "#apps/api/context.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { invalid, notFound, unavailable } from "#apps/api/problems.ts";
import { readConversationId, readParticipantId } from "#apps/api/public-ids.ts";
import { type Concerned, refusalProblem } from "#apps/api/refusals.ts";
import { showConversation } from "#apps/api/representations.ts";
import * as fields from "#apps/api/validation.ts";
import { rentWithinBudget } from "#core/use-cases/rent-numbers.ts";
import { swapParticipant } from "#core/use-cases/swap-participant.ts";
import { CLOSED } from "./conversations.ts";

const joining = z.strictObject({
  number: fields.phoneNumber,
  name: fields.name.nullish(),
  /** A text, or false for none. */
  intro: z.union([fields.text, z.literal(false)], "must be a text, or false for none").nullish(),
  country: fields.country.nullish(),
});

const PEOPLE: readonly [Concerned, Concerned] = [
  { path: "", who: "the new participant" },
  { path: null, who: "the participant who stays" },
];

export const swapRoutes = (ports: ApiPorts, options: ApiOptions): readonly Endpoint[] => {
  const { storage, insight, market, clock } = ports;
  const { conversations, numbers } = storage;
  const rentMore = rentWithinBudget({ market, numbers, clock }, options.rentCountries);
  const swap = swapParticipant({ conversations, insight, clock, rentMore }, options);
  const NOBODY = notFound("participant in such a conversation");

  return [
    endpoint({
      method: "POST",
      path: "/v1/conversations/:id/participants/:participantId/swap",
      summary: "Puts somebody else in the place of a participant; the other one's thread goes on",
      scope: "admin",
      body: joining,
      handle: async ({ params, body, ids }) => {
        const conversationId = readConversationId(params.id!);
        const leaving = readParticipantId(params.participantId!);
        if (!conversationId || !leaving) return NOBODY;
        const { number, name = null, country = null, intro } = body;
        const outcome = await swap(
          {
            conversationId,
            leaving,
            joining: { number, name, country, intro: intro || null },
            intro: intro !== false,
          },
          ids,
        );
        switch (outcome.kind) {
          case "swapped":
            return ok(showConversation(outcome.conversation));
          case "refused":
            return refusalProblem(outcome.refusal, PEOPLE);
          case "invalid-number":
            return invalid({ path: "number", message: outcome.detail });
          case "not-found":
            return NOBODY;
          case "closed":
            return CLOSED;
          case "busy":
            return unavailable("Too many changes are being made for these participants");
        }
      },
    }),
  ];
};
