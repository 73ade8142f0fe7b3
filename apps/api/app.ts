import type { RequestListener } from "node:http";
import Router from "@koa/router";
import Koa, { type Context, type Middleware } from "koa";
import { onlyCallers } from "./callers.ts";
import type { ApiOptions, ApiPorts } from "./dependencies.ts";
import type { Endpoint } from "./endpoint.ts";
import { outermost, write } from "./outermost.ts";
import { problem } from "./problems.ts";
import { conversationRoutes } from "./routes/conversations.ts";
import { health } from "./routes/health.ts";
import { linkRoutes } from "./routes/links.ts";
import { messageRoutes } from "./routes/messages.ts";
import { numberRoutes } from "./routes/numbers.ts";
import { openingRoutes } from "./routes/openings.ts";
import { optOutRoutes } from "./routes/opt-outs.ts";
import { routeRoutes } from "./routes/routes.ts";
import { swapRoutes } from "./routes/swaps.ts";
import { endpointRunner } from "./run-endpoint.ts";

/** Every call of the API that takes a key. The order matters: `/v1/numbers/available` is no number. */
export const endpoints = (ports: ApiPorts, options: ApiOptions): readonly Endpoint[] => [
  ...openingRoutes(ports, options),
  ...conversationRoutes(ports, options),
  ...swapRoutes(ports, options),
  ...messageRoutes(ports, options),
  ...numberRoutes(ports),
  ...routeRoutes(ports),
  ...optOutRoutes(ports),
  ...linkRoutes(ports),
];

/**
 * The API as Node's HTTP server wants it. `webhooks` answer what carriers bring, and hand on what they do not know; carriers
 * come without a key, and most of all, so they are answered before anybody else.
 */
export const apiApp = (
  ports: ApiPorts,
  options: ApiOptions,
  webhooks: readonly Middleware[] = [],
): RequestListener => {
  const app = new Koa();
  app.use(outermost(ports));
  for (const each of webhooks) app.use(each);
  app.use(onlyCallers(options.apiKeys));
  // The router brings its own idea of a context, which is Koa's with more on it.
  app.use(routerOf(ports, options).routes() as unknown as Middleware);
  app.use(unmatched);
  // Whatever breaks a connection while an answer is written is between the network and the caller.
  app.on("error", () => {});
  return app.callback();
};

const routerOf = (ports: ApiPorts, options: ApiOptions): Router => {
  const router = new Router();
  const { alive, ready } = health(ports);
  const run = endpointRunner(ports);
  router.get("/healthz", (context) => write(context, alive()));
  router.get("/readyz", async (context) => write(context, await ready()));
  for (const endpoint of endpoints(ports, options))
    router.register(endpoint.path, [endpoint.method], async (context) =>
      write(context, await run(endpoint, context as Context)),
    );
  return router;
};

/** What no route has taken. */
const unmatched: Middleware = (context) => {
  const matched = (context.matched ?? []) as readonly { readonly methods: readonly string[] }[];
  const methods = [...new Set(matched.flatMap((layer) => layer.methods))].join(", ");
  if (methods === "") return write(context, NO_ROUTE);
  write(context, problem("method-not-allowed", `Only ${methods}`, { headers: { Allow: methods } }));
};

const NO_ROUTE = problem("not-found", "There is nothing at this address");
