import type { WebhookBodies } from "./types.gen.ts";

/** What a webhook tells. `id` is the same when it is told again: carry it out once. A newer server may tell of more types. */
export type WebhookEvent = {
  [Type in keyof WebhookBodies]: WebhookBodies[Type] & { readonly id: string };
}[keyof WebhookBodies];

export type WebhookRefusal =
  | "missing-header"
  | "malformed-secret"
  | "malformed-timestamp"
  | "too-old"
  | "too-new"
  | "wrong-signature"
  | "malformed-body";

/** What `verifyWebhook` rejects with: answer 400, and do nothing. */
export interface WebhookError extends Error {
  readonly name: "WebhookError";
  readonly reason: WebhookRefusal;
}

export interface VerifyOptions {
  /** How far the sender's clock may be from ours, in milliseconds (5 minutes). */
  readonly toleranceMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
}

export type HeadersLike = Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

/** More come from nobody who means well. */
const SIGNATURES_MAX = 20;

/**
 * Checks a webhook as the Standard Webhooks specification has it, and answers what it tells. `secret` is what the endpoint was made with, `whsec_…`;
 * `body` must be what came, octet for octet: parsed and written again it has another signature. Rejects with a WebhookError.
 */
export const verifyWebhook = async (
  secret: string,
  headers: HeadersLike,
  body: string | Uint8Array,
  { toleranceMs = 5 * 60_000, now = Date.now }: VerifyOptions = {},
): Promise<WebhookEvent> => {
  const id = headerOf(headers, "webhook-id");
  const timestamp = headerOf(headers, "webhook-timestamp");
  const signatures = headerOf(headers, "webhook-signature");
  if (!id || !timestamp || !signatures) throw refused("missing-header");
  if (!/^\d{1,12}$/.test(timestamp)) throw refused("malformed-timestamp");
  const age = now() - Number(timestamp) * 1_000;
  if (age > toleranceMs) throw refused("too-old");
  if (age < -toleranceMs) throw refused("too-new");

  const octets = typeof body === "string" ? new TextEncoder().encode(body) : body;
  const signed = joined(new TextEncoder().encode(`${id}.${timestamp}.`), octets);
  const key = await keyOf(secret);
  const candidates = signatures.split(" ").slice(0, SIGNATURES_MAX);
  const checks = await Promise.all(candidates.map((candidate) => isSignedBy(key, candidate, signed)));
  if (!checks.includes(true)) throw refused("wrong-signature");
  try {
    return { ...JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(octets)), id };
  } catch {
    throw refused("malformed-body");
  }
};

const refused = (reason: WebhookRefusal): WebhookError =>
  Object.assign(new Error(`The webhook is refused: ${reason}`), { name: "WebhookError", reason } as const);

const headerOf = (headers: HeadersLike, name: string): string | null => {
  if (headers instanceof Headers) return headers.get(name);
  const [, value] = Object.entries(headers).find(([each]) => each.toLowerCase() === name) ?? [];
  return value === undefined ? null : String(typeof value === "string" ? value : value[0]);
};

type Key = Awaited<ReturnType<typeof crypto.subtle.importKey>>;

const HMAC = { name: "HMAC", hash: "SHA-256" } as const;

const keyOf = async (secret: string): Promise<Key> => {
  const octets = fromBase64(secret.replace(/^whsec_/, ""));
  if (!octets || octets.length === 0) throw refused("malformed-secret");
  return crypto.subtle.importKey("raw", octets, HMAC, false, ["verify"]);
};

/** In constant time; signatures of other versions than `v1` are none. */
const isSignedBy = async (key: Key, candidate: string, signed: Uint8Array<ArrayBuffer>): Promise<boolean> => {
  const signature = candidate.startsWith("v1,") ? fromBase64(candidate.slice(3)) : null;
  return signature !== null && crypto.subtle.verify(HMAC, key, signature, signed);
};

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> | null => {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return null;
  }
};

const joined = (first: Uint8Array, second: Uint8Array): Uint8Array<ArrayBuffer> => {
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
};
