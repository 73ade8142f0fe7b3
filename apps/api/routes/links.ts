import { ok } from "#apps/api/answers.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import * as answers from "#apps/api/openapi/answer-schemas.ts";
import { LINK } from "#apps/api/openapi/examples.ts";
import { showLink } from "#apps/api/representations.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";

export const linkRoutes = ({ listLinks }: ApiUseCases): readonly Endpoint[] => [
  endpoint({
    method: "GET",
    path: "/v1/links",
    operationId: "listLinks",
    tag: "Links",
    summary: "Shows the carrier links of this process and of all living gateways",
    scope: "read",
    reach: "installation",
    answers: { 200: answers.listOf(answers.link, LINK) },
    handle: async () => ok({ items: (await listLinks()).map(showLink), next: null }),
  }),
];
