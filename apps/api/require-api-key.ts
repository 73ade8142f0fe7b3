import type { Context, Middleware } from "koa";
import { type ApiClient, type ApiKey, authentication } from "./authentication.ts";
import type { Sessions } from "./console/sessions.ts";
import { write } from "./error-boundary.ts";
import { problem } from "./problems.ts";

/** Keeps out who has no key, and no session of one, from everything under `/v1`, also from what does not exist. */
export const requireApiKey = (keys: readonly ApiKey[], sessions: Pick<Sessions, "of">): Middleware => {
  const authenticate = authentication(keys);
  return async (context, next) => {
    if (!/^\/v1(\/|$)/i.test(context.path)) return next();
    const authorization = context.get("authorization");
    const session = authorization === "" ? sessions.of(context) : null;
    const client = session?.client ?? authenticate(authorization);
    if (!client) return write(context, UNAUTHORIZED);
    context.state.client = client;
    context.state.isFromBrowser = session !== null;
    await next();
  };
};

/** Whether a session, and no key, came with the request. */
export const isFromBrowser = (context: Context): boolean => context.state.isFromBrowser === true;

export const apiClientOf = (context: Context): ApiClient => context.state.client as ApiClient;

const UNAUTHORIZED = problem("unauthorized", "Authorization: Bearer with a known API key is needed", {
  headers: { "WWW-Authenticate": "Bearer" },
});
