import { CLOSED } from "#core/domain/webhooks/breaker.ts";
import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Events } from "#core/ports/events.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";
import type { Webhooks } from "#core/ports/webhooks.ts";
import { checkWebhookEndpoint, type EndpointInput, type EndpointRefusal } from "./check-webhook-endpoint.ts";

export interface AddWebhookEndpointPorts {
  readonly webhooks: Pick<Webhooks, "add">;
  readonly events: Pick<Events, "read">;
  readonly sender: Pick<WebhookSender, "check" | "newSecret">;
  readonly clock: Clock;
}

export type AddWebhookEndpointOutcome =
  | { readonly kind: "added"; readonly endpoint: WebhookEndpoint; readonly secret: string }
  | { readonly kind: "too-many" }
  | EndpointRefusal;

/** Delivers the events of a service (its slug) from now on to an address. */
export const addWebhookEndpoint = ({ webhooks, events, sender, clock }: AddWebhookEndpointPorts) => {
  const check = checkWebhookEndpoint({ sender });
  return async (input: EndpointInput, service: string, ids: Ids): Promise<AddWebhookEndpointOutcome> => {
    const refusal = await check(input);
    if (refusal) return refusal;
    const page = await events.read({ after: "now", types: null, limit: 1, service });
    const endpoint = await webhooks.add({
      id: ids.next(),
      service,
      ...input,
      secrets: [{ secret: sender.newSecret(), until: null }],
      state: "active",
      disabledReason: null,
      createdAt: clock.now(),
      version: 1,
      cursor: page.kind === "page" ? page.next : "first",
      skipBefore: null,
      breaker: CLOSED,
      lastDeliveredAt: null,
    });
    if (endpoint === "too-many") return { kind: "too-many" };
    return { kind: "added", endpoint, secret: endpoint.secrets?.[0]?.secret ?? "" };
  };
};
