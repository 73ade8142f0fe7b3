import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import type { CountedLink } from "#apps/process/counted-link.ts";
import type { Engine } from "#core/engine/engine.ts";
import type { Clock } from "#core/ports/clock.ts";
import type { AnswerTimes } from "./answer-times.ts";

export interface MetricsSources {
  /** The name of this process, which no other has. */
  readonly process: string;
  readonly links: readonly CountedLink[];
  readonly binds: readonly SmppLink[];
  readonly engine: Pick<Engine, "ownedCount" | "oldestAt" | "writer">;
  readonly answerTimes: AnswerTimes;
  readonly clock: Clock;
}

type Labels = Readonly<Record<string, string>>;
type Values = () => Iterable<readonly [labels: Labels, value: number]>;

/** What the gateway counts anyway, as Prometheus reads it; gathered only when it is asked for. */
export const createGatewayMetrics = (sources: MetricsSources): (() => Promise<string>) => {
  const registry = new Registry();
  registry.setDefaultLabels({ process: sources.process });
  collectDefaultMetrics({ register: registry });
  linkMetrics(registry, sources);
  bindMetrics(registry, sources);
  textMetrics(registry, sources);
  answerMetrics(registry, sources.answerTimes);
  return () => registry.metrics();
};

const gauge = (
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  values: Values,
): void => {
  new Gauge({
    name: `sms_proxy_${name}`,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of values()) this.set(labels, value);
    },
  });
};

/** What is counted elsewhere, and only grows. */
const counter = (
  registry: Registry,
  name: string,
  help: string,
  labelNames: readonly string[],
  values: Values,
): void => {
  new Counter({
    name: `sms_proxy_${name}_total`,
    help,
    labelNames,
    registers: [registry],
    collect() {
      this.reset();
      for (const [labels, value] of values()) this.inc(labels, value);
    },
  });
};

const LINK = ["link", "direction"];

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

const bindMetrics = (registry: Registry, { binds }: MetricsSources): void => {
  const labelsOf = ({ name, direction }: SmppLink): Labels => ({ link: name, direction });
  const each =
    (value: (details: ReturnType<SmppLink["details"]>) => number): Values =>
    () =>
      binds.map((bind) => [labelsOf(bind), value(bind.details())] as const);
  const byKind =
    (label: string, counts: (bind: SmppLink) => Iterable<readonly [kind: unknown, count: number]>): Values =>
    () =>
      binds.flatMap((bind) =>
        [...counts(bind)].map(
          ([kind, count]) => [{ ...labelsOf(bind), [label]: String(kind) }, count] as const,
        ),
      );
  gauge(
    registry,
    "bind_up",
    "Whether the bind is there",
    LINK,
    each(({ state }) => Number(state === "bound")),
  );
  gauge(
    registry,
    "bind_waiting",
    "Texts and receipts without our answer",
    LINK,
    each(({ waiting }) => waiting),
  );
  counter(
    registry,
    "bind_delivered",
    "Texts and receipts received",
    LINK,
    each(({ counts }) => counts.delivered),
  );
  counter(
    registry,
    "bind_repeated",
    "Deliveries recognised as redeliveries",
    LINK,
    each(({ repeated }) => repeated),
  );
  counter(
    registry,
    "bind_unknown",
    "Messages whose answer was lost",
    LINK,
    each(({ counts }) => counts.unknown),
  );
  counter(
    registry,
    "bind_malformed",
    "PDUs that could not be read as a whole",
    LINK,
    each(({ counts }) => counts.malformed),
  );
  counter(
    registry,
    "bind_overloaded",
    "Deliveries put off: too many waiting",
    LINK,
    each(({ counts }) => counts.overloaded),
  );
  counter(
    registry,
    "bind_connections",
    "Connections since the start",
    LINK,
    each(({ connections }) => connections),
  );
  counter(
    registry,
    "bind_refused",
    "Messages refused, by the status of the answer",
    [...LINK, "status"],
    byKind("status", (bind) => bind.refusals()),
  );
  counter(
    registry,
    "bind_downs",
    "Binds that ended or did not come about, by status or reason",
    [...LINK, "reason"],
    byKind("reason", (bind) => bind.details().downs),
  );
  counter(
    registry,
    "bind_ignored",
    "Deliveries acknowledged that go no further, by reason",
    [...LINK, "reason"],
    byKind("reason", (bind) => bind.ignored()),
  );
};

const textMetrics = (registry: Registry, { engine, clock }: MetricsSources): void => {
  counter(registry, "texts", "Texts received, by what became of them", ["decision"], () =>
    Object.entries(engine.writer.counts()).map(([decision, count]) => [{ decision }, count] as const),
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
