import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import type { SmppLink } from "#adapters/smpp/delivery/carrier-link.ts";
import type { CountedLink } from "#apps/process/counted-link.ts";
import type { Engine } from "#core/engine/engine.ts";

export interface MetricsSources {
  readonly links: readonly CountedLink[];
  readonly binds: readonly SmppLink[];
  readonly relay: Pick<Engine, "ownedCount" | "writer">;
}

/** What the gateway counts anyway, as Prometheus reads it; gathered only when it is asked for. */
export const createGatewayMetrics = ({ links, binds, relay }: MetricsSources): (() => Promise<string>) => {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });

  const gauge = (
    name: string,
    help: string,
    values: () => Iterable<readonly [link: string, value: number]>,
  ) =>
    new Gauge({
      name: `sms_proxy_${name}`,
      help,
      labelNames: ["link"],
      registers: [registry],
      collect() {
        for (const [link, value] of values()) this.set({ link }, value);
      },
    });
  const ofLinks = (value: (link: CountedLink) => number) => () =>
    links.map((link) => [link.name, value(link)] as const);
  const ofBinds = (value: (link: SmppLink) => number) => () =>
    binds.map((link) => [link.name, value(link)] as const);

  gauge(
    "link_up",
    "Whether the link is up",
    ofLinks((link) => Number(link.status().state === "up")),
  );
  gauge(
    "link_in_flight",
    "Messages without an answer",
    ofLinks((link) => link.status().inFlight),
  );
  gauge(
    "link_sent",
    "Segments that the carrier has accepted",
    ofLinks((link) => link.counts().sent),
  );
  gauge(
    "link_throttled",
    'Answers that said "too fast"',
    ofLinks((link) => link.counts().throttled),
  );
  gauge(
    "bind_delivered",
    "Texts and receipts received",
    ofBinds((bind) => bind.details().counts.delivered),
  );
  gauge(
    "bind_waiting",
    "Texts and receipts without our answer",
    ofBinds((bind) => bind.details().waiting),
  );
  gauge(
    "bind_repeated",
    "Deliveries recognised as repetitions",
    ofBinds((bind) => bind.details().repeated),
  );
  gauge(
    "bind_unknown",
    "Messages whose answer was lost",
    ofBinds((bind) => bind.details().counts.unknown),
  );
  gauge(
    "bind_malformed",
    "PDUs that could not be read",
    ofBinds((bind) => bind.details().counts.malformed),
  );
  gauge(
    "bind_overloaded",
    "Deliveries put off: too many waiting",
    ofBinds((bind) => bind.details().counts.overloaded),
  );
  gauge(
    "bind_connections",
    "Connections since the start",
    ofBinds((bind) => bind.details().connections),
  );
  plain(registry, "in_hand", "Messages that this process has to send", () => relay.ownedCount());
  plain(registry, "intake_waiting", "Messages waiting to be written", () => relay.writer.waiting());
  return () => registry.metrics();
};

const plain = (registry: Registry, name: string, help: string, value: () => number): void => {
  new Gauge({
    name: `sms_proxy_${name}`,
    help,
    registers: [registry],
    collect() {
      this.set(value());
    },
  });
};
