import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, type BenchOptions, measureMs, WARM_MS } from "./parts/bench.ts";
import { startApp, startChild } from "./parts/child.ts";
import { type BenchServer, withBenchServer, withClient } from "./parts/database.ts";
import { BENCH_KEY, writeLiveRoutes } from "./parts/live-routes.ts";
import type { App } from "./parts/processes.ts";
import { type Report, resultOf, type Sample } from "./parts/report.ts";

/** Few enough to be at hand before it is measured. */
const PAIRS = 2_000;
const CONNECTIONS = 100;
const READY_MS = 20_000;

/**
 * Texts that come over HTTP, each answered when it is committed; beside a Koa handler that reads the form and stores nothing. What
 * is to be sent leaves at the usual 30 a second, so that the rest goes from memory into the queue.
 */
export const webhookBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = measureMs(options, 2 * rounds);
  await server.create("routes").then((url) => writeLiveRoutes(url, PAIRS));
  const durable: Sample[] = [];
  const bare: Sample[] = [];
  const problems: string[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    await server.onCopy("routes", async (url) => {
      const { accepted, sample } = await bringTo("api", ms, server, (carrier) =>
        startApi(url, carrier, profileDir),
      );
      const { rows } = await withClient(url, (client) =>
        client.query<{ count: string }>("select count(*) from message where key is not null"),
      );
      const stored = Number(rows[0]!.count);
      if (stored !== accepted) problems.push(`${accepted} answered with 200, but ${stored} stored`);
      durable.push(sample);
    });
    bare.push((await bringTo("bare", ms, server, startBareKoa)).sample);
    say(`durable ${rate(durable.at(-1)!)}/s, bare Koa ${rate(bare.at(-1)!)}/s`);
  }
  const results = [resultOf("durable", durable), resultOf("bare Koa handler", bare)];
  return {
    name: "webhook",
    results,
    ratios: { "durable / bare Koa": results[0]!.perSecond / results[1]!.perSecond },
    problems,
  };
};

const rate = ({ messages, seconds }: Sample): string => (messages / seconds).toFixed(0);

interface Served {
  readonly child: App;
  readonly port: number;
}

const bringTo = async (
  what: "api" | "bare",
  ms: number,
  server: BenchServer,
  start: (carrierPort: number) => Promise<Served>,
): Promise<{ readonly accepted: number; readonly sample: Sample }> => {
  const generator = startChild("../programs/webhook-generator.ts", [String(PAIRS)]);
  const served = await start(await generator.heard<number>("port"));
  try {
    const cast = { gateway: served.child.pid, ...(what === "api" ? { postgres: server.pid } : {}) };
    generator.tell({
      run: { port: served.port, connections: CONNECTIONS, warmMs: WARM_MS, measureMs: ms, cast },
    });
    return await generator.heard("result");
  } finally {
    await served.child.end();
    await generator.end();
  }
};

const startApi = async (
  databaseUrl: string,
  carrierPort: number,
  profileDir: string | undefined,
): Promise<Served> => {
  const port = await freePort();
  const child = startApp("../../../apps/api/main.ts", {
    profileDir,
    env: {
      DATABASE_URL: databaseUrl,
      ENCRYPTION_KEYS: BENCH_KEY.toString("base64"),
      API_KEYS: "bench:bench-secret-bench-secret",
      PORT: String(port),
      VONAGE_API_KEY: "bench",
      VONAGE_API_SECRET: "bench-secret",
      VONAGE_REST_HOST: `http://127.0.0.1:${carrierPort}`,
      VONAGE_API_HOST: `http://127.0.0.1:${carrierPort}`,
      LOG_LEVEL: "error",
    },
  });
  for (const deadline = Date.now() + READY_MS; Date.now() < deadline; await pause(20)) {
    const answer = await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => null);
    if (answer?.ok) return { child, port };
  }
  await child.end();
  throw new Error("The API did not start");
};

const startBareKoa = async (): Promise<Served> => {
  const child = startChild("../programs/bare-koa.ts", []);
  return { child, port: await child.heard<number>("port") };
};

const freePort = async (): Promise<number> => {
  const probe = net.createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
};
