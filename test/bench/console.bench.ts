import { setTimeout as pause } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { createClient } from "#apps/client/client.ts";
import type { Bench, BenchOptions } from "#test/bench/parts/bench.ts";
import {
  openConversations,
  startTraffic,
  type Texting,
  type Traffic,
} from "#test/bench/parts/console-traffic.ts";
import {
  type ConsoleVisit,
  type Memory,
  showScreen,
  visitConsole,
} from "#test/bench/parts/console-visits.ts";
import { cpuMicros } from "#test/bench/parts/cpu.ts";
import { median, percentiles } from "#test/bench/parts/percentiles.ts";
import { type Report, type Result, resultOf } from "#test/bench/parts/report.ts";
import { type BenchSandbox, startSandbox } from "#test/bench/parts/sandbox.ts";
import { openBrowser } from "#test/support/browser.ts";

const CONVERSATIONS = 5_000;
const PER_SECOND = 200;
/** Segments a second that the carrier takes: more than come. */
const CARRIER_RATE = 2_000;
const MEBIBYTE = 2 ** 20;
const LATE_MS = 1_000;
const ROUNDS_OF_SCREENS = 3;
/** Before anything is measured: the rate is reached, and caches are filled. */
const SETTLE_MS = 5_000;

/** Five consoles beside people who text: what they cost the API, how large they grow, and how soon each screen stands. */
export const consoleBench: Bench = async (options) => {
  const browser = await openBrowser();
  if (browser === null) throw new Error("There is no browser");
  const sandbox = await startSandbox(CARRIER_RATE);
  try {
    return await measure(browser, sandbox, options);
  } finally {
    await browser.close();
    await sandbox.stop();
  }
};

const measure = async (browser: Browser, sandbox: BenchSandbox, options: BenchOptions): Promise<Report> => {
  const { seconds, say } = options;
  const client = createClient({ baseUrl: sandbox.api, apiKey: sandbox.apiKey });
  const all = await openConversations(client, CONVERSATIONS);
  say(`${all.length} conversations are open`);
  const traffic = startTraffic(sandbox, client, all, PER_SECOND);
  await pause(SETTLE_MS);
  const alone = await during(sandbox, traffic, Math.max(5, seconds / 3) * 1_000, "no console");
  say(`without consoles: p99 ${alone.p99Ms?.toFixed(1)} ms`);

  const screens = screensOf(all[0]!);
  const visits: ConsoleVisit[] = [];
  for (const screen of screens.slice(0, 5)) {
    visits.push(await visitConsole(browser, sandbox.api, sandbox.apiKey, screen));
    say(`a console is open on ${nameOf(screen)}`);
  }
  await pause(SETTLE_MS);
  const before = await memories(visits);
  const beside = await during(sandbox, traffic, seconds * 1_000, "five consoles");
  const after = await memories(visits);
  say(`with consoles: p99 ${beside.p99Ms?.toFixed(1)} ms`);
  const growth = visits.flatMap(({ screen }, index) => grown(screen, before[index]!, after[index]!, seconds));

  const reactions: Record<string, number> = {};
  const { page } = visits[0]!;
  const times = new Map<string, number[]>(screens.map((screen) => [screen, []]));
  for (let round = 0; round < ROUNDS_OF_SCREENS; round += 1)
    for (const screen of screens) times.get(screen)!.push(await showScreen(page, screen));
  for (const [screen, taken] of times) reactions[`ms until ${nameOf(screen)} stands`] = median(taken);
  traffic.stop();

  const late = Object.entries(reactions).filter(([, ms]) => ms > LATE_MS);
  return {
    name: "console",
    results: [alone, { ...beside, notes: { ...beside.notes, ...Object.fromEntries(growth), ...reactions } }],
    ratios: { "p99 with five consoles to that without": beside.p99Ms! / alone.p99Ms! },
    problems: [
      ...visits.flatMap(({ screen, told }) => told.map((line) => `${nameOf(screen)} wrote: ${line}`)),
      ...late.map(([what, ms]) => `${ms.toFixed(0)} ${what}`),
      ...(traffic.refused() > 0 ? [`${traffic.refused()} calls or texts were refused`] : []),
    ],
  };
};

/** The first five stay open. */
const screensOf = ({ conversation }: Texting): readonly string[] => [
  "/",
  "/console/events",
  "/console/conversations",
  `/console/conversations/${conversation}`,
  "/console/numbers",
  "/console/links",
  "/console/failures",
  "/console/webhooks",
  "/console/services",
];

const nameOf = (screen: string): string =>
  screen === "/" ? "now" : screen.replace("/console/", "").replace(/\/cnv_.*/, "/one");

const during = async (
  { pid }: BenchSandbox,
  traffic: Traffic,
  ms: number,
  variant: string,
): Promise<Result> => {
  traffic.takeTimes();
  const [textedBefore, cpuBefore] = [traffic.texted(), cpuMicros(pid)];
  const began = performance.now();
  await pause(ms);
  const messages = traffic.texted() - textedBefore;
  const latency = percentiles(traffic.takeTimes());
  return resultOf(variant, [
    {
      messages,
      seconds: (performance.now() - began) / 1_000,
      cpuMicros: { sandbox: cpuMicros(pid) - cpuBefore },
      latency,
    },
  ]);
};

const memories = (visits: readonly ConsoleVisit[]): Promise<readonly Memory[]> =>
  Promise.all(visits.map(({ memory }) => memory()));

const grown = (screen: string, before: Memory, after: Memory, seconds: number): [string, number][] => [
  [`MiB of ${nameOf(screen)} at the end`, after.heapBytes / MEBIBYTE],
  [`MiB a minute of ${nameOf(screen)}`, (after.heapBytes - before.heapBytes) / MEBIBYTE / (seconds / 60)],
  [`nodes more of ${nameOf(screen)}`, after.nodes - before.nodes],
];
