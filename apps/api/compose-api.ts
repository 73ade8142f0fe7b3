import type { Middleware } from "koa";
import type { Registry } from "prom-client";
import type { DependencyContainer } from "tsyringe";
import { isRefusal } from "#adapters/vonage-http/webhook-answer.ts";
import { webhookHandler } from "#adapters/vonage-http/webhooks.ts";
import { webhookSigning } from "#apps/process/container/carrier.ts";
import {
  API_RULES,
  CLOCK,
  IDS,
  INSIGHT,
  JOURNAL,
  LINKS,
  MARKET,
  SETTINGS,
  SIGNER,
  STORAGE,
  TIMER,
  WEBHOOK_SENDER,
} from "#apps/process/container/container.ts";
import { createHttpMeasures, httpMetrics } from "#apps/process/metrics/http-measures.ts";
import { createMetrics } from "#apps/process/metrics/metrics.ts";
import { isLoopback } from "#apps/process/settings/settings.ts";
import { VERSION } from "#apps/process/version.ts";
import type { Engine } from "#core/engine/engine.ts";
import { createReceiptAcceptance } from "#core/engine/inbound/accept-receipt.ts";
import { checkSent, findOurs } from "#core/engine/inbound/check-sent.ts";
import { processName } from "#core/use-cases/list-links.ts";
import { batchTick } from "./batch-tick.ts";
import type { ApiOptions, ApiPorts } from "./context.ts";

/** What the API of a process answers with, put together from the container. */
export interface ComposedApi {
  readonly ports: ApiPorts;
  readonly options: ApiOptions;
  readonly webhooks: Middleware;
}

export const composeApi = (
  container: DependencyContainer,
  engine: Engine,
  draining: AbortSignal,
  moreMetrics: (registry: Registry) => void,
): ComposedApi => {
  const { writer, pacing } = engine;
  const clock = container.resolve(CLOCK);
  const ids = container.resolve(IDS);
  const journal = container.resolve(JOURNAL);
  const tick = batchTick();
  const acceptReceipt = createReceiptAcceptance({
    matchSent: checkSent(container.resolve(STORAGE).storage),
    findOurs: findOurs(container.resolve(STORAGE).storage),
    accept: (receipt) => writer.acceptReceipt(receipt),
    timer: container.resolve(TIMER),
  });
  const webhooks = webhookHandler({
    signing: webhookSigning(container.resolve(SETTINGS)),
    accept: async (message) => {
      await tick();
      return writer.accept({ id: ids.next(), ...message });
    },
    receipt: async (receipt, pair) => {
      await tick();
      return acceptReceipt(receipt, pair);
    },
    clock,
    observe: (outcome, route) => {
      if (isRefusal(outcome)) journal.webhookRefused({ route, outcome });
    },
  });
  const http = createHttpMeasures();
  const { storage, isDatabaseAway, unreadable } = container.resolve(STORAGE);
  const metrics = createMetrics(
    {
      process: processName("api", ids.next()),
      version: VERSION,
      links: container.resolve(LINKS),
      ...{ engine, journal, storage, isDatabaseAway, unreadable, clock },
    },
    (registry) => {
      httpMetrics(registry, http);
      moreMetrics(registry);
    },
  );
  const ports = {
    http,
    metrics: { read: metrics, isOpen: isLoopback(container.resolve(SETTINGS).host) },
    storage: container.resolve(STORAGE).storage,
    insight: container.resolve(INSIGHT),
    market: container.resolve(MARKET),
    links: container.resolve(LINKS),
    pacing,
    isDraining: () => draining.aborted,
    draining,
    clock,
    timer: container.resolve(TIMER),
    webhookSender: container.resolve(WEBHOOK_SENDER),
    signer: container.resolve(SIGNER),
    ids,
    journal,
  };
  return { ports, options: container.resolve(API_RULES), webhooks };
};
