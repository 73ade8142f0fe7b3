import { z } from "zod";
import { ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { formatMsisdn } from "#core/domain/msisdn.ts";
import type { ListedFailure } from "#core/use-cases/list-failures.ts";

export const failureRoutes = ({ listFailures }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/failures",
    summary:
      "Lists why texts did not arrive: by code with its meaning, what to do, and our numbers that they came from",
    scope: "read",
    query: z.strictObject({ since: fields.instant.optional() }),
    handle: async ({ query }) => {
      const { since, failures, isCut } = await listFailures(query.since ?? null);
      return ok({ since: showTime(since), items: failures.map(showFailure), complete: !isCut, next: null });
    },
  }),
];

const showFailure = ({ numbers, lastAt, ...failure }: ListedFailure) => ({
  ...failure,
  lastAt: showTime(lastAt),
  numbers: numbers.map(({ number, count }) => ({ number: formatMsisdn(number), count })),
});
