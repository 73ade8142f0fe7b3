import type { AttemptOutcome } from "#core/domain/webhooks/attempt.ts";
import { afterFailure, type Breaker, CLOSED, isHopeless, isOpen } from "#core/domain/webhooks/breaker.ts";
import type { DisabledReason, WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { WebhookPorts } from "./sender-context.ts";

/** Whether an endpoint works, as its attempts show. */
export interface EndpointHealth {
  readonly breaker: Breaker;
  readonly lastDeliveredAt: number | null;
  /** Why nothing is delivered there any more; null: it goes on. */
  readonly disable: DisabledReason | null;
  succeeded(): void;
  failed(outcome: AttemptOutcome, isProbe: boolean): void;
}

export const createEndpointHealth = (
  endpoint: WebhookEndpoint,
  { clock, chance, journal }: Pick<WebhookPorts, "clock" | "chance" | "journal">,
): EndpointHealth => {
  let { breaker, lastDeliveredAt } = endpoint;
  let disable: DisabledReason | null = null;
  return {
    get breaker() {
      return breaker;
    },
    get lastDeliveredAt() {
      return lastDeliveredAt;
    },
    get disable() {
      return disable;
    },
    succeeded: () => {
      lastDeliveredAt = clock.now();
      if (isOpen(breaker))
        journal.webhookRecovered({
          endpointId: endpoint.id,
          failedMs: lastDeliveredAt - breaker.failingSince!,
        });
      breaker = CLOSED;
    },
    failed: (outcome, isProbe) => {
      const now = clock.now();
      const before = breaker;
      breaker = afterFailure(breaker, now, chance.next(), isProbe);
      if (isOpen(breaker) && breaker !== before)
        journal.webhookFailing({
          endpointId: endpoint.id,
          code: outcome,
          failures: breaker.failures,
          againInMs: breaker.probeAt! - now,
        });
      if (outcome === "gone") disable = "gone";
      else if (isHopeless(breaker, now)) disable = "failing";
    },
  };
};
