import { ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import * as answers from "#apps/api/openapi/answer-schemas.ts";
import { POOL } from "#apps/api/openapi/examples.ts";
import { participantId, serviceName } from "#apps/api/public-ids.ts";
import { showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import type { PoolCount } from "#core/ports/numbers.ts";

const report = answers
  .listOf(answers.pool, POOL, { countedAt: answers.shownTime })
  .meta({ examples: [{ countedAt: "2026-01-31T12:00:00.000Z", items: [POOL], next: null }] });

export const poolRoutes = ({ showPool }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/pool",
    operationId: "showPool",
    tag: "Numbers",
    summary: "Shows by country how many numbers there are, and how many are needed",
    scope: "read",
    answers: { 200: report },
    handle: async () => {
      const { at, pools } = await showPool();
      return ok({ countedAt: showTime(at), items: pools.map(showCount), next: null });
    },
  }),
];

const showCount = ({ serviceId, boundBy, active, draining, minimum, ...counts }: PoolCount) => ({
  service: serviceName(serviceId),
  country: counts.country,
  numbers: { active, draining },
  liveRoutes: counts.liveRoutes,
  quarantinedRoutes: counts.quarantinedRoutes,
  minimum,
  boundBy: boundBy === null ? null : participantId(boundBy),
  headRoom: Math.max(0, active - minimum),
});
