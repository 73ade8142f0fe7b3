import type { Context, Middleware } from "koa";
import { type ApiClient, type ApiKey, authentication } from "./authentication.ts";
import { write } from "./error-boundary.ts";
import { problem } from "./problems.ts";

/** Requests of one key that are carried out at the same time; more are told to come again. */
export const CONCURRENT_MAX = 200;

/** Keeps out who has no key from everything under `/v1`, also from what does not exist, and who asks too much at once. */
export const requireApiKey = (keys: readonly ApiKey[]): Middleware => {
  const authenticate = authentication(keys);
  const running = new Map<string, number>();
  return async (context, next) => {
    if (!/^\/v1(\/|$)/i.test(context.path)) return next();
    const client = authenticate(context.get("authorization"));
    if (!client) return write(context, UNAUTHORIZED);
    const count = running.get(client.name) ?? 0;
    if (count >= CONCURRENT_MAX) return write(context, TOO_MANY);
    running.set(client.name, count + 1);
    context.state.client = client;
    try {
      await next();
    } finally {
      running.set(client.name, running.get(client.name)! - 1);
    }
  };
};

export const apiClientOf = (context: Context): ApiClient => context.state.client as ApiClient;

const UNAUTHORIZED = problem("unauthorized", "Authorization: Bearer with a known API key is needed", {
  headers: { "WWW-Authenticate": "Bearer" },
});
const TOO_MANY = problem("too-many-requests", `At most ${CONCURRENT_MAX} requests at a time`, {
  headers: { "Retry-After": "1" },
});
