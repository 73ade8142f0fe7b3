import type { DependencyContainer } from "tsyringe";
import { auditHeadComponent } from "#apps/api/audit/audit-heads.ts";
import { erasureWorkerComponent } from "#apps/api/audit/erasure-worker.ts";
import { reportWatchComponent } from "#apps/api/audit/report-watch.ts";
import type { Component } from "#apps/process/components.ts";
import {
  API_RULES,
  CHANCE,
  CLOCK,
  CONSOLE,
  ENGINE_RULES,
  HOOKS,
  HTTP_CARRIER,
  IDS,
  JOURNAL,
  LINKS,
  SETTINGS,
  SIGNER,
  STORAGE,
  TIMER,
  WEBHOOK_SENDER,
} from "#apps/process/container/container.ts";
import type { HttpListener } from "#apps/process/http-listener.ts";
import { watchLinks } from "#apps/process/link-watch.ts";
import { createWebhookMeasures, webhookMetrics } from "#apps/process/metrics/webhook-measures.ts";
import { VERSION } from "#apps/process/version.ts";
import { type Engine, startEngine } from "#core/engine/engine.ts";
import { startWebhooks, type WebhookEngine } from "#core/engine/webhooks/webhooks.ts";
import { rulesOf } from "#core/ports/services.ts";
import { ok } from "#core/result.ts";
import { apiApp, pages, startingApp } from "./app.ts";
import { type ComposedApi, composeApi } from "./compose-api.ts";
import { poolWatchComponent } from "./pool-watch.ts";
import { unreachableWatchComponent } from "./unreachable-watch.ts";
import { webhookBody } from "./webhook-body.ts";

/**
 * What an API process runs, above a port that is open and a database that is ready: the engine, and the API that answers
 * on the port. `beforeServing` runs once carriers are answered and before anybody else is. The API stops first, then the engine, then the links and the connections to the database.
 */
export const apiComponents = (
  composed: () => DependencyContainer,
  listener: () => HttpListener,
  beforeServing: readonly Component[] = [],
): readonly Component[] => {
  let engine: Engine;
  const draining = new AbortController();
  const attempts = createWebhookMeasures();
  let sending: WebhookEngine | undefined;
  const context = (): ComposedApi =>
    composeApi(composed(), engine, draining.signal, (registry) =>
      webhookMetrics(registry, attempts, () => sending?.backlogs() ?? new Map()),
    );
  /** What has to be done first may need webhooks: a carrier tries the address that it is given. */
  const webhooksFirst: Component = {
    name: "the webhooks",
    start: () => {
      const { ports, webhooks } = context();
      listener().serve(startingApp(ports, [webhooks]));
      return ok((deadline) => listener().close(deadline));
    },
  };
  return [
    {
      name: "the connections to the database",
      start: () => ok(() => composed().resolve(STORAGE).close()),
    },
    { name: "the carrier link", start: () => ok(() => composed().resolve(HTTP_CARRIER).stop()) },
    {
      name: "the engine",
      start: async () => {
        const container = composed();
        engine = await startEngine(
          {
            storage: container.resolve(STORAGE).storage,
            links: container.resolve(LINKS),
            clock: container.resolve(CLOCK),
            timer: container.resolve(TIMER),
            ids: container.resolve(IDS),
            chance: container.resolve(CHANCE),
            journal: container.resolve(JOURNAL),
            policy: container.resolve(HOOKS),
          },
          {
            kind: "api",
            ...container.resolve(ENGINE_RULES),
          },
        );
        const stopWatching = watchLinks(container.resolve(LINKS), {
          journal: container.resolve(JOURNAL),
          clock: container.resolve(CLOCK),
          timer: container.resolve(TIMER),
        });
        return ok(async () => {
          await stopWatching();
          await engine.stop();
          container.resolve(HOOKS).close();
        });
      },
    },
    {
      name: "the webhooks to applications",
      start: () => {
        const container = composed();
        const { storage } = container.resolve(STORAGE);
        const { conversations, webhooks, events } = storage;
        const sender = container.resolve(WEBHOOK_SENDER);
        sending = startWebhooks(
          {
            ...{ webhooks, events, sender },
            clock: container.resolve(CLOCK),
            timer: container.resolve(TIMER),
            chance: container.resolve(CHANCE),
            journal: container.resolve(JOURNAL),
            render: webhookBody({ conversations }),
            observe: attempts.count,
          },
          container.resolve(IDS).next(),
        );
        return ok(async () => {
          await sending?.stop();
          sender.close();
        });
      },
    },
    poolWatchComponent(() => {
      const container = composed();
      return {
        storage: container.resolve(STORAGE).storage,
        clock: container.resolve(CLOCK),
        timer: container.resolve(TIMER),
        journal: container.resolve(JOURNAL),
      };
    }),
    reportWatchComponent(() => {
      const container = composed();
      return {
        storage: container.resolve(STORAGE).storage,
        ids: container.resolve(IDS),
        timer: container.resolve(TIMER),
        journal: container.resolve(JOURNAL),
      };
    }),
    unreachableWatchComponent(() => {
      const container = composed();
      return {
        storage: container.resolve(STORAGE).storage,
        clock: container.resolve(CLOCK),
        timer: container.resolve(TIMER),
        journal: container.resolve(JOURNAL),
      };
    }),
    erasureWorkerComponent(() => {
      const container = composed();
      const { storage } = container.resolve(STORAGE);
      const options = container.resolve(API_RULES);
      return {
        ...{ erasures: storage.erasures, conversations: storage.conversations, audit: storage.audit },
        rulesOf: rulesOf(storage.services, {
          ttlMs: options.conversationTtlMs,
          idleTtlMs: options.idleTtlMs,
          quarantineMs: options.quarantineMs,
          messageTtlMs: options.messageTtlMs,
        }),
        signer: container.resolve(SIGNER),
        tool: `sms-proxy ${VERSION}`,
        clock: container.resolve(CLOCK),
        timer: container.resolve(TIMER),
        journal: container.resolve(JOURNAL),
      };
    }),
    auditHeadComponent(() => {
      const container = composed();
      const { apiKeys, encryptionKeys, auditHeadTo } = container.resolve(SETTINGS);
      return {
        ...{ apiKeys, encryptionKeys, headTo: auditHeadTo ?? null },
        audit: container.resolve(STORAGE).storage.audit,
        signer: container.resolve(SIGNER),
        clock: container.resolve(CLOCK),
        timer: container.resolve(TIMER),
        journal: container.resolve(JOURNAL),
      };
    }),
    ...(beforeServing.length === 0 ? [] : [webhooksFirst, ...beforeServing]),
    {
      name: "the API",
      start: () => {
        const { ports, options, webhooks } = context();
        listener().serve(apiApp(ports, options, composed().resolve(CONSOLE), [webhooks]));
        return ok((deadline) => {
          draining.abort();
          return listener().close(deadline);
        });
      },
    },
  ];
};

/** Makes the pages before anybody asks for one, so that a page that cannot be made is known at the start. */
export const consoleComponent: Component = {
  name: "the console",
  start: () => {
    pages.load();
    return ok(() => {});
  },
};
