import { z } from "zod";
import { ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { POOL } from "#apps/api/openapi/examples.ts";
import * as answers from "#apps/api/openapi/number-schemas.ts";
import { listOf, shownTime } from "#apps/api/openapi/shown-fields.ts";
import { participantId, readServiceName, serviceName } from "#apps/api/public-ids.ts";
import { NO_SERVICE } from "#apps/api/refusals.ts";
import { showTime } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import type { PoolCount } from "#core/ports/numbers.ts";
import type { NameOfService } from "#core/use-cases/service-names.ts";

const report = listOf(answers.pool, POOL, { countedAt: shownTime }).meta({
  examples: [{ countedAt: "2026-01-31T12:00:00.000Z", items: [POOL], next: null }],
});

export const poolRoutes = ({ showPool, findService, serviceNames }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/pool",
    operationId: "showPool",
    tag: "Numbers",
    summary: "Shows by service and country how many numbers there are, and how many are needed",
    scope: "read",
    answers: { 200: report },
    problems: ["not-found"],
    query: z.strictObject({ service: fields.ofService }),
    handle: async ({ query: { service: named } }) => {
      const service = named === undefined ? null : await findService(readServiceName(named));
      if (named !== undefined && !service) return NO_SERVICE;
      const { at, pools } = await showPool();
      const items = pools.filter(({ serviceId }) => service === null || serviceId === service.id);
      return ok({ countedAt: showTime(at), items: items.map(showCount(await serviceNames())), next: null });
    },
  }),
];

const showCount =
  (nameOf: NameOfService) =>
  ({ serviceId, boundBy, active, draining, reserved, minimum, ...counts }: PoolCount) => ({
    service: serviceName(serviceId, nameOf),
    country: counts.country,
    numbers: { active, draining, reserved },
    liveRoutes: counts.liveRoutes,
    quarantinedRoutes: counts.quarantinedRoutes,
    minimum,
    boundBy: boundBy === null ? null : participantId(boundBy),
    headRoom: Math.max(0, active - minimum),
  });
