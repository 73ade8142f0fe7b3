import { REVIVED, rotateSecrets, type WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Events } from "#core/ports/events.ts";
import { StorageUnavailable } from "#core/ports/storage.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";
import type { EndpointChange, Webhooks } from "#core/ports/webhooks.ts";
import { checkWebhookEndpoint, type EndpointInput, type EndpointRefusal } from "./check-webhook-endpoint.ts";

type Store = Pick<Webhooks, "get" | "change">;

/** People change one endpoint at the same time seldom; more often than this, never. */
const TRIES = 10;

/** Changes an endpoint from what it is; null: there is none. */
const changeFrom = async (
  webhooks: Store,
  id: string,
  changeOf: (endpoint: WebhookEndpoint) => EndpointChange,
): Promise<WebhookEndpoint | null> => {
  for (let n = 0; n < TRIES; n += 1) {
    const endpoint = await webhooks.get(id);
    if (!endpoint) return null;
    const changed = await webhooks.change(id, endpoint.version, changeOf(endpoint));
    if (changed !== "version-mismatch") return changed;
  }
  throw new StorageUnavailable("A webhook endpoint is changed all the time");
};

export interface PatchWebhookEndpointPorts {
  readonly webhooks: Store;
  readonly sender: Pick<WebhookSender, "check">;
}

export type PatchWebhookEndpointOutcome =
  | { readonly kind: "changed"; readonly endpoint: WebhookEndpoint }
  | { readonly kind: "unknown" }
  | EndpointRefusal;

/** Changes what is delivered, and where. */
export const patchWebhookEndpoint = ({ webhooks, sender }: PatchWebhookEndpointPorts) => {
  const check = checkWebhookEndpoint({ sender });
  return async (id: string, input: Partial<EndpointInput>): Promise<PatchWebhookEndpointOutcome> => {
    const known = await webhooks.get(id);
    if (!known) return { kind: "unknown" };
    const refusal = await check({ ...known, ...input });
    if (refusal) return refusal;
    const endpoint = await changeFrom(webhooks, id, () => input);
    return endpoint ? { kind: "changed", endpoint } : { kind: "unknown" };
  };
};

/** Nothing is delivered until it is resumed; what happens meanwhile is kept as long as events are. */
export const pauseWebhookEndpoint =
  ({ webhooks }: { readonly webhooks: Store }) =>
  (id: string): Promise<WebhookEndpoint | null> =>
    changeFrom(webhooks, id, () => ({ state: "paused", disabledReason: null }));

/** Goes on from where deliveries had come to. */
export const resumeWebhookEndpoint =
  ({ webhooks }: { readonly webhooks: Store }) =>
  (id: string): Promise<WebhookEndpoint | null> =>
    changeFrom(webhooks, id, () => REVIVED);

export interface RotateWebhookSecretPorts {
  readonly webhooks: Store;
  readonly sender: Pick<WebhookSender, "newSecret">;
  readonly clock: Clock;
}

/** A new secret signs from now on, and the old one too for `overlapMs`. */
export const rotateWebhookSecret =
  ({ webhooks, sender, clock }: RotateWebhookSecretPorts) =>
  async (
    id: string,
    overlapMs: number,
  ): Promise<{ readonly endpoint: WebhookEndpoint; readonly secret: string } | null> => {
    const secret = sender.newSecret();
    const endpoint = await changeFrom(webhooks, id, ({ secrets }) => ({
      secrets: rotateSecrets(secrets ?? [], secret, clock.now(), overlapMs),
    }));
    return endpoint && { endpoint, secret };
  };

export interface ReplayWebhooksPorts {
  readonly webhooks: Store;
  readonly events: Pick<Events, "placeAt">;
}

/** Delivers once more what has happened since an instant, as far as it is kept; under the same ids. */
export const replayWebhooks =
  ({ webhooks, events }: ReplayWebhooksPorts) =>
  async (id: string, since: number): Promise<WebhookEndpoint | null> => {
    const cursor = await events.placeAt(since);
    return changeFrom(webhooks, id, () => ({ cursor, skipBefore: since }));
  };
