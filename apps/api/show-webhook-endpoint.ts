import type { KeptAttempt } from "#core/domain/webhooks/attempt.ts";
import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import { webhookEndpointId } from "./public-ids.ts";
import { showTime } from "./representations.ts";

const timeOrNull = (ms: number | null): string | null => (ms === null ? null : showTime(ms));

/** Without its secrets. */
export const showWebhookEndpoint = (endpoint: WebhookEndpoint) => ({
  id: webhookEndpointId(endpoint.id),
  url: endpoint.url,
  events: endpoint.events,
  include: endpoint.include,
  service: endpoint.service,
  state: endpoint.state,
  disabledReason: endpoint.disabledReason,
  createdAt: showTime(endpoint.createdAt),
  lastDeliveredAt: timeOrNull(endpoint.lastDeliveredAt),
  failingSince: timeOrNull(endpoint.breaker.failingSince),
  nextAttemptAt: timeOrNull(endpoint.breaker.probeAt),
});

export const showAttempt = ({ eventType, at, ...attempt }: KeptAttempt) => ({
  ...attempt,
  type: eventType,
  at: showTime(at),
});
