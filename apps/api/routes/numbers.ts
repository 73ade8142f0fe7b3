import { z } from "zod";
import { created, noContent, ok } from "#apps/api/answers.ts";
import { pageOf, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { forNumberInPath } from "#apps/api/number-in-path.ts";
import { AVAILABLE, NUMBER } from "#apps/api/openapi/examples.ts";
import * as answers from "#apps/api/openapi/number-schemas.ts";
import { listOf } from "#apps/api/openapi/shown-fields.ts";
import { problem } from "#apps/api/problems.ts";
import { optionalServiceName, readServiceName } from "#apps/api/public-ids.ts";
import {
  marketProblem,
  NO_COUNTRY,
  NO_NUMBER,
  NO_SERVICE,
  NOT_HELD,
  NUMBER_IN_USE,
  OTHER_SERVICE,
  PARTICIPANTS_NUMBER,
} from "#apps/api/refusals.ts";
import { showNumber, showOffer, showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { RENT_MAX } from "#core/use-cases/rent-numbers.ts";

const registration = z.strictObject({
  service: fields.service.nullish(),
  number: fields.phoneNumber,
  country: fields.country.optional(),
  features: fields.features.default(["SMS"]),
  state: z
    .enum(["active", "reserved"])
    .default("active")
    .meta({ description: "`reserved`: never chosen, only given by `participants[].virtualNumber`" }),
});

const renting = z.strictObject({
  service: fields.service.nullish(),
  country: fields.country,
  count: fields.whole(1, RENT_MAX),
  features: fields.features.default(["SMS"]),
});

const search = z.strictObject({
  country: fields.country,
  features: z
    .string()
    .transform((list) => list.split(","))
    .pipe(fields.features)
    .default(["SMS"])
    .meta({ description: "Separated by commas", override: { default: "SMS", examples: ["SMS,VOICE"] } }),
  contains: z
    .string()
    .regex(/^[0-9]{1,15}$/, "must be 1 to 15 digits")
    .optional()
    .meta({ description: "Digits that the number contains" }),
  limit: fields.pageLimit(100, 50),
});

const rented = listOf(answers.number, NUMBER, { failure: answers.rentFailure }).meta({
  examples: [{ items: [NUMBER], next: null, failure: null }],
});

export const numberRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/numbers",
    operationId: "listNumbers",
    tag: "Numbers",
    summary: "Lists our virtual numbers",
    scope: "read",
    answers: { 200: listOf(answers.number, NUMBER) },
    problems: ["not-found"],
    query: z.strictObject({ ...fields.pageQuery, service: fields.ofService }),
    handle: async ({ query: { service: named, ...at } }) => {
      const page = pageOf("numbers", at);
      if (!page.ok) return page.error;
      const service = named === undefined ? null : await useCases.findService(readServiceName(named));
      if (named !== undefined && !service) return NO_SERVICE;
      return ok(
        showSlice(
          "numbers",
          await useCases.listNumbers(service?.id ?? null, page.value),
          showNumber(await useCases.serviceNames()),
        ),
      );
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/numbers",
    operationId: "registerNumber",
    tag: "Numbers",
    summary: "Registers a number that is rented already",
    scope: "admin",
    example: { number: "+447700900001", country: "GB" },
    answers: { 201: answers.number },
    problems: ["not-found", "number-in-use"],
    body: registration,
    handle: async ({ body: { service: named, number, country = null, features, state } }) => {
      const service = await useCases.findService(optionalServiceName(named));
      if (!service) return NO_SERVICE;
      const outcome = await useCases.registerNumber({
        serviceId: service.id,
        number,
        country,
        features,
        state,
      });
      switch (outcome.kind) {
        case "registered":
          return created(showNumber(await useCases.serviceNames())(outcome.number));
        case "unknown-country":
          return NO_COUNTRY;
        case "not-held":
          return NOT_HELD;
        case "participant":
          return PARTICIPANTS_NUMBER;
        case "other-service":
          return OTHER_SERVICE;
      }
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/numbers/available",
    operationId: "searchAvailableNumbers",
    tag: "Numbers",
    summary: "Searches numbers that could be rented",
    scope: "read",
    answers: { 200: listOf(answers.offeredNumber, AVAILABLE) },
    problems: ["pool-exhausted"],
    query: search,
    handle: async ({ query }) => {
      const offers = await useCases.searchAvailableNumbers({ ...query, contains: query.contains ?? null });
      if (!offers.ok) return marketProblem(offers.error);
      return ok({ items: offers.value.map(showOffer), next: null });
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/numbers/rent",
    operationId: "rentNumbers",
    tag: "Numbers",
    summary: "Rents numbers and directs their texts to us",
    scope: "admin",
    example: { country: "GB", count: 2 },
    answers: { 201: rented },
    problems: ["not-found", "pool-exhausted"],
    body: renting,
    handle: async ({ body: { service: named, ...wanted } }) => {
      const service = await useCases.findService(optionalServiceName(named));
      if (!service) return NO_SERVICE;
      const { rented, failure } = await useCases.rentNumbers({ ...wanted, serviceId: service.id });
      if (rented.length === 0 && failure) return marketProblem(failure);
      const shortfall = failure && { code: failure.code, detail: failure.detail };
      return created({
        items: rented.map(showNumber(await useCases.serviceNames())),
        next: null,
        failure: shortfall,
      });
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/numbers/:number/drain",
    operationId: "drainNumber",
    tag: "Numbers",
    summary: "Keeps a number out of new conversations",
    scope: "admin",
    answers: { 200: answers.number },
    problems: ["not-found"],
    handle: forNumberInPath(async (number) => {
      const drained = await useCases.drainNumber(number);
      return drained ? ok(showNumber(await useCases.serviceNames())(drained)) : NO_NUMBER;
    }),
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/numbers/:number",
    operationId: "releaseNumber",
    tag: "Numbers",
    summary: "Gives a number back when no route is left on it",
    scope: "admin",
    answers: { 204: null },
    problems: ["not-found", "number-in-use", "pool-exhausted"],
    handle: forNumberInPath(async (number) => {
      const outcome = await useCases.releaseNumber(number);
      switch (outcome.kind) {
        case "released":
          return noContent;
        case "unknown":
          return NO_NUMBER;
        case "in-use":
          return NUMBER_IN_USE;
        case "used-lately":
          return usedLately(outcome.from);
        case "market":
          return marketProblem(outcome.failure);
      }
    }),
  }),
];

const usedLately = (from: number) =>
  problem(
    "number-in-use",
    `The number was used not long ago, and late texts would go to whoever has it next: it is drained, and may be given back from ${showTime(from)} on`,
  );
