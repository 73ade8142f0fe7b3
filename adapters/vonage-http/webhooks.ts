import type { Context, Middleware } from "koa";
import type { Receipt } from "#core/domain/receipt.ts";
import type { ReceiptResult } from "#core/engine/inbound/accept-receipt.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { AcceptResult } from "#core/ports/inbound.ts";
import type { Parameters, ReceiptPair } from "./fields.ts";
import type { ReceivedMessage } from "./payload.ts";
import { parsePayload } from "./payloads.ts";
import { parseBody, parseForm, readBody } from "./request-body.ts";
import { type Signing, verify } from "./signature.ts";
import { verifyToken } from "./signed-token.ts";
import {
  type Answer,
  accepted,
  invalid,
  MALFORMED,
  OTHER_METHOD,
  TOO_LARGE,
  UNAUTHORIZED,
  type WebhookOutcome,
  write,
} from "./webhook-answer.ts";

export const INBOUND_PATH = "/webhooks/vonage/inbound";
export const STATUS_PATH = "/webhooks/vonage/status";

export interface WebhookOptions {
  /** Null: webhooks are not signed, and anybody who reaches the address may send them. */
  readonly signing: Signing | null;
  readonly accept: (message: ReceivedMessage) => Promise<AcceptResult>;
  readonly receipt: (receipt: Receipt, pair: ReceiptPair | null) => Promise<ReceiptResult>;
  readonly clock: Clock;
  readonly observe?: (outcome: WebhookOutcome, route: string) => void;
}

/** Either path, with or without a query, and as lenient as routers are: a carrier's console keeps what somebody typed. */
const ADDRESS = /^(\/webhooks\/vonage\/(?:inbound|status))\/?(?:\?|$)/i;

/**
 * Where Vonage brings inbound messages and receipts, by query, form or JSON, of either kind on either path. It answers 200
 * only when what it brought is safe; 503 makes Vonage come again, and 4xx is for what will never be right. No router: two
 * addresses need none, and it would cost as much as the rest.
 */
export const webhookHandler =
  (options: WebhookOptions): Middleware =>
  async (context, next) => {
    const [, route] = ADDRESS.exec(context.url) ?? [];
    if (route === undefined) return next();
    context.state.route = route;
    const answer = await respond(options, context);
    options.observe?.(answer.outcome, route);
    write(context, answer);
  };

const respond = async (options: WebhookOptions, context: Context): Promise<Answer> => {
  const { signing, clock } = options;
  const { method } = context;
  if (method === "HEAD") return PING;
  if (method !== "GET" && method !== "POST") return OTHER_METHOD;
  const body = method === "POST" ? await readBody(context.req) : NO_BODY;
  if (!body.ok) return body.error === "too-large" ? TOO_LARGE : MALFORMED;
  // What is signed travels in one piece: a query beside a body is our own address's, not Vonage's.
  const parameters =
    body.value.length > 0
      ? parseBody(body.value, context.get("content-type"))
      : parseForm(context.querystring);
  if (parameters === null) return MALFORMED;
  const now = clock.now();
  const payload = parsePayload(parameters, now);
  if (payload.kind === "ping") return method === "GET" ? PING : invalid(EMPTY);
  if (signing && !isGenuine(parameters, body.value, context, signing, now)) return UNAUTHORIZED;
  switch (payload.kind) {
    case "inbound":
      return accepted(await options.accept(payload.message));
    case "receipt":
      return accepted(await options.receipt(payload.receipt, payload.pair));
    case "ignored":
      return { outcome: "ignored" };
    case "invalid":
      return invalid(payload.errors);
  }
};

const PING: Answer = { outcome: "ping" };

const EMPTY = [{ path: "", message: "is empty" }];

const NO_BODY = { ok: true, value: Buffer.alloc(0) } as const;

/** The SMS API signs parameters; the Messages API signs the body with a token in the header. */
const isGenuine = (
  parameters: Parameters,
  body: Buffer,
  context: Context,
  signing: Signing,
  now: number,
): boolean => {
  const bySignature = verify(parameters, signing, now);
  if (bySignature !== "missing") return bySignature === "valid";
  // The token vouches for the body alone, so what stands in a query is not covered by it.
  return body.length > 0 && verifyToken(context.headers.authorization, body, signing.secret, now) === "valid";
};
