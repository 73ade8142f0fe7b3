import { type Bench, type BenchOptions, measureMs } from "#test/bench/parts/bench.ts";
import { type BenchServer, withBenchServer, withClient } from "#test/bench/parts/database.ts";
import { writeLiveRoutes } from "#test/bench/parts/live-routes.ts";
import { type App, startGateway, startGenerator, startNaiveRelay } from "#test/bench/parts/processes.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";

const PAIRS = 20_000;
const WINDOW = 1_000;

/**
 * Receipts that come later, after another life of the gateway, so that each has to be looked up among all the ids that carriers
 * gave; beside node-smpp with the ids in a table in memory. (Receipts that come at once are a part of `relay`.)
 */
export const receiptsBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = measureMs(options, 4 * rounds);
  await server.create("routes").then((url) => writeLiveRoutes(url, PAIRS));
  const durable: Sample[] = [];
  const naive: Sample[] = [];
  const problems: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await server.onCopy("routes", async (url) => {
      const start = (smscPort: number, profile?: string) =>
        startGateway({ databaseUrl: url, smscPort, window: WINDOW, profileDir: profile });
      const sample = await report(ms, server, start, (port) => start(port, profileDir));
      const outcomes = await withClient(url, (client) =>
        client.query<{ count: string }>("select count(*) from message_outcome where state = 'delivered'"),
      );
      const written = Number(outcomes.rows[0]!.count);
      if (written !== sample.messages) problems.push(`${sample.messages} receipts, but ${written} outcomes`);
      durable.push(sample);
    });
    naive.push(await report(ms, server, (port) => startNaiveRelay(port, PAIRS, false), null));
    say(`durable ${rate(durable.at(-1)!)}/s, node-smpp in memory ${rate(naive.at(-1)!)}/s`);
  }
  const results = [resultOf("durable", durable), resultOf("node-smpp in memory", naive)];
  return {
    name: "receipts",
    results,
    ratios: { "durable / node-smpp": results[0]!.perSecond / results[1]!.perSecond },
    problems,
  };
};

const rate = ({ messages, seconds }: Sample): string => (messages / seconds).toFixed(0);

const report = async (
  ms: number,
  server: BenchServer,
  start: (port: number) => App,
  restart: ((port: number) => App) | null,
): Promise<Sample> => {
  const generator = await startGenerator({ pairs: PAIRS, receipts: "later" });
  let relay = start(generator.port);
  try {
    await generator.child.heard("bound");
    generator.child.tell({ run: { window: WINDOW, rate: null, warmMs: 0, measureMs: ms, cast: {} } });
    await generator.child.heard("result");
    if (restart !== null) {
      await relay.end();
      relay = restart(generator.port);
      await generator.child.heard("bound");
    }
    const cast = { gateway: relay.pid, ...(restart === null ? {} : { postgres: server.pid }) };
    generator.child.tell({ report: { window: WINDOW, cast } });
    return await generator.child.heard<Sample>("reported");
  } finally {
    await relay.end();
    await generator.child.end();
  }
};
