import { collectDefaultMetrics, Histogram, Registry } from "prom-client";
import type { SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import type { CountedLink } from "#apps/process/counted-link.ts";
import type { Engine } from "#core/engine/engine.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { AnswerTimes } from "./answer-times.ts";
import { bindMetrics, LINK } from "./bind-metrics.ts";
import { counter, gauge, type Values } from "./metric-kinds.ts";

export interface MetricsSources {
  /** The name of this process, which no other has. */
  readonly process: string;
  readonly links: readonly CountedLink[];
  readonly binds: readonly SmppLink[];
  readonly engine: Pick<Engine, "ownedCount" | "dropped" | "failures" | "oldestAt" | "writer">;
  readonly answerTimes: AnswerTimes;
  readonly isDatabaseAway: () => boolean;
  /** Stored values that could not be opened, by reason. */
  readonly unreadable: () => Readonly<Record<string, number>>;
  readonly clock: Clock;
}

/** What the gateway counts anyway, as Prometheus reads it; gathered only when it is asked for. */
export const createGatewayMetrics = (sources: MetricsSources): (() => Promise<string>) => {
  const registry = new Registry();
  registry.setDefaultLabels({ process: sources.process });
  collectDefaultMetrics({ register: registry });
  linkMetrics(registry, sources);
  bindMetrics(registry, sources.binds);
  textMetrics(registry, sources);
  gauge(registry, "database_up", "1 while the database answers", [], () => [
    [{}, sources.isDatabaseAway() ? 0 : 1],
  ]);
  counter(registry, "unreadable_values", "Stored values that could not be opened", ["reason"], () =>
    Object.entries(sources.unreadable()).map(([reason, count]) => [{ reason }, count] as const),
  );
  answerMetrics(registry, sources.answerTimes);
  return () => registry.metrics();
};

const linkMetrics = (registry: Registry, { links }: MetricsSources): void => {
  const each =
    (value: (link: CountedLink) => number): Values =>
    () =>
      links.map((link) => [{ link: link.name, direction: link.direction }, value(link)] as const);
  const isUp = (link: CountedLink): boolean => link.health().state === "up";
  const isDegraded = (link: CountedLink): boolean => link.health().state === "degraded";
  gauge(
    registry,
    "link_up",
    "Whether the link is up, and nothing is wrong with it",
    LINK,
    each((link) => Number(isUp(link))),
  );
  gauge(
    registry,
    "link_degraded",
    "Whether the link sends, but receives nothing or gets no answers",
    LINK,
    each((link) => Number(isDegraded(link))),
  );
  gauge(
    registry,
    "link_in_flight",
    "Messages without an answer",
    LINK,
    each((link) => link.status().inFlight),
  );
  counter(
    registry,
    "link_sent",
    "Segments that the carrier has accepted",
    LINK,
    each((link) => link.counts().sent),
  );
  counter(
    registry,
    "link_throttled",
    'Answers that said "too fast"',
    LINK,
    each((link) => link.counts().throttled),
  );
};

const textMetrics = (registry: Registry, { engine, clock }: MetricsSources): void => {
  counter(registry, "texts", "Texts received, by what became of them", ["decision"], () =>
    Object.entries(engine.writer.counts()).map(([decision, count]) => [{ decision }, count] as const),
  );
  counter(registry, "dropped", "What was forgotten because more came than is kept", ["what"], () =>
    Object.entries(engine.dropped()).map(([what, count]) => [{ what }, count] as const),
  );
  counter(
    registry,
    "failures",
    "Texts that did not arrive, by link and code; link receipt: a carrier said so later",
    ["link", "code"],
    () => engine.failures().map(({ link, code, count }) => [{ link, code }, count] as const),
  );
  gauge(registry, "owned_messages", "Messages that this process has to send", [], () => [
    [{}, engine.ownedCount()],
  ]);
  gauge(registry, "writer_waiting", "Messages waiting to be written", [], () => [
    [{}, engine.writer.waiting()],
  ]);
  gauge(
    registry,
    "oldest_waiting_seconds",
    "Age of the oldest message that waits here to leave; 0: none",
    [],
    () => {
      const at = engine.oldestAt();
      return [[{}, at === null ? 0 : Math.max(0, clock.now() - at) / 1_000]];
    },
  );
};

/** Seconds; carriers answer within tens of milliseconds, and give up after several seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

const answerMetrics = (registry: Registry, times: AnswerTimes): void => {
  const histogram = (name: string, help: string): Histogram =>
    new Histogram({
      name: `sms_proxy_${name}_seconds`,
      help,
      labelNames: ["link"],
      buckets: BUCKETS,
      registers: [registry],
    });
  times.listen({
    submit: histogram("submit_answer", "From a message to the carrier's answer"),
    deliver: histogram("deliver_answer", "From a delivery to our answer"),
  });
};
