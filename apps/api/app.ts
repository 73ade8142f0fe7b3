import type { RequestListener } from "node:http";
import Router from "@koa/router";
import Koa, { type Context, type Middleware } from "koa";
import { auditRoutes } from "#apps/api/routes/audit.ts";
import { broadcastRoutes } from "#apps/api/routes/broadcasts.ts";
import { conversationRoutes } from "#apps/api/routes/conversations.ts";
import { eventRoutes } from "#apps/api/routes/events.ts";
import { failureRoutes } from "#apps/api/routes/failures.ts";
import { ALIVE, readiness } from "#apps/api/routes/health.ts";
import { linkRoutes } from "#apps/api/routes/links.ts";
import { messageRoutes } from "#apps/api/routes/messages.ts";
import { numberRoutes } from "#apps/api/routes/numbers.ts";
import { openingRoutes } from "#apps/api/routes/openings.ts";
import { optOutRoutes } from "#apps/api/routes/opt-outs.ts";
import { poolRoutes } from "#apps/api/routes/pool.ts";
import { privacyRoutes } from "#apps/api/routes/privacy.ts";
import { routeExplanationRoutes } from "#apps/api/routes/route-explanations.ts";
import { serviceRoutes } from "#apps/api/routes/services.ts";
import { swapRoutes } from "#apps/api/routes/swaps.ts";
import { webhookEndpointRoutes } from "#apps/api/routes/webhook-endpoints.ts";
import { type RecordAudit, recordAudit } from "#core/use-cases/record-audit.ts";
import { type Answer, ok } from "./answers.ts";
import type { ConsoleOptions } from "./console/console-options.ts";
import { CONSOLE_PAGE } from "./console/console-page.ts";
import { consoleRoutes } from "./console/console-routes.ts";
import { withoutRealNumbers } from "./console/mask-numbers.ts";
import { sessions } from "./console/sessions.ts";
import type { ApiOptions, ApiPorts } from "./context.ts";
import type { Endpoint } from "./endpoint.ts";
import { errorBoundary, write } from "./error-boundary.ts";
import { openApiServed } from "./openapi/served-document.ts";
import { servePages } from "./pages/serve-pages.ts";
import { problem, unavailable } from "./problems.ts";
import { rateLimit } from "./rate-limit.ts";
import { REFERENCE_PAGE } from "./reference-page.ts";
import { apiClientOf, isFromBrowser, requireApiKey } from "./require-api-key.ts";
import { endpointRunner } from "./run-endpoint.ts";
import { type ServiceAccess, serviceAccess } from "./service-access.ts";
import type { ApiUseCases } from "./use-cases.ts";

/** Every call of the API that takes a key. The order matters: `/v1/numbers/available` is no number. */
export const endpoints = (useCases: ApiUseCases): readonly Endpoint[] => [
  ...openingRoutes(useCases),
  ...conversationRoutes(useCases),
  ...swapRoutes(useCases),
  ...messageRoutes(useCases),
  ...broadcastRoutes(useCases),
  ...numberRoutes(useCases),
  ...poolRoutes(useCases),
  ...routeExplanationRoutes(useCases),
  ...optOutRoutes(useCases),
  ...serviceRoutes(useCases),
  ...linkRoutes(useCases),
  ...failureRoutes(useCases),
  ...eventRoutes(useCases),
  ...webhookEndpointRoutes(useCases),
  ...privacyRoutes(useCases),
  ...auditRoutes(useCases),
];

/** What people look at with a browser. */
export const pages = servePages([CONSOLE_PAGE, REFERENCE_PAGE]);

/**
 * The API as Node's HTTP server wants it. `webhooks` answer what carriers bring, and hand on what they do not know; carriers
 * come without a key, and most of all, so they are answered before anybody else.
 */
export const apiApp = (
  ports: ApiPorts,
  options: ApiOptions,
  consoleOptions: ConsoleOptions,
  webhooks: readonly Middleware[] = [],
): RequestListener => {
  const app = new Koa();
  const access = serviceAccess(ports, options, endpoints);
  const record = recordAudit({ audit: ports.storage.audit, clock: ports.clock });
  const browsers = sessions(consoleOptions, options.apiKeys, ports.clock);
  app.use(errorBoundary(ports));
  for (const each of webhooks) app.use(each);
  app.use(pages.middleware);
  app.use(consoleRoutes({ options: consoleOptions, sessions: browsers, access, record, ...ports }));
  app.use(requireApiKey(options.apiKeys, browsers, ports.metrics));
  app.use(rateLimit(options.apiRate, () => performance.now()));
  // The router brings its own idea of a context, which is Koa's with more on it.
  app.use(routerOf(ports, access, record).routes() as unknown as Middleware);
  app.use(unmatched);
  // Whatever breaks a connection while an answer is written is between the network and the client.
  app.on("error", () => {});
  return app.callback();
};

/**
 * What is served while the process still prepares itself: carriers can bring texts, and everybody else is asked to come again.
 */
export const startingApp = (ports: ApiPorts, webhooks: readonly Middleware[]): RequestListener => {
  const app = new Koa();
  app.use(errorBoundary(ports));
  for (const each of webhooks) app.use(each);
  app.use((context) => write(context, context.path === "/healthz" ? ALIVE : STARTING));
  app.on("error", () => {});
  return app.callback();
};

const STARTING = unavailable("Starting");

const routerOf = (ports: ApiPorts, access: ServiceAccess, record: RecordAudit): Router => {
  const router = new Router();
  const ready = readiness(access.everywhere.useCases);
  const run = endpointRunner(ports, record);
  router.get("/", (context) => write(context, FRONT));
  router.get("/healthz", (context) => write(context, ALIVE));
  router.get("/readyz", async (context) => write(context, await ready()));
  router.get("/metrics", async (context) => {
    const text = await ports.metrics.read();
    context.set("Cache-Control", "no-store");
    context.type = "text/plain; version=0.0.4; charset=utf-8";
    context.body = text;
  });
  const { calls } = access.everywhere;
  router.get("/openapi.json", openApiServed(calls));
  // Calls stand at the same places for every key; what they do is done with what the key may see.
  calls.forEach(({ path, method }, place) => {
    router.register(path, [method], async (context) => {
      const seen = await access.of(apiClientOf(context as Context));
      const answer = seen ? await run(seen.calls[place]!, context as Context) : NO_SERVICE_OF_KEY;
      write(context, forClient(context as Context, answer));
    });
  });
  return router;
};

/** Browsers get no real number unless somebody asks for that one. */
const forClient = (context: Context, answer: Answer): Answer =>
  isFromBrowser(context) ? { ...answer, body: withoutRealNumbers(context.path, answer.body) } : answer;

/** What no route has taken. */
const unmatched: Middleware = (context) => {
  const matched = (context.matched ?? []) as readonly { readonly methods: readonly string[] }[];
  const methods = [...new Set(matched.flatMap((layer) => layer.methods))].join(", ");
  if (methods === "") return write(context, NO_ROUTE);
  write(context, problem("method-not-allowed", `Only ${methods}`, { headers: { Allow: methods } }));
};

/** Where to go from here. */
const FRONT = ok({
  service: "sms-proxy",
  api: "/v1 (Authorization: Bearer with an API key)",
  health: "/healthz",
  readiness: "/readyz",
  metrics: "/metrics",
  description: "/openapi.json",
  reference: "/docs",
  documentation: "README.md",
});

const NO_SERVICE_OF_KEY = problem("forbidden", "The service of this API key does not exist");
const NO_ROUTE = problem("not-found", "There is nothing at this address");
