import { createHmac, hash, timingSafeEqual } from "node:crypto";
import type { SignatureCheck } from "./signature.ts";
import { SIGNATURE_AGE_MAX_MS, SIGNATURE_AHEAD_MAX_MS } from "./signature.ts";

/** Longest token looked at, in characters. */
const TOKEN_MAX = 4_096;

/**
 * Judges the `Authorization: Bearer <JWT>` of a Messages API webhook: HS256 under the signature secret, issued by
 * Vonage, carrying the SHA-256 of the very body received. Its algorithm does not follow the account's signature method.
 */
export const verifyToken = (
  authorization: string | undefined,
  body: Buffer,
  secret: string,
  now: number,
): SignatureCheck => {
  if (!authorization) return "missing";
  const token = /^bearer ([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization.slice(0, TOKEN_MAX));
  if (!token) return "wrong";
  const [, head = "", claims = "", signature = ""] = token;
  const expected = createHmac("sha256", secret).update(`${head}.${claims}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return "wrong";
  if (decode(head).alg !== "HS256") return "wrong";
  const { iat, payload_hash: payloadHash } = decode(claims);
  if (typeof payloadHash !== "string" || payloadHash.toLowerCase() !== hash("sha256", body, "hex"))
    return "wrong";
  const age = now - Number(iat) * 1000;
  return age <= SIGNATURE_AGE_MAX_MS && age >= -SIGNATURE_AHEAD_MAX_MS ? "valid" : "stale";
};

const decode = (part: string): Readonly<Record<string, unknown>> => {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
};
