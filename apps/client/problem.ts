import type { FieldProblem, ProblemName } from "./types.gen.ts";

/**
 * What went wrong. `no-answer`: there was none, or none that can be read; it is not known whether the request was carried out.
 * `other`: something on the way refused, such as a proxy. A newer server may have more kinds.
 */
export type ProblemKind = ProblemName | "no-answer" | "other";

interface ProblemFields<Kind extends ProblemKind> {
  readonly kind: Kind;
  /** `urn:sms-proxy:` and the kind. */
  readonly type: string;
  readonly title: string;
  /** Of HTTP; 0: there was no answer. */
  readonly status: number;
  /** For a person. */
  readonly detail: string;
  /** Whether the same request may succeed later. */
  readonly retryable: boolean;
  /** By which the server's log has it. */
  readonly requestId: string | null;
  /** How long the server asks to wait, in milliseconds. */
  readonly retryAfterMs: number | null;
}

interface FieldsOfKind {
  "invalid-request": { readonly errors: readonly FieldProblem[] };
  /** `oldest`: the cursor from which all that is kept is read. */
  "cursor-expired": { readonly oldest: string };
}

/** Why a call failed, told apart by `kind`. */
export type Problem = {
  [Kind in ProblemKind]: ProblemFields<Kind> &
    (Kind extends keyof FieldsOfKind ? FieldsOfKind[Kind] : unknown);
}[ProblemKind];

/** What a call rejects with, unless it was aborted. */
export interface ProblemError extends Error {
  readonly name: "ProblemError";
  readonly problem: Problem;
}

export const problemError = (problem: Problem, cause?: unknown): ProblemError =>
  Object.assign(new Error(`${problem.kind}: ${problem.detail}`, { cause }), {
    name: "ProblemError",
    problem,
  } as const);

/** The problem of what was caught; null: it is no problem of a call. */
export const problemOf = (error: unknown): Problem | null =>
  error instanceof Error && error.name === "ProblemError" && "problem" in error
    ? (error.problem as Problem)
    : null;

export const noAnswer = (detail: string, requestId: string | null = null): Problem => ({
  kind: "no-answer",
  type: "about:blank",
  title: "No answer",
  status: 0,
  detail,
  retryable: true,
  requestId,
  retryAfterMs: null,
});

const PREFIX = "urn:sms-proxy:";

/** The problem in an answer that is no success; `text` is its body. */
export const problemIn = ({ status, headers }: Response, text: string, now: number): Problem => {
  const body = parsed(text);
  const type = textOf(body.type) ?? "about:blank";
  const kind = type.startsWith(PREFIX) ? type.slice(PREFIX.length) : "other";
  return {
    kind,
    type,
    title: textOf(body.title) ?? `HTTP ${status}`,
    status,
    detail:
      textOf(body.detail) ?? (status < 400 ? REDIRECTED : `The answer is HTTP ${status}, and says no more`),
    retryable: typeof body.retryable === "boolean" ? body.retryable : status === 429 || status >= 500,
    requestId: headers.get("request-id"),
    retryAfterMs: waitIn(headers.get("retry-after"), now),
    ...(kind === "invalid-request" && { errors: Array.isArray(body.errors) ? body.errors : [] }),
    ...(kind === "cursor-expired" && { oldest: textOf(body.oldest) ?? "first" }),
  } as Problem;
};

const REDIRECTED = "The server is elsewhere: look at baseUrl";

const parsed = (text: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** `Retry-After` in milliseconds: seconds, or a date (RFC 9110 §10.2.3). */
const waitIn = (value: string | null, now: number): number | null => {
  if (value === null) return null;
  if (/^\d{1,9}$/.test(value)) return Number(value) * 1_000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
};
