import type { Registry } from "prom-client";
import type { AttemptOutcome } from "#core/domain/webhooks/attempt.ts";
import { counter, gauge } from "./metric-kinds.ts";

/** Attempts to deliver events to applications, by outcome. */
export interface WebhookMeasures {
  readonly count: (outcome: AttemptOutcome) => void;
  readonly counts: () => ReadonlyMap<AttemptOutcome, number>;
}

export const createWebhookMeasures = (): WebhookMeasures => {
  const counts = new Map<AttemptOutcome, number>();
  return {
    count: (outcome) => counts.set(outcome, (counts.get(outcome) ?? 0) + 1),
    counts: () => counts,
  };
};

/** `backlogs`: in milliseconds, by the id of the endpoint. */
export const webhookMetrics = (
  registry: Registry,
  { counts }: WebhookMeasures,
  backlogs: () => ReadonlyMap<string, number>,
): void => {
  counter(registry, "webhook_attempts", "Attempts to deliver an event, by outcome", ["outcome"], () =>
    [...counts()].map(([outcome, count]) => [{ outcome }, count] as const),
  );
  gauge(
    registry,
    "webhook_backlog_seconds",
    "How long the oldest undelivered event has waited, or since when nothing works",
    ["endpoint"],
    () => [...backlogs()].map(([endpoint, ms]) => [{ endpoint }, ms / 1_000] as const),
  );
};
