import { randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import { API_SECRET, startApi } from "#test/bench/parts/api.ts";
import { type Bench, type BenchOptions, measureMs } from "#test/bench/parts/bench.ts";
import { type BenchServer, withBenchServer, withClient } from "#test/bench/parts/database.ts";
import { writeLiveRoutes } from "#test/bench/parts/live-routes.ts";
import { type Measured, runGateway } from "#test/bench/parts/relay-run.ts";
import { type Report, resultOf, type Sample } from "#test/bench/parts/report.ts";

const PAIRS = 20_000;
const LINES = 100_000;
const CONVERSATIONS = 1_000;
const RATES = [100, 1_000];
/** The carrier does not hold texts back unless we are more than this behind. */
const WINDOW = 4_000;
const PATIENCE_MS = 300_000;

const ALONE = "people alone";
const BESIDE = "beside a broadcast";

/**
 * From the carrier's deliver_sm to our submit_sm of what people text at fixed rates, alone and beside a broadcast of 100,000 that
 * runs all the time.
 */
export const broadcastBench: Bench = (options) => withBenchServer((server) => onServer(server, options));

const onServer = async (server: BenchServer, options: BenchOptions): Promise<Report> => {
  const { rounds, say } = options;
  const ms = measureMs(options, 2 * RATES.length * rounds);
  await server.create("routes").then((url) => writeLiveRoutes(url, PAIRS));
  await server.create("waiting").then(async (url) => {
    await writeLiveRoutes(url, PAIRS);
    await writeBroadcast(url, say);
  });
  const samples = new Map<string, Sample[]>();
  const problems: string[] = [];
  const keep = (variant: string, { sample, problems: found }: Measured): void => {
    samples.set(variant, [...(samples.get(variant) ?? []), sample]);
    problems.push(...found);
    say(`${variant}: p99 ${sample.latency?.p99Ms.toFixed(1)} ms`);
  };
  for (let round = 1; round <= rounds; round += 1) {
    for (const rate of RATES) {
      const run = { pairs: PAIRS, window: WINDOW, rate, measureMs: ms };
      await server.onCopy("routes", async (url) =>
        keep(`${ALONE}, ${rate}/s`, await runGateway(server, url, run)),
      );
      await server.onCopy("waiting", async (url) => {
        const measured = await runGateway(server, url, run);
        const left = await linesLeft(url);
        if (left === 0) problems.push(`at ${rate}/s the broadcast ended before it was measured to the end`);
        const sent = LINES - left;
        const notes = { ...measured.sample.notes, linesSent: sent };
        keep(`${BESIDE}, ${rate}/s`, { ...measured, sample: { ...measured.sample, notes } });
      });
    }
  }
  const results = [...samples].map(([variant, each]) => resultOf(variant, each));
  const p99 = (variant: string) => results.find((each) => each.variant === variant)!.p99Ms!;
  const ratios = Object.fromEntries(
    RATES.map((rate) => [
      `p99 beside / alone, ${rate}/s`,
      p99(`${BESIDE}, ${rate}/s`) / p99(`${ALONE}, ${rate}/s`),
    ]),
  );
  return { name: "broadcast", results, ratios, problems };
};

const linesLeft = (url: string): Promise<number> =>
  withClient(url, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      "select count(*)::int as count from broadcast_line where settled_at is null",
    );
    return rows[0]!.count;
  });

/** Opens conversations over HTTP, and leaves a broadcast to them that nobody sends yet, as no carrier is set. */
const writeBroadcast = async (url: string, say: (line: string) => void): Promise<void> => {
  const { child, port } = await startApi(url, undefined, { API_RATE: "100000" });
  const post = async (path: string, type: string, body: string): Promise<{ readonly id: string }> => {
    const headers = {
      authorization: `Bearer ${API_SECRET}`,
      "content-type": type,
      "idempotency-key": randomUUID(),
    };
    const answer = await fetch(`http://127.0.0.1:${port}${path}`, { method: "POST", headers, body });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.json() as Promise<{ readonly id: string }>;
  };
  try {
    const people: string[] = [];
    for (let i = 0; i < CONVERSATIONS; i += 1) {
      const participants = [0, 1].map((side) => ({
        number: `+4475${String(2 * i + side).padStart(8, "0")}`,
        intro: null,
      }));
      const opened = await post("/v1/conversations", "application/json", JSON.stringify({ participants }));
      const { participants: named } = opened as unknown as {
        readonly participants: readonly { readonly id: string }[];
      };
      people.push(JSON.stringify({ conversation: opened.id, to: named[0]!.id, text: "ten minutes late" }));
    }
    const lines = Array.from({ length: LINES }, (_, i) => people[i % people.length]);
    await post("/v1/broadcasts", "application/x-ndjson", `${lines.join("\n")}\n`);
    for (const until = Date.now() + PATIENCE_MS; (await linesLeft(url)) < LINES; await pause(100))
      if (Date.now() > until) throw new Error("The broadcast was not stored");
    say("a broadcast waits");
  } finally {
    await child.end();
  }
};
