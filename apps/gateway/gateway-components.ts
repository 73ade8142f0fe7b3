import type { DependencyContainer } from "tsyringe";
import type { LateId } from "#adapters/smpp/delivery/carrier-link.ts";
import type { InboundSink } from "#adapters/smpp/delivery/inbound-sink.ts";
import { authentication } from "#apps/api/authentication.ts";
import type { Component } from "#apps/process/components.ts";
import {
  CHANCE,
  CLOCK,
  ENGINE_RULES,
  HOOKS,
  HTTP_CARRIER,
  IDS,
  JOURNAL,
  LINKS,
  SETTINGS,
  STORAGE,
  TIMER,
} from "#apps/process/container/container.ts";
import type { HttpListener } from "#apps/process/http-listener.ts";
import { watchLinks } from "#apps/process/link-watch.ts";
import { createMetrics } from "#apps/process/metrics/metrics.ts";
import { isLoopback } from "#apps/process/settings/settings.ts";
import { VERSION } from "#apps/process/version.ts";
import type { UnconfirmedKey } from "#core/domain/redelivery.ts";
import { type Engine, startEngine } from "#core/engine/engine.ts";
import { checkSent } from "#core/engine/inbound/check-sent.ts";
import { classifyRedelivery } from "#core/engine/inbound/classify-redelivery.ts";
import { ok } from "#core/result.ts";
import { checkReadiness } from "#core/use-cases/check-readiness.ts";
import { processName } from "#core/use-cases/list-links.ts";
import { answerMetrics } from "./answer-metrics.ts";
import { bindMetrics } from "./bind-metrics.ts";
import { type Binds, type BindTuning, createBinds } from "./binds.ts";
import { createGatewayHealth } from "./health.ts";
import { type Reporting, startLinkReports } from "./link-reports.ts";

/** How much of the time to finish is left for what comes after the answers in flight: unbinding, and leaving. */
const DRAIN_SHARE = 0.6;

/**
 * What a gateway runs, above a database that is ready: its binds beside the HTTP link, the engine that they feed, and its health,
 * where there is a port for it. When it stops, the binds accept nothing new and wait for what is in flight, while the engine
 * writes down what is known and leaves the rest to others.
 */
export const gatewayComponents = (
  composed: () => DependencyContainer,
  listener?: () => HttpListener,
  tuning?: BindTuning,
): readonly Component[] => {
  let binds: Binds;
  let engine: Engine;
  let reporting: Reporting;
  let process: string;
  let isStopping = false;
  const healthComponent = (port: () => HttpListener): Component => ({
    name: "the gateway's health port",
    start: () => {
      const links = [...binds.links, ...composed().resolve(LINKS)];
      const { storage, isDatabaseAway, unreadable } = composed().resolve(STORAGE);
      const metrics = createMetrics(
        {
          process: processName("gateway", process),
          version: VERSION,
          links: [...links, ...binds.receivers],
          ...{ engine, storage, isDatabaseAway, unreadable },
          ...{ journal: composed().resolve(JOURNAL), clock: composed().resolve(CLOCK) },
        },
        (registry) => {
          bindMetrics(registry, binds.all);
          answerMetrics(registry, binds.answerTimes);
        },
      );
      const { host, apiKeys } = composed().resolve(SETTINGS);
      const authenticate = authentication(apiKeys);
      const mayReadMetrics = (authorization: string | undefined): boolean =>
        isLoopback(host) || authenticate(authorization) !== null;
      const readiness = checkReadiness({
        ...{ storage, links, clock: composed().resolve(CLOCK) },
        isDraining: () => isStopping,
      });
      port().serve(createGatewayHealth({ checkReadiness: readiness, metrics, mayReadMetrics }));
      return ok((deadline) => {
        isStopping = true;
        return port().close(deadline);
      });
    },
  });
  return [
    {
      name: "the connections to the database",
      start: () => ok(() => composed().resolve(STORAGE).close()),
    },
    { name: "the HTTP link", start: () => ok(() => composed().resolve(HTTP_CARRIER).stop()) },
    {
      name: "the engine and its binds",
      start: async () => {
        const container = composed();
        const settings = container.resolve(SETTINGS);
        const clock = container.resolve(CLOCK);
        const ids = container.resolve(IDS);
        const { storage } = container.resolve(STORAGE);
        process = ids.next();
        const started = (): Engine | undefined => engine;
        // Processes compare when texts were received: all go by the time of storage, from the moment the engine knows it.
        const storageClock = { elapsed: clock.elapsed, now: () => started()?.clock.now() ?? clock.now() };
        let stopping = false;
        let hasLeft = false;
        // From the moment it stops, deliveries are put off: what comes then could not be written any more.
        const sink: InboundSink = {
          offer: (message, done) => (stopping ? done("unavailable") : engine.writer.offer(message, done)),
          offerReceipt: (receipt, done) =>
            stopping ? done("unavailable") : engine.writer.offerReceipt(receipt, done),
          checkDuplicate: classifyRedelivery({ ...storage, clock: storageClock }, process, () =>
            reporting.gap(),
          ),
          matchSent: checkSent(storage),
          resolveUnconfirmed: (key, at, instead) => reporting.resolve(key, at, instead),
        };
        const onLateId = ({ message, part, parts, carrierId }: LateId): void => {
          if (hasLeft) return;
          const fact = { messageId: message.id, part, parts, carrierId, link: "smpp", attempts: 1 } as const;
          engine.writer.record({ accepted: [{ ...fact, at: clock.now() }] });
        };
        const onUnconfirmed = (keys: readonly UnconfirmedKey[]): void => reporting.unconfirmed(keys);
        const journal = container.resolve(JOURNAL);
        binds = createBinds(
          settings,
          { sink, clock: storageClock, ids, journal, onLateId, onUnconfirmed },
          tuning,
        );
        const links = [...binds.links, ...container.resolve(LINKS)];
        engine = await startEngine(
          {
            storage,
            links,
            clock,
            timer: container.resolve(TIMER),
            ids,
            chance: container.resolve(CHANCE),
            journal,
            policy: container.resolve(HOOKS),
          },
          { kind: "gateway", ...container.resolve(ENGINE_RULES) },
        );
        reporting = startLinkReports({
          process,
          linkReports: storage.linkReports,
          links: [...links, ...binds.receivers],
          binds: binds.all,
          pacing: () => engine.pacing,
          clock: storageClock,
          timer: container.resolve(TIMER),
        });
        const putOffOf = new Map(
          binds.all.map((bind) => [bind.name, () => bind.details().counts.overloaded] as const),
        );
        const stopWatching = watchLinks(
          [...links, ...binds.receivers].map((link) => {
            const putOff = putOffOf.get(link.name);
            return putOff === undefined ? link : { ...link, putOff };
          }),
          { journal, clock, timer: container.resolve(TIMER) },
        );
        // Whoever dies having accepted something is known to have lived.
        await reporting.begun;
        binds.start();
        return ok(async () => {
          stopping = true;
          await stopWatching();
          const leaving = engine.stop().then(() => {
            hasLeft = true;
          });
          await Promise.all([leaving, binds.stop(settings.drainTimeoutMs * DRAIN_SHARE)]);
          await reporting.stop(true);
          container.resolve(HOOKS).close();
        });
      },
    },
    ...(listener === undefined ? [] : [healthComponent(listener)]),
  ];
};
