import { createPrivateKey, type KeyObject, randomUUID, sign } from "node:crypto";
import type { Clock } from "#core/ports/clock.ts";

/** A token lives for 15 minutes and is replaced after 10, so that none runs out on its way. */
const LIFE_S = 900;
const RENEW_S = 600;

export interface ApplicationCredentials {
  readonly applicationId: string;
  /** PEM. Throws at start when it is none: that is a matter of settings. */
  readonly privateKey: string;
}

/** Vonage's bearer tokens for an application: JWT by RS256 with `application_id`, `iat`, `exp` and `jti`. */
export const applicationTokens = (
  { applicationId, privateKey }: ApplicationCredentials,
  clock: Clock,
): (() => string) => {
  const key = createPrivateKey(privateKey);
  let token = "";
  let issuedAt = Number.NEGATIVE_INFINITY;
  return () => {
    const now = Math.floor(clock.now() / 1000);
    if (now < issuedAt || now >= issuedAt + RENEW_S) {
      issuedAt = now;
      token = issue(applicationId, key, now);
    }
    return token;
  };
};

const issue = (applicationId: string, key: KeyObject, now: number): string => {
  const claims = { application_id: applicationId, iat: now, exp: now + LIFE_S, jti: randomUUID() };
  const text = `${encode({ alg: "RS256", typ: "JWT" })}.${encode(claims)}`;
  return `${text}.${sign("RSA-SHA256", Buffer.from(text), key).toString("base64url")}`;
};

const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString("base64url");
