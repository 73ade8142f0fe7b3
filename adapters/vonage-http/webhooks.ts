import Router, { type RouterContext } from "@koa/router";
import type { FieldProblem, Parameters } from "#adapters/vonage-http/fields.ts";
import { parsePayload, type ReceivedMessage } from "#adapters/vonage-http/payloads.ts";
import { parseBody, parseForm, readBody } from "#adapters/vonage-http/request-body.ts";
import { type Signing, verify } from "#adapters/vonage-http/signature.ts";
import { verifyToken } from "#adapters/vonage-http/signed-token.ts";
import type { Receipt } from "#core/domain/receipt.ts";
import type { Clock } from "#core/ports/clock.ts";

export const INBOUND_PATH = "/webhooks/vonage/inbound";
export const STATUS_PATH = "/webhooks/vonage/status";

/** When Vonage shall come again, in seconds. */
const RETRY_AFTER_S = 5;

/** `accepted`: it is durable. Anything else makes Vonage send it again. */
export type Taken = "accepted" | "overloaded" | "unavailable";

/** What became of one webhook, for counters. It carries no number and no text. */
export type WebhookOutcome =
  | Taken
  | "ping"
  | "ignored"
  | "unauthorized"
  | "malformed"
  | "invalid"
  | "too-large";

export interface WebhookOptions {
  /** Null: webhooks are not signed, and anybody who reaches the address may send them. */
  readonly signing: Signing | null;
  readonly accept: (message: ReceivedMessage) => Promise<Taken>;
  readonly receipt: (receipt: Receipt) => Promise<Taken>;
  readonly clock: Clock;
  readonly observe?: (outcome: WebhookOutcome) => void;
}

/**
 * Where Vonage brings inbound messages and receipts, by query, form or JSON, of either kind on either path. It answers 200
 * only when what it brought is safe; 503 makes Vonage come again, and 4xx is for what will never be right.
 */
export const webhookHandler = (options: WebhookOptions): Router => {
  const router = new Router();
  const handle = async (context: RouterContext): Promise<void> => {
    const answer = await respond(options, context);
    options.observe?.(answer.outcome);
    write(context, answer);
  };
  for (const path of [INBOUND_PATH, STATUS_PATH]) router.get(path, handle).post(path, handle);
  return router;
};

interface Answer {
  readonly outcome: WebhookOutcome;
  readonly problem?: Problem;
}

interface Problem {
  readonly status: 400 | 401 | 413 | 422 | 503;
  readonly name: string;
  readonly title: string;
  readonly detail: string;
  readonly errors?: readonly FieldProblem[];
}

const respond = async (options: WebhookOptions, context: RouterContext): Promise<Answer> => {
  const { signing, clock } = options;
  if (context.method === "HEAD") return { outcome: "ping" };
  const body = context.method === "POST" ? await readBody(context.req) : NO_BODY;
  if (!body.ok) return body.error === "too-large" ? TOO_LARGE : MALFORMED;
  // What is signed travels in one piece: a query beside a body is our own address's, not Vonage's.
  const parameters =
    body.value.length > 0
      ? parseBody(body.value, context.get("content-type"))
      : parseForm(context.querystring);
  if (parameters === null) return MALFORMED;
  const now = clock.now();
  const payload = parsePayload(parameters, now);
  if (payload.kind === "ping") return context.method === "GET" ? { outcome: "ping" } : invalid([EMPTY]);
  if (signing && !isGenuine(parameters, body.value, context, signing, now)) return UNAUTHORIZED;
  switch (payload.kind) {
    case "inbound":
      return taken(await options.accept(payload.message));
    case "receipt":
      return taken(await options.receipt(payload.receipt));
    case "ignored":
      return { outcome: "ignored" };
    case "invalid":
      return invalid(payload.errors);
  }
};

const NO_BODY = { ok: true, value: Buffer.alloc(0) } as const;

/** The SMS API signs parameters; the Messages API signs the body with a token in the header. */
const isGenuine = (
  parameters: Parameters,
  body: Buffer,
  context: RouterContext,
  signing: Signing,
  now: number,
): boolean => {
  const bySignature = verify(parameters, signing, now);
  if (bySignature !== "missing") return bySignature === "valid";
  return verifyToken(context.headers.authorization, body, signing.secret, now) === "valid";
};

const taken = (outcome: Taken): Answer =>
  outcome === "accepted" ? { outcome } : { outcome, problem: AGAIN };

const invalid = (errors: readonly FieldProblem[]): Answer => ({
  outcome: "invalid",
  problem: {
    status: 422,
    name: "invalid-request",
    title: "Invalid request",
    detail: "The webhook is neither an inbound message nor a receipt",
    errors,
  },
});

const EMPTY: FieldProblem = { path: "", message: "is empty" };

const AGAIN: Problem = {
  status: 503,
  name: "unavailable",
  title: "Unavailable",
  detail: "Nothing can be taken in right now",
};

const MALFORMED: Answer = {
  outcome: "malformed",
  problem: {
    status: 400,
    name: "malformed-json",
    title: "Malformed body",
    detail: "The body is incomplete or no JSON object",
  },
};

const UNAUTHORIZED: Answer = {
  outcome: "unauthorized",
  problem: {
    status: 401,
    name: "unauthorized",
    title: "Unauthorized",
    detail: "The signature is missing, wrong or too old",
  },
};

const TOO_LARGE: Answer = {
  outcome: "too-large",
  problem: {
    status: 413,
    name: "too-large",
    title: "Too large",
    detail: "The body exceeds what a webhook may have",
  },
};

const write = (context: RouterContext, { problem }: Answer): void => {
  if (!problem) {
    context.status = 200;
    context.body = "";
    return;
  }
  const { status, name, ...rest } = problem;
  context.status = status;
  context.body = JSON.stringify({ type: `urn:sms-proxy:${name}`, status, ...rest });
  context.type = "application/problem+json";
  if (status === 503) context.set("Retry-After", String(RETRY_AFTER_S));
  // The rest of a body that is not read to its end must not be taken for the next request.
  if (status === 413) context.set("Connection", "close");
};
