import type { Context } from "koa";
import type { ApiKey } from "#apps/api/authentication.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { ConsoleOptions } from "./console-options.ts";
import { isSameOrigin } from "./same-origin.ts";
import { SESSION_MS, type Session, sessionSeal } from "./session-seal.ts";

/** Sign-in of browsers: a sealed cookie stands for an API key. */
export interface Sessions {
  /** Null: nobody is signed in, or the request does not come from a page of ours. */
  of(context: Context): Session | null;
  /** False: there is no such key. */
  begin(context: Context, secret: string): boolean;
  end(context: Context): void;
}

export const sessions = (
  { encryptionKeys, isHttps }: Pick<ConsoleOptions, "encryptionKeys" | "isHttps">,
  apiKeys: readonly ApiKey[],
  clock: Clock,
): Sessions => {
  const seal = sessionSeal(encryptionKeys, apiKeys);
  const cookieOf = (context: Context) => cookieFor(isHttps || context.get("x-forwarded-proto") === "https");
  return {
    of: (context) => {
      const sealed = valueIn(context.get("cookie"), cookieOf(context).name);
      return sealed !== null && isSameOrigin(context) ? seal.open(sealed, clock.now()) : null;
    },
    begin: (context, secret) => {
      const sealed = seal.begin(secret, clock.now());
      if (sealed === null) return false;
      context.append("Set-Cookie", cookieOf(context).written(sealed, SESSION_MS / 1_000));
      return true;
    },
    end: (context) => context.append("Set-Cookie", cookieOf(context).written("", 0)),
  };
};

/** With its prefix (RFC 6265bis §4.1.3.2), no other host and no plain http can set the cookie. */
const cookieFor = (isHttps: boolean) => {
  const name = isHttps ? "__Host-sms-proxy" : "sms-proxy";
  const secure = isHttps ? "; Secure" : "";
  return {
    name,
    written: (value: string, maxAgeS: number) =>
      `${name}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAgeS}${secure}`,
  };
};

const valueIn = (header: string, name: string): string | null => {
  for (const pair of header.split(";")) {
    const [key, value] = pair.trim().split("=", 2);
    if (key === name && value) return value;
  }
  return null;
};
