import { afterEach, describe, expect, test } from "vitest";
import { emptyTables } from "#adapters/memory/tables.ts";
import { noLimits } from "#apps/simulator/options.ts";
import { startSimulator } from "#apps/simulator/simulator.ts";
import { READER, startApi } from "#test/apps/api/running-api.ts";
import { startGateway } from "#test/apps/gateway/running-gateway.ts";

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0).toReversed()) await stop();
});

type Kind = "counter" | "gauge" | "histogram";

interface Exposition {
  /** By name as in `# TYPE`. */
  readonly kinds: ReadonlyMap<string, string>;
  readonly helps: ReadonlySet<string>;
  readonly samples: readonly {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:\\.|[^"\\])*)"/g;

/** Reads the text format of Prometheus; fails at what is no part of it. */
const parse = (text: string): Exposition => {
  const kinds = new Map<string, string>();
  const helps = new Set<string>();
  const samples = text.split("\n").flatMap((line) => {
    const [, about, name = "", rest = ""] = /^# (TYPE|HELP) (\S+) (.*)$/.exec(line) ?? [];
    if (about === "TYPE") kinds.set(name, rest);
    if (about === "HELP" && rest !== "") helps.add(name);
    if (line === "" || line.startsWith("#")) return [];
    const [, sample, labels = "", value] = SAMPLE.exec(line) ?? [];
    // The event loop has no lag as yet when a process has just started.
    if (sample === undefined || (value !== "Nan" && Number.isNaN(Number(value?.replace("Inf", "Infinity")))))
      throw new Error(`No sample: ${line}`);
    return [
      {
        name: sample,
        labels: Object.fromEntries([...labels.matchAll(LABEL)].map(([, key, each]) => [key!, each!])),
        value: Number(value!.replace("Inf", "Infinity")),
      },
    ];
  });
  return { kinds, helps, samples };
};

const EVERYWHERE: Readonly<Record<string, Kind>> = {
  messages_received_total: "counter",
  decisions_total: "counter",
  messages_sent_total: "counter",
  segments_sent_total: "counter",
  submit_answers_total: "counter",
  receipts_total: "counter",
  throttled_total: "counter",
  unknown_total: "counter",
  duplicates_total: "counter",
  lease_losses_total: "counter",
  journal_events_total: "counter",
  ...Object.fromEntries([["verdicts_total", "counter" as const]]),
  queue_messages: "gauge",
  queue_oldest_seconds: "gauge",
  pool_numbers: "gauge",
  pool_headroom: "gauge",
  conversations_open: "gauge",
  parked_receipts: "gauge",
  feed_lag_seconds: "gauge",
  census_age_seconds: "gauge",
  relay_seconds: "histogram",
  receipt_seconds: "histogram",
  commit_seconds: "histogram",
  batch_messages: "histogram",
  link_up: "gauge",
  link_window_used: "gauge",
  link_window_size: "gauge",
  link_rate: "gauge",
  partitions_owned: "gauge",
  database_up: "gauge",
  build_info: "gauge",
};

const API_ALONE: Readonly<Record<string, Kind>> = {
  http_requests_total: "counter",
  http_request_seconds: "histogram",
};

/** What linters of metrics ask for. */
const expectWellFormed = ({ kinds, helps, samples }: Exposition): void => {
  for (const [name, kind] of kinds) {
    if (!name.startsWith("sms_proxy_")) continue;
    expect(helps, name).toContain(name);
    expect(name.endsWith("_total"), name).toBe(kind === "counter");
    expect(name, "base units").not.toMatch(/_(ms|milliseconds|minutes|percent|kilobytes)(_|$)/);
    expect(name, "no type in a name").not.toMatch(/_(counter|gauge|histogram)$/);
  }
  const series = samples.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
  expect(new Set(series).size).toBe(series.length);
  for (const { labels } of samples)
    for (const value of Object.values(labels)) expect(value).not.toMatch(/\d{7,}|[\da-f]{8}-[\da-f]{4}-/);
};

const expectHistogram = ({ samples }: Exposition, name: string): void => {
  const buckets = samples.filter((each) => each.name === `sms_proxy_${name}_bucket`);
  const counts = buckets.map(({ value }) => value);
  expect(counts, "cumulative").toEqual(counts.toSorted((a, b) => a - b));
  expect(buckets.at(-1)!.labels.le).toBe("+Inf");
  expect(samples.find((each) => each.name === `sms_proxy_${name}_count`)!.value).toBe(counts.at(-1));
};

const expectNames = (exposition: Exposition, names: Readonly<Record<string, Kind>>): void => {
  for (const [name, kind] of Object.entries(names)) {
    expect(exposition.kinds.get(`sms_proxy_${name}`), name).toBe(kind);
    if (kind === "histogram") expectHistogram(exposition, name);
  }
};

describe("the metrics", () => {
  test("of a gateway have the names and forms that dashboards count on", async () => {
    const simulator = await startSimulator({ limits: noLimits });
    running.push(simulator.stop);
    const gateway = await startGateway(simulator, { tables: emptyTables() });
    running.push(gateway.stop);
    const exposition = parse(await (await fetch(`${gateway.url}/metrics`)).text());
    expectWellFormed(exposition);
    expectNames(exposition, EVERYWHERE);
  });

  test("of the API do too, and count its requests by route", async () => {
    const api = await startApi();
    running.push(api.stop);
    await api.ask("GET", "/v1/numbers");
    await api.ask("GET", "/v1/numbers");
    const exposition = parse(await (await fetch(`${api.url}/metrics`)).text());
    expectWellFormed(exposition);
    expectNames(exposition, { ...EVERYWHERE, ...API_ALONE });
    const counted = exposition.samples.find(
      ({ name, labels }) => name === "sms_proxy_http_requests_total" && labels.route === "/v1/numbers",
    );
    expect(counted).toMatchObject({ value: 2, labels: { status: "200" } });
  });

  test("need a key where others reach the process", async () => {
    const api = await startApi({ settings: { host: "0.0.0.0", allowUnsignedWebhooks: true } });
    running.push(api.stop);
    expect((await fetch(`${api.url}/metrics`)).status).toBe(401);
    const headers = { authorization: `Bearer ${READER}` };
    expect((await fetch(`${api.url}/metrics`, { headers })).status).toBe(200);
  });
});
