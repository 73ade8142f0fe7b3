import { z } from "zod";
import { ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { FAILURE_OF_CODE } from "#apps/api/openapi/examples.ts";
import * as answers from "#apps/api/openapi/failure-of-code-schema.ts";
import { listOf, shownTime } from "#apps/api/openapi/shown-fields.ts";
import { showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { formatMsisdn } from "#core/domain/msisdn.ts";
import type { ListedFailure } from "#core/use-cases/list-failures.ts";

const FAILURES = listOf(answers.failureOfCode, FAILURE_OF_CODE, {
  since: shownTime,
  complete: z
    .boolean()
    .meta({ description: "False where there were so many that the oldest are not counted" }),
}).meta({
  examples: [{ since: "2026-01-30T12:34:56.000Z", items: [FAILURE_OF_CODE], complete: true, next: null }],
});

export const failureRoutes = ({ listFailures }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/failures",
    operationId: "listFailures",
    tag: "Messages",
    summary: "Tells why texts did not arrive, by code, and from which of our numbers they came",
    scope: "read",
    query: z.strictObject({
      since: fields.instant.optional().meta({ description: "RFC 3339; absent: a day ago" }),
    }),
    answers: { 200: FAILURES },
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
