import { Counter, Gauge, type Registry } from "prom-client";

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
