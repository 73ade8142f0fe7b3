import { type StartedApi, startApi } from "#test/bench/parts/api.ts";
import { type Bench, type BenchOptions, measureMs } from "#test/bench/parts/bench.ts";
import { startChild } from "#test/bench/parts/child.ts";
import { type BenchServer, withBenchServer, withClient } from "#test/bench/parts/database.ts";
import { writeLiveRoutes } from "#test/bench/parts/live-routes.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";

/** Few enough to be at hand before it is measured … */
const AT_HAND = 2_000;
/** … and so many that nearly every text comes from somebody who is not. */
const NOT_AT_HAND = 200_000;
const CONNECTIONS = 100;
/** What the process may keep in hand is full by then, and its code compiled. */
const WARM_MS = 3_000;

const DURABLE = "durable";
const COLD = "durable, people not at hand";
const STORELESS = "nothing stored";
const BARE = "bare Koa handler";

/**
 * Texts that come over HTTP, each answered when it is committed; beside a Koa handler that reads the form and stores nothing, and the
 * API itself with storage cut out. What is to be sent leaves at the usual 30 a second, so that the rest goes from memory into the
 * queue.
 */
export const webhookBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = measureMs(options, 4 * rounds);
  for (const pairs of [AT_HAND, NOT_AT_HAND])
    await server.create(`routes_${pairs}`).then((url) => writeLiveRoutes(url, pairs));
  const samples = new Map<string, Sample[]>();
  const problems: string[] = [];
  const keep = (variant: string, sample: Sample): void => {
    samples.set(variant, [...(samples.get(variant) ?? []), sample]);
    say(`${variant}: ${(sample.messages / sample.seconds).toFixed(0)}/s`);
  };
  const durable = (variant: string, pairs: number): Promise<void> =>
    server.onCopy(`routes_${pairs}`, async (url) => {
      const start = (carrierPort: number) => startApi(url, profileDir, carrierAt(carrierPort));
      const { accepted, sample } = await bringTo(start, pairs, ms, server.pid);
      const stored = await storedIn(url);
      if (stored !== accepted) problems.push(`${accepted} answered with 200, but ${stored} stored`);
      keep(variant, sample);
    });
  const alone = async (variant: string, program: string): Promise<void> => {
    const start = () => startProgram(program, AT_HAND);
    keep(variant, (await bringTo(start, AT_HAND, ms, null)).sample);
  };
  for (let round = 1; round <= rounds; round += 1) {
    await durable(DURABLE, AT_HAND);
    await alone(BARE, "test/bench/programs/bare-koa.ts");
    await durable(COLD, NOT_AT_HAND);
    await alone(STORELESS, "test/bench/programs/storeless-api.ts");
  }
  const results = [DURABLE, COLD, STORELESS, BARE].map((variant) => resultOf(variant, samples.get(variant)!));
  const bare = results.at(-1)!.perSecond;
  const ratios = Object.fromEntries(
    results.slice(0, -1).map(({ variant, perSecond }) => [`${variant} / bare Koa`, perSecond / bare]),
  );
  return { name: "webhook", results, ratios, problems };
};

const storedIn = async (url: string): Promise<number> => {
  const { rows } = await withClient(url, (client) =>
    client.query<{ count: string }>("select count(*) from message where key is not null"),
  );
  return Number(rows[0]!.count);
};

const carrierAt = (port: number) => ({
  VONAGE_API_KEY: "bench",
  VONAGE_API_SECRET: "bench-secret",
  VONAGE_REST_HOST: `http://127.0.0.1:${port}`,
  VONAGE_API_HOST: `http://127.0.0.1:${port}`,
});

const startProgram = async (program: string, pairs: number): Promise<StartedApi> => {
  const child = startChild(program, [String(pairs)]);
  return { child, port: await child.heard<number>("port") };
};

const bringTo = async (
  start: (carrierPort: number) => Promise<StartedApi>,
  pairs: number,
  ms: number,
  postgres: number | null,
): Promise<{ readonly accepted: number; readonly sample: Sample }> => {
  const generator = startChild("test/bench/programs/webhook-generator.ts", [String(pairs)]);
  const { child, port } = await start(await generator.heard<number>("port"));
  try {
    const cast = { gateway: child.pid, ...(postgres === null ? {} : { postgres }) };
    generator.tell({ run: { port, connections: CONNECTIONS, warmMs: WARM_MS, measureMs: ms, cast } });
    return await generator.heard("result");
  } finally {
    await child.end();
    await generator.end();
  }
};
