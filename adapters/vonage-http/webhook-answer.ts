import type { Context } from "koa";
import type { ReceiptResult } from "#core/engine/inbound/accept-receipt.ts";
import type { FieldProblem } from "./fields.ts";

/** When Vonage shall come again, in seconds. */
const RETRY_AFTER_S = 5;

const METHODS = "HEAD, GET, POST";

/** What became of one webhook, for counters. It carries no number and no text. */
export type WebhookOutcome =
  | ReceiptResult
  | "ping"
  | "ignored"
  | "unauthorized"
  | "malformed"
  | "other-method"
  | "invalid"
  | "too-large";

/** Whether what was brought was not taken. */
export const isRefusal = (outcome: WebhookOutcome): boolean =>
  outcome !== "accepted" && outcome !== "ping" && outcome !== "ignored";

/** Without a problem the answer is an empty 200. */
export interface Answer {
  readonly outcome: WebhookOutcome;
  readonly problem?: Problem;
}

/** RFC 9457. */
interface Problem {
  readonly status: 400 | 401 | 405 | 413 | 422 | 503;
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
}

export const accepted = (outcome: ReceiptResult): Answer =>
  outcome === "accepted" || outcome === "other-numbers" ? { outcome } : { outcome, problem: AGAIN };

export const invalid = (errors: readonly FieldProblem[]): Answer => ({
  outcome: "invalid",
  problem: {
    status: 422,
    name: "invalid-request",
    title: "Invalid request",
    detail: "The webhook is neither an inbound message nor a receipt",
    errors,
  },
});

const AGAIN: Problem = {
  status: 503,
  name: "unavailable",
  title: "Unavailable",
  detail: "Nothing can be taken in right now",
};

export const MALFORMED: Answer = {
  outcome: "malformed",
  problem: {
    status: 400,
    name: "malformed-json",
    title: "Malformed body",
    detail: "The body is incomplete or no JSON object",
  },
};

export const UNAUTHORIZED: Answer = {
  outcome: "unauthorized",
  problem: {
    status: 401,
    name: "unauthorized",
    title: "Unauthorized",
    detail: "The signature is missing, wrong or too old",
  },
};

export const OTHER_METHOD: Answer = {
  outcome: "other-method",
  problem: {
    status: 405,
    name: "method-not-allowed",
    title: "Method not allowed",
    detail: `Only ${METHODS}`,
  },
};

export const TOO_LARGE: Answer = {
  outcome: "too-large",
  problem: {
    status: 413,
    name: "too-large",
    title: "Too large",
    detail: "The body exceeds what a webhook may have",
  },
};

const NO_BODY = { "Content-Length": "0" };

export const write = (context: Context, { problem }: Answer): void => {
  if (!problem) {
    // Past Koa, whose way of writing an answer costs as much as the rest of a request.
    context.respond = false;
    context.res.writeHead(200, NO_BODY).end();
    return;
  }
  const { status, name, ...rest } = problem;
  context.status = status;
  context.body = JSON.stringify({ type: `urn:sms-proxy:${name}`, status, ...rest });
  context.type = "application/problem+json";
  if (status === 405) context.set("Allow", METHODS);
  if (status === 503) context.set("Retry-After", String(RETRY_AFTER_S));
  // The rest of a body that is not read to its end must not be taken for the next request.
  if (status === 413) context.set("Connection", "close");
};
