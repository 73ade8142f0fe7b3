import { judgeAttempt, type KeptAttempt } from "#core/domain/webhooks/attempt.ts";
import { secretsAt, type WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { Ids } from "#core/ports/ids.ts";
import type { WebhookSender } from "#core/ports/webhook-sender.ts";
import type { Webhooks } from "#core/ports/webhooks.ts";

/** The type of what is sent to try an endpoint: nothing has happened. */
export const TEST_TYPE = "endpoint.test";

export interface TestWebhookEndpointPorts {
  readonly webhooks: Pick<Webhooks, "get" | "keepAttempt">;
  readonly sender: Pick<WebhookSender, "post">;
  readonly clock: Clock;
  /** The body of a test. */
  readonly testBody: (endpoint: WebhookEndpoint, at: number) => string;
}

/** Makes one attempt at once, also where deliveries are paused; it is not repeated, and counts for nothing. Null: there is no such endpoint. */
export const testWebhookEndpoint =
  ({ webhooks, sender, clock, testBody }: TestWebhookEndpointPorts) =>
  async (id: string, ids: Ids): Promise<KeptAttempt | null> => {
    const endpoint = await webhooks.get(id);
    if (!endpoint) return null;
    const at = clock.now();
    const eventId = `test_${ids.next()}`;
    const outcome = await sender.post({
      url: endpoint.url,
      id: eventId,
      at,
      body: testBody(endpoint, at),
      secrets: secretsAt(endpoint.secrets ?? [], at),
    });
    const attempt: KeptAttempt = {
      eventId,
      eventType: TEST_TYPE,
      attempt: 1,
      at,
      outcome: judgeAttempt(outcome, at).outcome,
      status: outcome.kind === "answered" ? outcome.status : null,
      tookMs: outcome.tookMs,
      answer: outcome.kind === "answered" ? outcome.answer : null,
    };
    await webhooks.keepAttempt(id, attempt);
    return attempt;
  };
