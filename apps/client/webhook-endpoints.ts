import type { Body, Calls, Filter } from "./calls.ts";
import type { CallOptions } from "./transport.ts";

/** Where events are delivered; `verifyWebhook` checks what comes. */
export const webhookEndpointCalls = ({ call, list }: Calls) => ({
  list: (query: Filter<"listWebhookEndpoints"> = {}, options?: CallOptions) =>
    list<"listWebhookEndpoints">((cursor) =>
      call<"listWebhookEndpoints">("GET", "/v1/webhook-endpoints", { query: { ...query, cursor } }, options),
    ),
  /** Its secret is answered now and never again. */
  add: (body: Body<"addWebhookEndpoint">, options?: CallOptions) =>
    call<"addWebhookEndpoint">("POST", "/v1/webhook-endpoints", { body }, options),
  get: (id: string, options?: CallOptions) =>
    call<"getWebhookEndpoint">("GET", "/v1/webhook-endpoints/{id}", { params: { id } }, options),
  patch: (id: string, body: Body<"changeWebhookEndpoint">, options?: CallOptions) =>
    call<"changeWebhookEndpoint">("PATCH", "/v1/webhook-endpoints/{id}", { params: { id }, body }, options),
  remove: (id: string, options?: CallOptions) =>
    call<"removeWebhookEndpoint">("DELETE", "/v1/webhook-endpoints/{id}", { params: { id } }, options),
  /** A new secret; the old one signs as well for a while. */
  rotate: (id: string, body: Body<"rotateWebhookSecret"> = {}, options?: CallOptions) =>
    call<"rotateWebhookSecret">(
      "POST",
      "/v1/webhook-endpoints/{id}/rotate",
      { params: { id }, body },
      options,
    ),
  test: (id: string, options?: CallOptions) =>
    call<"testWebhookEndpoint">("POST", "/v1/webhook-endpoints/{id}/test", { params: { id } }, options),
  pause: (id: string, options?: CallOptions) =>
    call<"pauseWebhookEndpoint">("POST", "/v1/webhook-endpoints/{id}/pause", { params: { id } }, options),
  resume: (id: string, options?: CallOptions) =>
    call<"resumeWebhookEndpoint">("POST", "/v1/webhook-endpoints/{id}/resume", { params: { id } }, options),
  /** Delivers again what has happened since. */
  replay: (id: string, body: Body<"replayWebhooks">, options?: CallOptions) =>
    call<"replayWebhooks">("POST", "/v1/webhook-endpoints/{id}/replay", { params: { id }, body }, options),
  /** Attempts, with what was answered. */
  deliveries: (id: string, query: Filter<"listDeliveries"> = {}, options?: CallOptions) =>
    list<"listDeliveries">(() =>
      call<"listDeliveries">(
        "GET",
        "/v1/webhook-endpoints/{id}/deliveries",
        { params: { id }, query },
        options,
      ),
    ),
});
