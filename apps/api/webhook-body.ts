import type { LoggedEvent } from "#core/domain/event.ts";
import type { WebhookEndpoint } from "#core/domain/webhooks/endpoint.ts";
import type { Conversations } from "#core/ports/conversations.ts";
import { TEST_TYPE } from "#core/use-cases/test-webhook-endpoint.ts";
import { webhookEndpointId } from "./public-ids.ts";
import { showTime } from "./representations.ts";
import { showEventData, showSubject } from "./show-event.ts";

/** Standard Webhooks 1.0.0 asks for less than 20 kB. */
const BODY_MAX = 20_000;

const bodyOf = (event: LoggedEvent, text: { readonly text?: string | null }): string =>
  JSON.stringify({
    type: event.type,
    timestamp: showTime(event.at),
    data: {
      subject: showSubject(event),
      service: event.service,
      cursor: event.cursor,
      ...showEventData(event),
      ...text,
    },
  });

/** What is delivered of an event: no text and no real number, unless the endpoint asks for texts. */
export const webhookBody =
  ({ conversations }: { readonly conversations: Pick<Conversations, "message"> }) =>
  async (event: LoggedEvent, withText: boolean): Promise<string> => {
    if (!withText || !event.type.startsWith("message.") || event.subject === null) return bodyOf(event, {});
    const text = (await conversations.message(event.subject))?.text ?? null;
    const body = bodyOf(event, { text });
    return Buffer.byteLength(body) < BODY_MAX ? body : bodyOf(event, { text: null });
  };

export const testBody = ({ id, service }: WebhookEndpoint, at: number): string =>
  JSON.stringify({
    type: TEST_TYPE,
    timestamp: showTime(at),
    data: { subject: webhookEndpointId(id), service },
  });
