import type { Context, Middleware } from "koa";
import { type ApiClient, type ApiKey, authentication } from "./authentication.ts";
import type { Sessions } from "./console/sessions.ts";
import type { ServedMetrics } from "./context.ts";
import { write } from "./error-boundary.ts";
import { problem } from "./problems.ts";

/** Keeps out who has no key, and no session of one, from everything under `/v1`, also from what does not exist, and from metrics unless they are open. */
export const requireApiKey = (
  keys: readonly ApiKey[],
  sessions: Pick<Sessions, "of">,
  { isOpen }: Pick<ServedMetrics, "isOpen">,
): Middleware => {
  const guarded = isOpen ? /^\/v1(\/|$)/i : /^\/(v1|metrics)(\/|$)/i;
  const authenticate = authentication(keys);
  return async (context, next) => {
    if (!guarded.test(context.path)) return next();
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
