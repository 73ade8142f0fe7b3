import type { Percentiles } from "./percentiles.ts";
import { median } from "./percentiles.ts";

/** One measured variant, as `--json` prints it. */
export interface Result extends Partial<Percentiles> {
  readonly variant: string;
  readonly perSecond: number;
  readonly cpuMicrosPerMessage: Readonly<Record<string, number>>;
  /** The rates of the single runs, to see how much they differ. */
  readonly runs: readonly number[];
  /** Whatever else is worth knowing. */
  readonly notes?: Readonly<Record<string, number>>;
}

export interface Report {
  readonly name: string;
  readonly results: readonly Result[];
  readonly ratios: Readonly<Record<string, number>>;
  /** What was wrong: a benchmark that loses messages is none. */
  readonly problems: readonly string[];
}

/** What one run of one variant measured. */
export interface Sample {
  readonly messages: number;
  readonly seconds: number;
  readonly cpuMicros: Readonly<Record<string, number>>;
  readonly latency?: Percentiles | undefined;
  readonly notes?: Readonly<Record<string, number>>;
}

/** The medians of the runs of one variant. */
export const resultOf = (variant: string, samples: readonly Sample[]): Result => {
  const runs = samples.map(({ messages, seconds }) => messages / seconds);
  const names = Object.keys(samples[0]?.cpuMicros ?? {});
  const per = (name: string) => median(samples.map((each) => each.cpuMicros[name]! / each.messages));
  const ofLatency = (name: keyof Percentiles) => median(samples.map((each) => each.latency![name]));
  const noteNames = Object.keys(samples[0]?.notes ?? {});
  return {
    variant,
    perSecond: median(runs),
    cpuMicrosPerMessage: Object.fromEntries(names.map((name) => [name, per(name)])),
    ...(samples[0]?.latency
      ? {
          p50Ms: ofLatency("p50Ms"),
          p99Ms: ofLatency("p99Ms"),
          p999Ms: ofLatency("p999Ms"),
          maxMs: ofLatency("maxMs"),
        }
      : {}),
    runs,
    ...(noteNames.length > 0
      ? {
          notes: Object.fromEntries(
            noteNames.map((name) => [name, median(samples.map((each) => each.notes![name]!))]),
          ),
        }
      : {}),
  };
};

const rounded = (value: unknown): unknown =>
  typeof value === "number" ? Number(value.toPrecision(value >= 1_000 ? 6 : 4)) : value;

export const toJson = ({ name, results, ratios, problems }: Report): string =>
  JSON.stringify({ name, results, ratios, problems }, (_, value) => rounded(value));

/** The same for a person. */
export const toTable = ({ name, results, ratios, problems }: Report): string => {
  const roles = [...new Set(results.flatMap(({ cpuMicrosPerMessage }) => Object.keys(cpuMicrosPerMessage)))];
  const head = [
    "variant",
    "per second",
    ...roles.map((role) => `${role} µs`),
    "p50 ms",
    "p99 ms",
    "p99.9 ms",
    "runs",
  ];
  const rows = results.map((result) => [
    result.variant,
    result.perSecond.toFixed(0),
    ...roles.map((role) => result.cpuMicrosPerMessage[role]?.toFixed(1) ?? ""),
    result.p50Ms?.toFixed(2) ?? "",
    result.p99Ms?.toFixed(1) ?? "",
    result.p999Ms?.toFixed(1) ?? "",
    result.runs.map((run) => run.toFixed(0)).join(" "),
  ]);
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]!.length)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join("  ");
  const notes = results.flatMap(({ variant, notes: noted }) =>
    Object.entries(noted ?? {}).map(([what, value]) => `  ${variant}: ${what} ${rounded(value)}`),
  );
  return [
    name,
    line(head),
    ...rows.map(line),
    ...notes,
    ...Object.entries(ratios).map(([what, ratio]) => `  ${what}: ${ratio.toFixed(2)}`),
    ...problems.map((problem) => `  PROBLEM: ${problem}`),
  ].join("\n");
};
