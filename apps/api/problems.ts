import type { Answer } from "./answers.ts";

/** Every problem that the API knows, with its HTTP status and its title; its type is `urn:sms-proxy:NAME`. */
const PROBLEMS = {
  "malformed-json": [400, "Malformed JSON"],
  unauthorized: [401, "Unauthorized"],
  forbidden: [403, "Forbidden"],
  "not-found": [404, "Not found"],
  "method-not-allowed": [405, "Method not allowed"],
  "reference-in-use": [409, "Reference in use"],
  "conversation-closed": [409, "Conversation closed"],
  "pool-exhausted": [409, "Pool exhausted"],
  "opted-out": [409, "Opted out"],
  "number-in-use": [409, "Number in use"],
  "request-running": [409, "Request running"],
  "too-large": [413, "Too large"],
  "invalid-request": [422, "Invalid request"],
  "idempotency-mismatch": [422, "Idempotency key used for another request"],
  "too-many-requests": [429, "Too many requests"],
  "internal-error": [500, "Internal error"],
  unavailable: [503, "Unavailable"],
} as const;

export type ProblemName = keyof typeof PROBLEMS;

/** What is wrong with one field; `path` is dotted, such as `participants.0.number`. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export interface ProblemExtras {
  readonly errors?: readonly FieldProblem[];
  /** Names this one occurrence, so that it can be found in the log. */
  readonly instance?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const PROBLEM_TYPE = "application/problem+json";

/** RFC 9457. `detail` is for a person, and never holds a real number, a text or a secret. */
export const problem = (name: ProblemName, detail: string, extras: ProblemExtras = {}): Answer => {
  const [status, title] = PROBLEMS[name];
  const { errors, instance, headers } = extras;
  return {
    status,
    body: {
      type: `urn:sms-proxy:${name}`,
      title,
      status,
      detail,
      ...(errors && { errors }),
      ...(instance && { instance }),
    },
    ...(headers && { headers }),
  };
};

export const invalid = (...errors: readonly FieldProblem[]): Answer =>
  problem(
    "invalid-request",
    errors.map(({ path, message }) => `${path || "The body"} ${message}`).join("; "),
    {
      errors,
    },
  );

export const notFound = (what: string): Answer => problem("not-found", `There is no such ${what}`);

/** Seconds after which a request that could not be carried out now is worth repeating. */
const RETRY_AFTER_S = 2;

export const unavailable = (detail: string, retryAfterS = RETRY_AFTER_S): Answer =>
  problem("unavailable", detail, { headers: { "Retry-After": String(retryAfterS) } });
