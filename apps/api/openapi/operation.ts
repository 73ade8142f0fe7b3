import { z } from "zod";
import type { ZodOpenApiOperationObject } from "zod-openapi";
import type { Endpoint } from "#apps/api/endpoint.ts";
import { PROBLEMS, type ProblemName } from "#apps/api/problem-kinds.ts";
import { pathParameters } from "./path-parameters.ts";
import { problemSchema } from "./problem-schema.ts";

const hasBody = ({ method }: Endpoint): boolean =>
  method === "POST" || method === "PUT" || method === "PATCH";
const isRepeatable = ({ method }: Endpoint): boolean => method === "POST";

/** Every problem that a call may be answered with: its own, and those of all calls of its kind. */
export const problemsOf = (endpoint: Endpoint): readonly ProblemName[] => {
  const names = new Set<ProblemName>([
    "malformed-request",
    ...(hasBody(endpoint) ? (["malformed-json"] as const) : []),
    "unauthorized",
    ...(endpoint.scope === "admin" ? (["forbidden"] as const) : []),
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
      ...(isRepeatable(endpoint) && { header: z.object({ "Idempotency-Key": idempotencyKey }) }),
    },
    ...(hasBody(endpoint) && {
      requestBody: {
        required: !endpoint.body.safeParse({}).success,
        content: { "application/json": { schema: endpoint.body, example: endpoint.example ?? {} } },
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
};

const answersOf = ({ answers, summary }: Endpoint) =>
  Object.fromEntries(
    Object.entries(answers).map(([status, schema]) => [
      status,
      {
        description: WORDS[status] ?? summary,
        headers: { "Request-Id": { $ref: "#/components/headers/Request-Id" } },
        ...(schema && { content: { "application/json": { schema, example: schema.meta()?.examples?.[0] } } }),
      },
    ]),
  );

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
