import type { RequestListener } from "node:http";
import Router from "@koa/router";
import Koa, { type Context, type Middleware } from "koa";
import type { Answer } from "./answers.ts";
import { authentication, type Caller } from "./authentication.ts";
import { readJson } from "./body.ts";
import type { ApiOptions, ApiPorts } from "./dependencies.ts";
import type { Endpoint } from "./endpoint.ts";
import { repeatable } from "./idempotency.ts";
import { outermost, write } from "./outermost.ts";
import { invalid, problem } from "./problems.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { health } from "./routes/health.ts";
import { linkRoutes } from "./routes/links.ts";
import { messageRoutes } from "./routes/messages.ts";
import { numberRoutes } from "./routes/numbers.ts";
import { optOutRoutes } from "./routes/opt-outs.ts";
import { routeRoutes } from "./routes/routes.ts";
import { swapRoutes } from "./routes/swaps.ts";
import { validate } from "./validation.ts";

/** Requests of one key that are carried out at the same time; more are told to come again. */
const CONCURRENT_MAX = 200;

/** Every call of the API that takes a key. The order matters: `/v1/numbers/available` is no number. */
export const endpoints = (ports: ApiPorts, options: ApiOptions): readonly Endpoint[] => [
  ...conversationRoutes(ports, options),
  ...swapRoutes(ports, options),
  ...messageRoutes(ports, options),
  ...numberRoutes(ports),
  ...routeRoutes(ports),
  ...optOutRoutes(ports),
  ...linkRoutes(ports),
];

/**
 * The API as Node's HTTP server wants it. `webhooks` are routes that carriers call; they come without a key, read their own
 * bodies and write their own answers.
 */
export const apiApp = (
  ports: ApiPorts,
  options: ApiOptions,
  webhooks: readonly Pick<Router, "routes">[] = [],
): RequestListener => {
  const app = new Koa();
  const router = new Router();
  const { alive, ready } = health(ports);
  router.get("/healthz", (context) => write(context, alive()));
  router.get("/readyz", async (context) => write(context, await ready()));
  const run = runner(ports);
  for (const { method, path, ...rest } of endpoints(ports, options))
    router.register(path, [method], (context) => run({ method, path, ...rest }, context as Context));
  app.use(outermost(ports));
  for (const each of webhooks) app.use(each.routes() as unknown as Middleware);
  app.use(onlyKnown(options));
  app.use(router.routes() as unknown as Middleware);
  app.use(unmatched);
  // Whatever breaks a connection while an answer is written is between the network and the caller.
  app.on("error", () => {});
  return app.callback();
};

/** Keeps out who has no key from everything under `/v1`, also from what does not exist, and who asks too much at once. */
const onlyKnown = ({ apiKeys }: Pick<ApiOptions, "apiKeys">): Middleware => {
  const authenticate = authentication(apiKeys);
  const running = new Map<string, number>();
  return async (context, next) => {
    if (!/^\/v1(\/|$)/.test(context.path)) return next();
    const caller = authenticate(context.get("authorization"));
    if (!caller) return write(context, UNAUTHORIZED);
    const count = running.get(caller.name) ?? 0;
    if (count >= CONCURRENT_MAX) return write(context, TOO_MANY);
    running.set(caller.name, count + 1);
    context.state.caller = caller;
    try {
      await next();
    } finally {
      running.set(caller.name, running.get(caller.name)! - 1);
    }
  };
};

const runner = ({ storage, clock, ids, log }: ApiPorts) => {
  const repeat = repeatable({ idempotency: storage.idempotency, clock, ids, log });

  return async (endpoint: Endpoint, context: Context): Promise<void> => {
    write(context, await answer(endpoint, context));
  };

  async function answer(endpoint: Endpoint, context: Context): Promise<Answer> {
    const caller = context.state.caller as Caller;
    if (endpoint.scope === "admin" && caller.scope !== "admin") return FORBIDDEN;
    const query = validate(endpoint.query, { ...context.query });
    if (!query.ok) return invalid(...query.error);
    const params = context.params as Readonly<Record<string, string>>;
    if (endpoint.method === "GET" || endpoint.method === "DELETE")
      return endpoint.handle({ params, query: query.value, body: {}, ids });
    const json = await readJson(context.req);
    if (!json.ok) return json.error;
    const body = validate(endpoint.body, json.value.value);
    if (!body.ok) return invalid(...body.error);
    const isPost = endpoint.method === "POST";
    const request = {
      key: isPost ? context.get("idempotency-key") || undefined : undefined,
      scope: `${caller.name} ${context.method} ${context.path}`,
      raw: json.value.raw,
    };
    return repeat(request, (own) =>
      endpoint.handle({ params, query: query.value, body: body.value, ids: own }),
    );
  }
};

/** What no route has taken. */
const unmatched: Middleware = (context) => {
  const matched = (context.matched ?? []) as readonly { readonly methods: readonly string[] }[];
  const methods = [...new Set(matched.flatMap((layer) => layer.methods))];
  if (methods.length === 0) return write(context, NO_ROUTE);
  write(
    context,
    problem("method-not-allowed", `Only ${methods.join(", ")}`, { headers: { Allow: methods.join(", ") } }),
  );
};

const UNAUTHORIZED = problem("unauthorized", "Authorization: Bearer with a known API key is needed", {
  headers: { "WWW-Authenticate": "Bearer" },
});
const FORBIDDEN = problem("forbidden", "This API key may only read");
const TOO_MANY = problem("too-many-requests", `At most ${CONCURRENT_MAX} requests at a time`, {
  headers: { "Retry-After": "1" },
});
const NO_ROUTE = problem("not-found", "There is nothing at this address");
