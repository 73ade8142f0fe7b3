import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Registry } from "prom-client";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { countedJournal } from "#adapters/journal/counted.ts";
import { answerMetrics } from "#apps/gateway/answer-metrics.ts";
import { bindMetrics } from "#apps/gateway/bind-metrics.ts";
import { createHttpMeasures, httpMetrics } from "#apps/process/metrics/http-measures.ts";
import { createMetrics } from "#apps/process/metrics/metrics.ts";
import { createWebhookMeasures, webhookMetrics } from "#apps/process/metrics/webhook-measures.ts";
import { createHarness } from "#test/core/engine/harness.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string): string => readFileSync(join(root, path), "utf8");

/** The names under which API and gateway together show something, with those of the samples of histograms. */
const exportedNames = async (): Promise<ReadonlySet<string>> => {
  const { storage, time, start } = createHarness();
  const { relay } = await start();
  const gather = createMetrics(
    {
      ...{ process: "gateway-1", version: "0.0.0", links: [], engine: relay, journal: countedJournal() },
      ...{ isDatabaseAway: () => false, unreadable: () => ({}), clock: time.clock, storage },
    },
    (registry: Registry) => {
      bindMetrics(registry, []);
      answerMetrics(registry, new Map());
      httpMetrics(registry, createHttpMeasures());
      webhookMetrics(registry, createWebhookMeasures(), () => new Map());
    },
  );
  const kinds = [...(await gather()).matchAll(/^# TYPE (\S+) (\S+)$/gmu)];
  return new Set(
    kinds.flatMap(([, name, kind]) =>
      kind === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name!],
    ),
  );
};

const namesIn = (text: string): readonly string[] => [
  ...new Set([...text.matchAll(/\b(?:sms_proxy|nodejs|process)_[a-z_]+\b/gu)].map(([name]) => name)),
];

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly runbook: string };
}

const rules = (
  parse(read("deploy/prometheus/alerts.yaml")) as { groups: { rules: Rule[] }[] }
).groups.flatMap((group) => group.rules);

interface Trial {
  readonly alertname: string;
  readonly exp_alerts?: readonly unknown[];
}

const TRIALS = ["deploy/prometheus/alerts.test.yaml", "deploy/prometheus/week.test.yaml"];

const trials = TRIALS.flatMap((path) =>
  (parse(read(path)) as { tests: { alert_rule_test: Trial[] }[] }).tests.flatMap(
    (each) => each.alert_rule_test,
  ),
);

const fires = ({ exp_alerts = [] }: Trial): boolean => exp_alerts.length > 0;

const promtool = (...words: readonly string[]) =>
  spawnSync("promtool", words, { cwd: root, encoding: "utf8" });

interface Dashboard {
  readonly panels: readonly {
    readonly type: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
}

const queries = (JSON.parse(read("deploy/grafana/sms-proxy.json")) as Dashboard).panels
  .filter(({ type }) => type !== "row")
  .map(({ targets = [] }) => targets.map(({ expr }) => expr));

describe("what the processes are watched by", () => {
  test("asks for nothing that no process shows", async () => {
    const names = await exportedNames();
    const asked = [...rules.map(({ expr }) => expr), ...queries.flat()].flatMap(namesIn);
    expect(new Set(asked).size).toBeGreaterThan(20);
    expect(asked.filter((name) => !names.has(name))).toEqual([]);
    expect(queries.every((each) => each.length > 0)).toBe(true);
  });

  test("tells for each alert what to do about it", () => {
    const headings = [...read("docs/how-to/runbook.md").matchAll(/^## (.+)$/gmu)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replaceAll(/[^a-z ]/g, "")
        .replaceAll(" ", "-"),
    );
    expect(rules.length).toBeGreaterThan(10);
    for (const { alert, annotations, labels } of rules) {
      const [page, heading] = annotations.runbook.split("#");
      expect({ alert, page, isThere: headings.includes(heading!) }).toEqual({
        ...{ alert, page: "docs/how-to/runbook.md", isThere: true },
      });
      expect(["page", "ticket"]).toContain(labels.severity);
    }
  });

  test("has for each alert figures by which it fires, and figures by which it does not", () => {
    for (const alert of rules.map((rule) => rule.alert)) {
      const tried = trials.filter(({ alertname }) => alertname === alert);
      expect({ alert, fires: tried.some(fires), isSilent: tried.some((each) => !fires(each)) }).toEqual({
        ...{ alert, fires: true, isSilent: true },
      });
    }
  });

  test("has alerts that Prometheus can read, and that fire as they should, where it is installed", (context) => {
    const checked = promtool("check", "rules", "deploy/prometheus/alerts.yaml");
    if (checked.error) return context.skip("promtool is not installed");
    expect({ status: checked.status, stderr: checked.stderr }).toEqual({ status: 0, stderr: "" });
    const tested = promtool("test", "rules", ...TRIALS);
    expect({ status: tested.status, stderr: tested.stderr }).toEqual({ status: 0, stderr: "" });
  }, 120_000);
});
