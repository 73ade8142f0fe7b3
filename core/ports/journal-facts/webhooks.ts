import type { LevelsOf } from "./level.ts";

/** Deliveries of events to applications. */
export interface WebhookFacts {
  /** An application's endpoint has failed several times in a row: until it works, one attempt is made for each step of the schedule. */
  readonly webhookFailing: {
    readonly endpointId: string;
    readonly code: string;
    readonly failures: number;
    readonly againInMs: number;
  };
  readonly webhookRecovered: { readonly endpointId: string; readonly failedMs: number };
  /** Nothing is delivered there until somebody resumes it. */
  readonly webhookDisabled: { readonly endpointId: string; readonly reason: string };
  /** All attempts to deliver an event have failed. */
  readonly webhookGivenUp: { readonly endpointId: string; readonly eventId: string; readonly code: string };
  /** Events were dropped from the log before they could be delivered. */
  readonly webhookEventsMissed: { readonly endpointId: string };
}

export const WEBHOOK_LEVELS: LevelsOf<WebhookFacts> = {
  webhookFailing: "warn",
  webhookRecovered: "info",
  webhookDisabled: "error",
  webhookGivenUp: "warn",
  webhookEventsMissed: "error",
};
