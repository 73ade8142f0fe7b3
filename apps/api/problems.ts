import type { Answer } from "./answers.ts";
import { PROBLEMS, type ProblemName, problemType } from "./problem-kinds.ts";

/** What is wrong with one field; `path` is dotted, such as `participants.0.number`. */
export interface FieldProblem {
  readonly path: string;
  readonly message: string;
}

export interface ProblemExtras {
  readonly errors?: readonly FieldProblem[];
  /** The cursor from which all that is kept is read. */
  readonly oldest?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const PROBLEM_TYPE = "application/problem+json";

/** RFC 9457. `detail` is for a person, and never holds a real number, a text or a secret. */
export const problem = (name: ProblemName, detail: string, extras: ProblemExtras = {}): Answer => {
  const { status, title, retryable } = PROBLEMS[name];
  const { errors, oldest, headers } = extras;
  return {
    status,
    body: {
      type: problemType(name),
      title,
      status,
      detail,
      retryable,
      ...(errors && { errors }),
      ...(oldest && { oldest }),
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
