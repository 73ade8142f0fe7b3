import { startApi } from "#test/bench/parts/api.ts";
import { type Bench, type BenchOptions, measureMs, WARM_MS } from "#test/bench/parts/bench.ts";
import { startChild } from "#test/bench/parts/child.ts";
import { openedRows, writeRows } from "#test/bench/parts/copied-rows.ts";
import { cpuOfAll } from "#test/bench/parts/cpu.ts";
import { type BenchServer, withBenchServer, withClient } from "#test/bench/parts/database.ts";
import { writeLiveRoutes, writeSilentRoutes } from "#test/bench/parts/live-routes.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";

/** Callers that open at the same time. */
const AT_ONCE = 64;
/** What somebody who writes many at once would put into one transaction. */
const AT_ONCE_PLAIN = 100;
const MANY_ROUTES = 5_000_000;

/**
 * Conversations opened over HTTP, each answered when it, its routes and its intros are committed; the same with an Idempotency-Key,
 * and with millions of live routes; beside the same rows by plain batched SQL.
 */
export const openBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = measureMs(options, 4 * rounds);
  await server.create("numbers").then((url) => writeLiveRoutes(url, 0));
  const many = await server.create("many");
  await writeLiveRoutes(many, 0);
  await writeSilentRoutes(many, MANY_ROUTES);
  const samples = { once: [], repeatable: [], many: [], plain: [] } as Record<string, Sample[]>;
  const problems: string[] = [];
  const open = async (url: string, variant: string): Promise<void> => {
    const run = await openFor(server, url, ms, variant === "repeatable", profileDir);
    samples[variant]!.push(run.sample);
    problems.push(...run.problems);
  };
  for (let round = 1; round <= rounds; round += 1) {
    const tables = await server.onCopy("numbers", async (url) => {
      await open(url, "once");
      return openedRows(url);
    });
    await server.onCopy("numbers", (url) => open(url, "repeatable"));
    await server.onCopy("many", (url) => open(url, "many"));
    await server.onCopy("numbers", async (url) => {
      samples.plain!.push(await writePlainly(server, url, tables));
    });
    const rates = Object.entries(samples).map(([variant, runs]) => `${variant} ${rate(runs.at(-1)!)}/s`);
    say(rates.join(", "));
  }
  const [once, repeatable, withMany, plain] = [
    resultOf("over HTTP", samples.once!),
    resultOf("with Idempotency-Key", samples.repeatable!),
    resultOf("with 5 million routes", samples.many!),
    resultOf("plain batched SQL", samples.plain!),
  ];
  return {
    name: "open",
    results: [once, repeatable, withMany, plain],
    ratios: {
      "over HTTP / plain batched SQL": once.perSecond / plain.perSecond,
      "5 million routes / none": withMany.perSecond / once.perSecond,
    },
    problems,
  };
};

const rate = ({ messages, seconds }: Sample): string => (messages / seconds).toFixed(0);

interface Opened {
  readonly opened: number;
  readonly refused: number;
  readonly sample: Sample;
}

const openFor = async (
  server: BenchServer,
  url: string,
  milliseconds: number,
  repeatable: boolean,
  profileDir: string | undefined,
): Promise<{ readonly sample: Sample; readonly problems: readonly string[] }> => {
  const api = await startApi(url, profileDir);
  const opener = startChild("test/bench/programs/opener.ts", []);
  try {
    const cast = { gateway: api.child.pid, postgres: server.pid };
    opener.tell({
      open: {
        port: api.port,
        connections: AT_ONCE,
        warmMs: WARM_MS,
        measureMs: milliseconds,
        cast,
        repeatable,
      },
    });
    const { opened, refused, sample } = await opener.heard<Opened>("opened");
    const stored = await storedIn(url);
    const problems = [
      ...(refused > 0 ? [`${refused} conversations were not opened`] : []),
      ...Object.entries({ conversation: 1, live_route: 2, intro: 2 })
        .filter(([what, each]) => stored[what] !== opened * each)
        .map(([what]) => `${opened} opened, but ${stored[what]} rows of ${what}`),
    ];
    return { sample, problems };
  } finally {
    await opener.end();
    await api.child.end();
  }
};

const storedIn = (url: string): Promise<Readonly<Record<string, number>>> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<Record<string, number>>(
      `select (select count(*)::int from conversation) as conversation, (select count(*)::int from queue) as intro,
         (select count(*)::int from route r join conversation c on c.id = r.conversation_id where r.closed_at is null) as live_route`,
    );
    return rows[0]!;
  });

const writePlainly = async (
  server: BenchServer,
  url: string,
  tables: Awaited<ReturnType<typeof openedRows>>,
): Promise<Sample> => {
  const conversations = tables[0]!.columns[0]!.length;
  const began = performance.now();
  const before = cpuOfAll({ postgres: server.pid });
  const ownBefore = process.cpuUsage();
  await writeRows(url, tables, AT_ONCE_PLAIN);
  const own = process.cpuUsage(ownBefore);
  const after = cpuOfAll({ postgres: server.pid });
  return {
    messages: conversations,
    seconds: (performance.now() - began) / 1_000,
    cpuMicros: { gateway: own.user + own.system, postgres: after.postgres! - before.postgres! },
  };
};
