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

  test("has alerts that Prometheus can read, where it is installed", (context) => {
    const checked = spawnSync("promtool", ["check", "rules", join(root, "deploy/prometheus/alerts.yaml")], {
      encoding: "utf8",
    });
    if (checked.error) return context.skip("promtool is not installed");
    expect(checked.stderr).toBe("");
    expect(checked.status).toBe(0);
  });
});
