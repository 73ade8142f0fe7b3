import { Counter, Gauge, type Metric, type Registry } from "prom-client";
import type { Buckets } from "#core/structures/buckets.ts";

export type Labels = Readonly<Record<string, string>>;
export type Values = () => Iterable<readonly [labels: Labels, value: number]>;

export const gauge = (
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
export const counter = (
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

/** Values that are sorted into buckets elsewhere, where one costs a few additions. */
export const histogram = (registry: Registry, name: string, help: string, buckets: Buckets): void =>
  histograms(registry, name, help, [[{}, buckets]]);

/** The same, of several things that labels tell apart. */
export const histograms = (
  registry: Registry,
  name: string,
  help: string,
  series: readonly (readonly [labels: Labels, buckets: Buckets])[],
): void => {
  const full = `sms_proxy_${name}`;
  const valuesOf = ([labels, buckets]: (typeof series)[number]) => {
    const { bounds, counts, sum } = buckets.read();
    let total = 0;
    const values = counts.map((count, i) => {
      total += count;
      const le = i < bounds.length ? bounds[i]! : "+Inf";
      return { metricName: `${full}_bucket`, labels: { ...labels, le }, value: total };
    });
    return [
      ...values,
      { metricName: `${full}_sum`, labels, value: sum },
      { metricName: `${full}_count`, labels, value: total },
    ];
  };
  const get = async () => ({
    name: full,
    help,
    type: "histogram",
    aggregator: "sum",
    values: series.flatMap(valuesOf),
  });
  // The registry asks no more of a metric than its name and `get`.
  registry.registerMetric({ name: full, help, get } as unknown as Metric);
};
