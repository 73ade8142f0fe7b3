import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { Page, Slice } from "#core/ports/conversations.ts";
import type { Webhooks } from "#core/ports/webhooks.ts";

/** Webhook endpoints by id, of one service (its slug) or of all (null). */
export const listWebhookEndpoints =
  ({ webhooks }: { readonly webhooks: Pick<Webhooks, "list"> }) =>
  async (service: string | null, { limit, after }: Page): Promise<Slice<WebhookEndpoint>> => {
    const rest = (await webhooks.list(service)).filter(({ id }) => after === null || id > after);
    const items = rest.slice(0, limit);
    return { items, next: rest.length > limit ? items.at(-1)!.id : null };
  };
