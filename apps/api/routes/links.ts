import { ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import { showLink } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";

export const linkRoutes = ({ listLinks }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/links",
    summary: "Shows the carrier links of this process and of all living gateways",
    scope: "read",
    handle: async () => ok({ items: (await listLinks()).map(showLink), next: null }),
  }),
];
