import { z } from "zod";
import { created, noContent, ok } from "#apps/api/answers.ts";
import type { ApiPorts } from "#apps/api/context.ts";
import { decodeCursor, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { marketProblem } from "#apps/api/market-problem.ts";
import { numberIn } from "#apps/api/number-in-path.ts";
import { invalid, notFound, problem } from "#apps/api/problems.ts";
import { showNumber, showOffer } from "#apps/api/representations.ts";
import * as fields from "#apps/api/validation.ts";
import type { Msisdn } from "#core/domain/msisdn.ts";
import { releaseNumber } from "#core/use-cases/release-number.ts";
import { RENT_MAX, rentNumbers } from "#core/use-cases/rent-numbers.ts";
import { BAD_CURSOR } from "./conversations.ts";

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

export const numberRoutes = ({ storage, insight, market, clock }: ApiPorts): readonly Endpoint[] => {
  const { numbers } = storage;
  const rent = rentNumbers({ market, numbers, clock });
  const release = releaseNumber({ market, numbers, clock });

  return [
    endpoint({
      method: "GET",
      path: "/v1/numbers",
      summary: "Lists our virtual numbers",
      scope: "read",
      query: z.strictObject(fields.pageQuery),
      handle: async ({ query: { limit, cursor } }) => {
        const after = cursor === undefined ? null : decodeCursor("numbers", cursor);
        if (cursor !== undefined && after === null) return BAD_CURSOR;
        return ok(showSlice("numbers", await numbers.list({ limit, after }), showNumber));
      },
    }),
    endpoint({
      method: "POST",
      path: "/v1/numbers",
      summary: "Registers a number that is rented already",
      scope: "admin",
      body: registration,
      handle: async ({ body }) => {
        const country = body.country ?? (await countryOf(body.number));
        if (country === null) return invalid({ path: "number", message: "belongs to no country; name one" });
        const { number, features } = body;
        const added = await numbers.add({ number, country, features, at: clock.now() });
        return added === "participant"
          ? invalid({ path: "number", message: "must not be a participant's own number" })
          : created(showNumber(added));
      },
    }),
    endpoint({
      method: "GET",
      path: "/v1/numbers/available",
      summary: "Searches numbers that could be rented",
      scope: "read",
      query: search,
      handle: async ({ query }) => {
        const offers = await market.search({ ...query, contains: query.contains ?? null });
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
        const { rented, failure } = await rent(body);
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
      handle: async ({ params }) => {
        const number = numberIn(params);
        if (!number.ok) return number.error;
        const drained = await numbers.drain(number.value);
        return drained ? ok(showNumber(drained)) : NO_NUMBER;
      },
    }),
    endpoint({
      method: "DELETE",
      path: "/v1/numbers/:number",
      summary: "Gives a number back when no route is left on it",
      scope: "admin",
      handle: async ({ params }) => {
        const number = numberIn(params);
        if (!number.ok) return number.error;
        const outcome = await release(number.value);
        switch (outcome.kind) {
          case "released":
            return noContent;
          case "unknown":
            return NO_NUMBER;
          case "in-use":
            return problem(
              "number-in-use",
              "Live or quarantined routes are left on the number: drain it and wait",
            );
          case "market":
            return marketProblem(outcome.failure);
        }
      },
    }),
  ];

  async function countryOf(number: Msisdn): Promise<string | null> {
    const found = await insight.lookup(number, null);
    return found.kind === "valid" ? found.country : null;
  }
};

const NO_NUMBER = notFound("number among ours");
