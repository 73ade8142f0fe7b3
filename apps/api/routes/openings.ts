import { z } from "zod";
import { created } from "#apps/api/answers.ts";
import type { ApiOptions, ApiPorts } from "#apps/api/context.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { invalid, problem, unavailable } from "#apps/api/problems.ts";
import { type Concerned, refusalProblem } from "#apps/api/refusals.ts";
import { showConversation } from "#apps/api/representations.ts";
import * as fields from "#apps/api/validation.ts";
import { openConversation } from "#core/use-cases/open-conversation.ts";
import { rentWithinBudget } from "#core/use-cases/rent-numbers.ts";

const participant = z.strictObject({
  number: fields.phoneNumber,
  name: fields.name.nullish().transform(fields.orNull),
  intro: fields.text.nullish().transform(fields.orNull),
  country: fields.country.nullish().transform(fields.orNull),
});

const opening = z.strictObject({
  participants: z.tuple([participant, participant], "must be a list of two participants"),
  reference: fields.reference.nullish().transform(fields.orNull),
  ttl: fields.lifetime.nullish(),
  idleTtl: fields.lifetime.nullish(),
  geoMatch: fields.geoMatch.default("country"),
  sticky: fields.flag.default(true),
  intro: fields.flag.default(true),
  metadata: fields.metadata.default({}),
});

export const openingRoutes = (ports: ApiPorts, options: ApiOptions): readonly Endpoint[] => {
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
  ];
};

const concerned = (position: 0 | 1, name: string | null): Concerned => {
  const who = position === 0 ? "the first participant" : "the second participant";
  return { path: `participants.${position}`, who: name === null ? who : `${who} (${name})` };
};
