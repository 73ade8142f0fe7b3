import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import { NDJSON } from "#apps/api/body-lines.ts";
import { type Endpoint, isRepeatable } from "#apps/api/endpoint.ts";
import { PROBLEMS, type ProblemName } from "#apps/api/problem-kinds.ts";
import { pathParameters } from "./path-parameters.ts";
import { problemSchema } from "./problem-schema.ts";

const hasBody = ({ method }: Endpoint): boolean =>
  method === "POST" || method === "PUT" || method === "PATCH";

/** Every problem that a call may be answered with: its own, and those of all calls of its kind. */
export const problemsOf = (endpoint: Endpoint): readonly ProblemName[] => {
  const names = new Set<ProblemName>([
    "malformed-request",
    ...(hasBody(endpoint) ? (["malformed-json"] as const) : []),
    "unauthorized",
    "forbidden",
    ...(endpoint.problems ?? []),
    ...(isRepeatable(endpoint) ? (["request-running"] as const) : []),
    ...(hasBody(endpoint) ? (["too-large"] as const) : []),
    "invalid-request",
    ...(isRepeatable(endpoint) ? (["idempotency-mismatch"] as const) : []),
    "too-many-requests",
    "internal-error",
    "unavailable",
  ]);
  return [...names];
};

const idempotencyKey = z
  .string()
  .min(1)
  .max(255)
  .optional()
  .meta({
    description:
      "Carries the request out once: a repetition within 24 hours gets the first answer, with `Idempotent-Replayed: true`",
    examples: ["7c0a2f0e-5d2c-4c57-9f63-2f6d3b1f9a10"],
  });

const neededKey = z
  .string()
  .min(1)
  .max(255)
  .meta({
    description: "Needed: a repetition within 24 hours gets the first answer, and sends nothing again",
    examples: ["7c0a2f0e-5d2c-4c57-9f63-2f6d3b1f9a10"],
  });

const ifMatch = z
  .string()
  .optional()
  .meta({
    description: "Changes it only if its version is still that of this `ETag`",
    examples: ['"1"'],
  });

const ifNoneMatch = z
  .string()
  .optional()
  .meta({
    description: "Answers 304 if it is still that of this `ETag`",
    examples: ['"1"'],
  });

const lastEventId = z
  .string()
  .optional()
  .meta({ description: "Goes on after this event, whatever `after` says", examples: ["1_2s9_0_1"] });

const headersOf = (endpoint: Endpoint): z.ZodRawShape => ({
  ...(endpoint.live !== undefined && { "Last-Event-ID": lastEventId }),
  ...(isRepeatable(endpoint) && {
    "Idempotency-Key": endpoint.takesLines ? neededKey : idempotencyKey,
  }),
  ...(endpoint.isTagged && endpoint.method === "PATCH" && { "If-Match": ifMatch }),
  ...(endpoint.isTagged && endpoint.method === "GET" && { "If-None-Match": ifNoneMatch }),
});

const hasHeaders = (endpoint: Endpoint): boolean => Object.keys(headersOf(endpoint)).length > 0;
/** One call as OpenAPI describes it. */
export const operationOf = (endpoint: Endpoint): ZodOpenApiOperationObject => {
  const { operationId, tag, summary, scope } = endpoint;
  const path = pathParameters(endpoint.path);
  return {
    operationId,
    tags: [tag],
    summary,
    description: scope === "admin" ? "Needs a key of scope `admin`." : "Any key may ask.",
    requestParams: {
      ...(path && { path }),
      query: endpoint.query as z.ZodObject,
      ...(hasHeaders(endpoint) && { header: z.object(headersOf(endpoint)) }),
    },
    ...(hasBody(endpoint) && {
      requestBody: {
        required: !endpoint.body.safeParse({}).success,
        content: {
          "application/json": { schema: endpoint.body, example: endpoint.example ?? {} },
          ...(endpoint.takesLines && { [NDJSON]: { schema: endpoint.body, example: endpoint.example } }),
        },
      },
    }),
    responses: { ...answersOf(endpoint), ...refusalsOf(endpoint) },
    security: [{ apiKey: [] }],
    "x-scope": scope,
  };
};

const WORDS: Readonly<Record<string, string>> = {
  200: "Done",
  201: "Made",
  202: "Accepted; it is carried out soon",
  204: "Done; there is nothing to say",
  304: "Not changed since",
};

const liveContent = (live: string | undefined) =>
  live === undefined ? {} : { "text/event-stream": { schema: { type: "string" as const }, example: live } };

const answersOf = ({ answers, summary, isTagged, method, live, answersLines }: Endpoint) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      {
        description: WORDS[status] ?? summary,
        headers: {
          "Request-Id": { $ref: "#/components/headers/Request-Id" },
          ...(isTagged && { ETag: { $ref: "#/components/headers/ETag" } }),
          ...(method === "GET" && isList(schema) && { Link: { $ref: "#/components/headers/Link" } }),
        },
        ...(schema && {
          content: {
            [answersLines ? NDJSON : "application/json"]: { schema, example: schema.meta()?.examples?.[0] },
            ...liveContent(live),
          },
        }),
      },
    ]),
  );

const isList = (schema: z.ZodType | null): boolean => schema instanceof z.ZodObject && "next" in schema.shape;

const refusalsOf = (endpoint: Endpoint) => {
  const byStatus = Map.groupBy(problemsOf(endpoint), (name) => PROBLEMS[name].status);
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      String(status),
      {
        description: names.map((name) => `\`${name}\`: ${PROBLEMS[name].cause}`).join("\n\n"),
        headers: {
          "Request-Id": { $ref: "#/components/headers/Request-Id" },
          ...(names.some((name) => PROBLEMS[name].retryable) && {
            "Retry-After": { $ref: "#/components/headers/Retry-After" },
          }),
        },
        content: {
          "application/problem+json": {
            schema: problemSchema,
            examples: Object.fromEntries(
              names.map((name) => [name, { $ref: `#/components/examples/${name}` }]),
            ),
          },
        },
        "x-problems": names,
      },
    ]),
  );
};
