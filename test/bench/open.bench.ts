import { type Bench, type BenchOptions, measureMs } from "./parts/bench.ts";
import { startChild } from "./parts/child.ts";
import { openedRows, writeRows } from "./parts/copied-rows.ts";
import { cpuOfAll } from "./parts/cpu.ts";
import { type BenchServer, withBenchServer } from "./parts/database.ts";
import { writeLiveRoutes } from "./parts/live-routes.ts";
import { type Report, resultOf, type Sample } from "./parts/report.ts";

/** Callers that open at the same time. */
const AT_ONCE = 32;
const WARM_MS = 800;
/** What somebody who writes many at once would put into one transaction. */
const AT_ONCE_PLAIN = 100;

/** Conversations opened by the use case, each with its routes and intros committed; beside the same rows by plain batched SQL. */
export const openBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say, profileDir } = options;
  const ms = measureMs(options, 2 * rounds);
  await server.create("numbers").then((url) => writeLiveRoutes(url, 0));
  const opened: Sample[] = [];
  const plain: Sample[] = [];
  for (let round = 1; round <= rounds; round += 1) {
    const tables = await server.onCopy("numbers", async (url) => {
      opened.push(await openFor(server, url, ms, profileDir));
      return openedRows(url);
    });
    await server.onCopy("numbers", async (url) => {
      plain.push(await writePlainly(server, url, tables));
    });
    say(`opened ${rate(opened.at(-1)!)}/s, plain SQL ${rate(plain.at(-1)!)}/s`);
  }
  const results = [resultOf("by the use case", opened), resultOf("plain batched SQL", plain)];
  return {
    name: "open",
    results,
    ratios: { "by the use case / plain batched SQL": results[0]!.perSecond / results[1]!.perSecond },
    problems: [],
  };
};

const rate = ({ messages, seconds }: Sample): string => (messages / seconds).toFixed(0);

const openFor = async (
  server: BenchServer,
  url: string,
  milliseconds: number,
  profileDir: string | undefined,
): Promise<Sample> => {
  const opener = startChild("../programs/opener.ts", [url], { profileDir });
  try {
    await opener.heard("ready");
    const open = (ms: number) => ({
      open: { milliseconds: ms, atOnce: AT_ONCE, cast: { postgres: server.pid } },
    });
    opener.tell(open(WARM_MS));
    await opener.heard("opened");
    opener.tell(open(milliseconds));
    return await opener.heard<Sample>("opened");
  } finally {
    await opener.end();
  }
};

const writePlainly = async (
  server: BenchServer,
  url: string,
  tables: Awaited<ReturnType<typeof openedRows>>,
): Promise<Sample> => {
  const conversations = tables[0]!.columns[0]!.length;
  const cast = { gateway: process.pid, postgres: server.pid };
  const began = performance.now();
  const before = cpuOfAll({ ...cast, gateway: 0 });
  const ownBefore = process.cpuUsage();
  await writeRows(url, tables, AT_ONCE_PLAIN);
  const own = process.cpuUsage(ownBefore);
  const after = cpuOfAll({ ...cast, gateway: 0 });
  return {
    messages: conversations,
    seconds: (performance.now() - began) / 1_000,
    cpuMicros: { gateway: own.user + own.system, postgres: after.postgres! - before.postgres! },
  };
};
