import { createPublicKey, verify } from "node:crypto";
import { parseObject } from "./parameters.ts";

/**
 * An application token of Vonage: RS256, with `application_id`, `iat`, `jti` and an `exp` that is not over. The
 * signature is checked only when the public key is known.
 */
export const isValidBearer = (authorization: string | undefined, publicKey: string | undefined): boolean => {
  const token = /^Bearer\s+([\w-]+)\.([\w-]+)\.([\w-]+)$/i.exec(authorization ?? "");
  if (!token) return false;
  const [, head, body, mark] = token;
  const header = decoded(head!);
  const claims = decoded(body!);
  if (header?.alg !== "RS256" || !claims) return false;
  const now = Date.now() / 1_000;
  const { application_id: application, iat, exp, jti } = claims;
  if (typeof application !== "string" || typeof jti !== "string") return false;
  if (typeof iat !== "number" || (exp !== undefined && !(typeof exp === "number" && exp > now))) return false;
  if (publicKey === undefined) return true;
  const signed = Buffer.from(`${head}.${body}`);
  return verify("RSA-SHA256", signed, createPublicKey(publicKey), Buffer.from(mark!, "base64url"));
};

const decoded = (part: string) => parseObject(Buffer.from(part, "base64url").toString("utf8"));
