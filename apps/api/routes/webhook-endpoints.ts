import { z } from "zod";
import { type Answer, created, noContent, ok } from "#apps/api/answers.ts";
import { pageOf, showSlice } from "#apps/api/cursors.ts";
import { type Endpoint, endpoint } from "#apps/api/endpoint.ts";
import * as answers from "#apps/api/openapi/webhook-endpoint-schemas.ts";
import { invalid, problem } from "#apps/api/problems.ts";
import { optionalServiceName, readWebhookEndpointId } from "#apps/api/public-ids.ts";
import { BLOCKED_URL, NO_SERVICE, NO_WEBHOOK_ENDPOINT } from "#apps/api/refusals.ts";
import { showAttempt, showWebhookEndpoint } from "#apps/api/show-webhook-endpoint.ts";
import type { ApiUseCases } from "#apps/api/use-cases.ts";
import * as fields from "#apps/api/validation.ts";
import { OVERLAP_MAX_MS, OVERLAP_MS, type WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { EndpointInput, EndpointRefusal } from "#core/use-cases/check-webhook-endpoint.ts";

const url = z
  .string("must be a text")
  .max(2_000, "must be at most 2000 characters long")
  .meta({ description: "Where events are posted to: https, or http where it is a private network" });
const patterns = z
  .array(z.string("must be a text").max(100, "must be shorter"), 'must be a list such as ["message.*"]')
  .min(1, "must not be empty")
  .max(100, "must have at most 100 entries")
  .meta({ description: "Types of events, or patterns such as `message.*`; `*`: all" });
const include = z
  .array(z.enum(["text"], "must be text"), 'must be a list such as ["text"]')
  .max(1, "must have at most 1 entry")
  .meta({ description: "`text`: events of messages tell what they say; over https only" });

const adding = z.strictObject({
  url,
  events: patterns,
  include: include.default([]),
  service: fields.service.nullish(),
});
const changing = z.strictObject({
  url: url.optional(),
  events: patterns.optional(),
  include: include.optional(),
});
const NO_FIELDS = z.strictObject({});

const PATH = "/v1/webhook-endpoints";
const ONE = `${PATH}/:id`;
const EXAMPLE = { url: "https://app.example/webhooks", events: ["message.*", "conversation.closed"] };
const TAG = "Webhooks";

const refused = (refusal: EndpointRefusal): Answer => {
  switch (refusal.kind) {
    case "invalid-url":
      return invalid({ path: "url", message: refusal.reason });
    case "blocked-url":
      return BLOCKED_URL;
    case "unknown-type":
      return invalid({
        path: `events.${refusal.index}`,
        message: "must be a type of event or such as message.*",
      });
    case "needs-https":
      return invalid({ path: "include", message: "must not name text unless url begins with https://" });
  }
};

const TOO_MANY = problem("too-many-requests", "There are as many webhook endpoints as there may be", {
  headers: { "Retry-After": "60" },
});

type Handle = Endpoint["handle"];

export const webhookEndpointRoutes = (useCases: ApiUseCases): readonly Endpoint[] => {
  /** For the endpoint that the path names. */
  const forId =
    (handle: (id: string, request: Parameters<Handle>[0]) => Promise<Answer>): Handle =>
    async (request) => {
      const id = readWebhookEndpointId(request.params.id ?? "");
      return id === null ? NO_WEBHOOK_ENDPOINT : handle(id, request);
    };
  const shown = (found: WebhookEndpoint | null): Answer =>
    found ? ok(showWebhookEndpoint(found)) : NO_WEBHOOK_ENDPOINT;
  const action = (
    name: string,
    operationId: string,
    summary: string,
    handle: (id: string) => Promise<WebhookEndpoint | null>,
  ): Endpoint =>
    endpoint({
      method: "POST",
      path: `${ONE}/${name}`,
      operationId,
      tag: TAG,
      summary,
      scope: "admin",
      answers: { 200: answers.webhookEndpoint },
      problems: ["not-found"],
      body: NO_FIELDS,
      handle: forId(async (id) => shown(await handle(id))),
    });

  return [
    endpoint({
      method: "POST",
      path: PATH,
      operationId: "addWebhookEndpoint",
      tag: TAG,
      summary: "Delivers events to an address from now on; its secret is shown this once",
      scope: "admin",
      example: EXAMPLE,
      answers: { 201: answers.webhookEndpointWithSecret },
      problems: ["blocked-url", "not-found"],
      body: adding,
      handle: async ({ body: { service: named, ...input }, ids }) => {
        const service = await useCases.findService(optionalServiceName(named));
        if (!service) return NO_SERVICE;
        const outcome = await useCases.addWebhookEndpoint(input, service.slug, ids);
        if (outcome.kind === "too-many") return TOO_MANY;
        if (outcome.kind !== "added") return refused(outcome);
        return created({ ...showWebhookEndpoint(outcome.endpoint), secret: outcome.secret });
      },
    }),
    endpoint({
      method: "GET",
      path: PATH,
      operationId: "listWebhookEndpoints",
      tag: TAG,
      summary: "Lists webhook endpoints, without their secrets",
      scope: "read",
      answers: { 200: answers.webhookEndpoints },
      problems: ["not-found"],
      query: z.strictObject({ ...fields.pageQuery, service: fields.ofService }),
      handle: async ({ query: { service: named, ...at } }) => {
        const page = pageOf("webhook-endpoints", at);
        if (!page.ok) return page.error;
        const service = named === undefined ? null : await useCases.findService(optionalServiceName(named));
        if (named !== undefined && !service) return NO_SERVICE;
        const slice = await useCases.listWebhookEndpoints(service?.slug ?? null, page.value);
        return ok(showSlice("webhook-endpoints", slice, showWebhookEndpoint));
      },
    }),
    endpoint({
      method: "GET",
      path: ONE,
      operationId: "getWebhookEndpoint",
      tag: TAG,
      summary: "Shows a webhook endpoint and how its deliveries stand",
      scope: "read",
      answers: { 200: answers.webhookEndpoint },
      problems: ["not-found"],
      handle: forId(async (id) => shown(await useCases.getWebhookEndpoint(id))),
    }),
    endpoint({
      method: "PATCH",
      path: ONE,
      operationId: "changeWebhookEndpoint",
      tag: TAG,
      summary: "Changes which events are delivered, and where",
      scope: "admin",
      example: { events: ["*"] },
      answers: { 200: answers.webhookEndpoint },
      problems: ["not-found", "blocked-url"],
      body: changing,
      handle: forId(async (id, { body }) => {
        const outcome = await useCases.patchWebhookEndpoint(id, body as Partial<EndpointInput>);
        if (outcome.kind === "unknown") return NO_WEBHOOK_ENDPOINT;
        return outcome.kind === "changed" ? ok(showWebhookEndpoint(outcome.endpoint)) : refused(outcome);
      }),
    }),
    endpoint({
      method: "DELETE",
      path: ONE,
      operationId: "removeWebhookEndpoint",
      tag: TAG,
      summary: "Ends the deliveries to an address, and forgets what was to be tried again",
      scope: "admin",
      answers: { 204: null },
      problems: ["not-found"],
      handle: forId(async (id) =>
        (await useCases.removeWebhookEndpoint(id)) ? noContent : NO_WEBHOOK_ENDPOINT,
      ),
    }),
    endpoint({
      method: "POST",
      path: `${ONE}/rotate`,
      operationId: "rotateWebhookSecret",
      tag: TAG,
      summary: "Makes a new secret, which is shown this once; the old one signs as well for a while",
      scope: "admin",
      example: { overlap: "24h" },
      answers: { 200: answers.webhookEndpointWithSecret },
      problems: ["not-found"],
      body: z.strictObject({ overlap: fields.overlap(OVERLAP_MAX_MS).default(OVERLAP_MS) }),
      handle: async ({ params, body }) => {
        const id = readWebhookEndpointId(params.id ?? "");
        const rotated = id === null ? null : await useCases.rotateWebhookSecret(id, body.overlap);
        if (!rotated) return NO_WEBHOOK_ENDPOINT;
        return ok({ ...showWebhookEndpoint(rotated.endpoint), secret: rotated.secret });
      },
    }),
    endpoint({
      method: "POST",
      path: `${ONE}/test`,
      operationId: "testWebhookEndpoint",
      tag: TAG,
      summary: "Posts an event of the type endpoint.test at once, and shows how it was taken",
      scope: "admin",
      answers: { 200: answers.delivery },
      problems: ["not-found"],
      body: NO_FIELDS,
      handle: forId(async (id, { ids }) => {
        const attempt = await useCases.testWebhookEndpoint(id, ids);
        return attempt ? ok(showAttempt(attempt)) : NO_WEBHOOK_ENDPOINT;
      }),
    }),
    action("pause", "pauseWebhookEndpoint", "Delivers nothing until it is resumed", (id) =>
      useCases.pauseWebhookEndpoint(id),
    ),
    action("resume", "resumeWebhookEndpoint", "Delivers again, from where deliveries had come to", (id) =>
      useCases.resumeWebhookEndpoint(id),
    ),
    endpoint({
      method: "POST",
      path: `${ONE}/replay`,
      operationId: "replayWebhooks",
      tag: TAG,
      summary: "Delivers once more what has happened since a time, under the same ids",
      scope: "admin",
      example: { since: "2026-01-31T12:00:00Z" },
      answers: { 200: answers.webhookEndpoint },
      problems: ["not-found"],
      body: z.strictObject({ since: fields.instant }),
      handle: async ({ params, body }) => {
        const id = readWebhookEndpointId(params.id ?? "");
        return shown(id === null ? null : await useCases.replayWebhooks(id, body.since));
      },
    }),
    endpoint({
      method: "GET",
      path: `${ONE}/deliveries`,
      operationId: "listDeliveries",
      tag: TAG,
      summary: "Lists the newest attempts: those that failed, and some of those that did not",
      scope: "read",
      answers: { 200: answers.deliveries },
      problems: ["not-found"],
      query: z.strictObject({ limit: fields.pageLimit(200, 50) }),
      handle: async ({ params, query }) => {
        const id = readWebhookEndpointId(params.id ?? "");
        if (id === null || !(await useCases.getWebhookEndpoint(id))) return NO_WEBHOOK_ENDPOINT;
        const attempts = await useCases.listDeliveries(id, query.limit);
        return ok({ items: attempts.map(showAttempt), next: null });
      },
    }),
  ];
};
