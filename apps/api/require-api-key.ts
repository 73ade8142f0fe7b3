import type { Context, Middleware } from "koa";
import { type ApiClient, type ApiKey, authentication } from "./authentication.ts";
import { write } from "./error-boundary.ts";
import { problem } from "./problems.ts";

/** Keeps out who has no key from everything under `/v1`, also from what does not exist. */
export const requireApiKey = (keys: readonly ApiKey[]): Middleware => {
  const authenticate = authentication(keys);
  return async (context, next) => {
    if (!/^\/v1(\/|$)/i.test(context.path)) return next();
    const client = authenticate(context.get("authorization"));
    if (!client) return write(context, UNAUTHORIZED);
    context.state.client = client;
    await next();
  };
};

export const apiClientOf = (context: Context): ApiClient => context.state.client as ApiClient;

const UNAUTHORIZED = problem("unauthorized", "Authorization: Bearer with a known API key is needed", {
  headers: { "WWW-Authenticate": "Bearer" },
});
