import { z } from "zod";
import { created, noContent, ok } from "#apps/api/answers.ts";
import { pageOf, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { forNumberInPath } from "#apps/api/number-in-path.ts";
import {
  marketProblem,
  NO_COUNTRY,
  NO_NUMBER,
  NOT_HELD,
  NUMBER_IN_USE,
  PARTICIPANTS_NUMBER,
} from "#apps/api/refusals.ts";
import { showNumber, showOffer } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { RENT_MAX } from "#core/use-cases/rent-numbers.ts";

const registration = z.strictObject({
  number: fields.phoneNumber,
  country: fields.country.optional(),
  features: fields.features.default(["SMS"]),
});

const renting = z.strictObject({
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
    .default(["SMS"]),
  contains: z
    .string()
    .regex(/^[0-9]{1,15}$/, "must be 1 to 15 digits")
    .optional(),
  limit: fields.pageQuery.limit.pipe(fields.whole(1, 100)),
});

export const numberRoutes = (useCases: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/numbers",
    summary: "Lists our virtual numbers",
    scope: "read",
    query: z.strictObject(fields.pageQuery),
    handle: async ({ query }) => {
      const page = pageOf("numbers", query);
      if (!page.ok) return page.error;
      return ok(showSlice("numbers", await useCases.listNumbers(page.value), showNumber));
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/numbers",
    summary: "Registers a number that is rented already",
    scope: "admin",
    body: registration,
    handle: async ({ body: { number, country = null, features } }) => {
      const outcome = await useCases.registerNumber({ number, country, features });
      switch (outcome.kind) {
        case "registered":
          return created(showNumber(outcome.number));
        case "unknown-country":
          return NO_COUNTRY;
        case "not-held":
          return NOT_HELD;
        case "participant":
          return PARTICIPANTS_NUMBER;
      }
    },
  }),
  endpoint({
    method: "GET",
    path: "/v1/numbers/available",
    summary: "Searches numbers that could be rented",
    scope: "read",
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
    summary: "Rents numbers and directs their texts to us",
    scope: "admin",
    body: renting,
    handle: async ({ body }) => {
      const { rented, failure } = await useCases.rentNumbers(body);
      if (rented.length === 0 && failure) return marketProblem(failure);
      const shortfall = failure && { code: failure.code, detail: failure.detail };
      return created({ items: rented.map(showNumber), next: null, failure: shortfall });
    },
  }),
  endpoint({
    method: "POST",
    path: "/v1/numbers/:number/drain",
    summary: "Keeps a number out of new conversations",
    scope: "admin",
    handle: forNumberInPath(async (number) => {
      const drained = await useCases.drainNumber(number);
      return drained ? ok(showNumber(drained)) : NO_NUMBER;
    }),
  }),
  endpoint({
    method: "DELETE",
    path: "/v1/numbers/:number",
    summary: "Gives a number back when no route is left on it",
    scope: "admin",
    handle: forNumberInPath(async (number) => {
      const outcome = await useCases.releaseNumber(number);
      switch (outcome.kind) {
        case "released":
          return noContent;
        case "unknown":
          return NO_NUMBER;
        case "in-use":
          return NUMBER_IN_USE;
        case "market":
          return marketProblem(outcome.failure);
      }
    }),
  }),
];
