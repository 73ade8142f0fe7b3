import { createDocument, type oas31 } from "zod-openapi";
import { type Endpoint, TAGS } from "#apps/api/endpoint.ts";
import { PROBLEM_NAMES, PROBLEMS } from "#apps/api/problem-kinds.ts";
import { EVENTS } from "./event-catalogue.ts";
import { operationOf } from "./operation.ts";
import { templateOf } from "./path-parameters.ts";
import { problemExample } from "./problem-schema.ts";
import { webhookOf } from "./webhook.ts";

const DESCRIPTION = `Two people text each other through virtual numbers; neither learns the other's real number.

Phone numbers are E.164 with a plus, times are RFC 3339 in UTC, durations are such as \`2h\`. Unknown fields are refused. Lists are answered
as \`{items, next}\`; \`next\` is the \`cursor\` of the next page. Within v1, fields, events and values of enumerations may be added, and nothing is taken away.`;

/** The API as OpenAPI 3.1, made from what the endpoints say of themselves. */
export const openApiDocument = (endpoints: readonly Endpoint[]): oas31.OpenAPIObject => {
  const paths: Record<string, Record<string, ReturnType<typeof operationOf>>> = {};
  for (const endpoint of endpoints) {
    const path = templateOf(endpoint.path);
    paths[path] ??= {};
    paths[path][endpoint.method.toLowerCase()] = operationOf(endpoint);
  }
  return createDocument(
    {
      openapi: "3.1.0",
      info: {
        title: "Private SMS communication",
        version: "1.0.0",
        description: DESCRIPTION,
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: "/" }],
      // For the reference page.
      "x-problems": PROBLEM_NAMES.map((name) => ({ name, ...PROBLEMS[name] })),
      tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
      paths,
      webhooks: Object.fromEntries(EVENTS.map((event) => [event.type, webhookOf(event)])),
      components: {
        securitySchemes: {
          apiKey: { type: "http", scheme: "bearer", description: "One of the keys in `API_KEYS`" },
        },
        headers: {
          "Request-Id": {
            description: "Names the request: it stands in the log, and in `instance` of a problem",
            schema: { type: "string", format: "uuid" },
          },
          ETag: {
            description: "Names what was answered, for `If-Match` and `If-None-Match`",
            schema: { type: "string" },
          },
          Link: { description: 'The next page, as `rel="next"` (RFC 8288)', schema: { type: "string" } },
          "Retry-After": {
            description: "Seconds until it is worth trying again",
            schema: { type: "integer" },
          },
        },
        examples: Object.fromEntries(PROBLEM_NAMES.map((name) => [name, { value: problemExample(name) }])),
      },
    },
    { override: openToMore },
  ) as oas31.OpenAPIObject;
};

/** What is answered may get further fields; what is asked may not. */
const openToMore = ({
  jsonSchema,
  io,
}: {
  jsonSchema: { additionalProperties?: unknown };
  io: string;
}): void => {
  if (io === "output" && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
};
