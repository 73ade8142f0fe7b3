import { setTimeout as pause } from "node:timers/promises";
import { WARM_MS } from "./bench.ts";
import type { BenchServer } from "./database.ts";
import { type DatabaseWork, databaseWork, workPerText } from "./database-work.ts";
import { startGateway, startGenerator, startNaiveRelay, startStorelessGateway } from "./processes.ts";
import type { Sample } from "./report.ts";
import type { RunCommand, RunResult } from "./smsc.ts";

/** A gateway that has just begun sends nothing for a second: its part of the account's rate may have been used until then. */
const START_MS = 1_500;

export interface RelayRun {
  readonly pairs: number;
  readonly window: number;
  readonly rate: number | null;
  readonly greet?: boolean;
  readonly measureMs: number;
  readonly profileDir?: string | undefined;
}

export interface Measured {
  readonly sample: Sample;
  readonly problems: readonly string[];
}

/** The gateway on a database of its own between the generator's two ends. */
export const runGateway = async (
  server: BenchServer,
  databaseUrl: string,
  run: RelayRun,
): Promise<Measured> => {
  const generator = await startGenerator({ pairs: run.pairs, receipts: "with" });
  const gateway = startGateway({
    databaseUrl,
    smscPort: generator.port,
    window: run.rate === null ? run.window : Math.min(1_000, run.window),
    profileDir: run.profileDir,
  });
  try {
    await generator.child.heard("bound");
    await pause(START_MS);
    generator.child.tell({ run: commandOf(run, { gateway: gateway.pid, postgres: server.pid }) });
    const work = await databaseWork(generator.child, databaseUrl);
    return measured("gateway", run, await generator.child.heard<RunResult>("result"), work);
  } finally {
    await gateway.end();
    await generator.child.end();
  }
};

/** node-smpp in its place. */
export const runNaiveRelay = async (run: RelayRun): Promise<Measured> => {
  const generator = await startGenerator({ pairs: run.pairs, receipts: "with" });
  // Without it, Nagle's algorithm would stall small windows; at large ones every PDU would become a packet.
  const relay = startNaiveRelay(generator.port, run.pairs, run.window < 500);
  try {
    await generator.child.heard("bound");
    await pause(START_MS);
    generator.child.tell({ run: commandOf(run, { gateway: relay.pid }) });
    return measured("node-smpp", run, await generator.child.heard<RunResult>("result"));
  } finally {
    await relay.end();
    await generator.child.end();
  }
};

/** The gateway, but for storage. */
export const runStorelessGateway = async (run: RelayRun): Promise<Measured> => {
  const generator = await startGenerator({ pairs: run.pairs, receipts: "with" });
  const gateway = startStorelessGateway(generator.port, run);
  try {
    await generator.child.heard("bound");
    await pause(START_MS);
    generator.child.tell({ run: commandOf(run, { gateway: gateway.pid }) });
    return measured("nothing stored", run, await generator.child.heard<RunResult>("result"));
  } finally {
    await gateway.end();
    await generator.child.end();
  }
};

const commandOf = (
  { window, rate, greet = true, measureMs }: RelayRun,
  cast: RunCommand["cast"],
): RunCommand => ({
  window,
  rate,
  greet,
  warmMs: WARM_MS,
  measureMs,
  cast,
});

const measured = (
  what: string,
  { window, rate }: RelayRun,
  result: RunResult,
  work: DatabaseWork | null = null,
): Measured => {
  const { findings, latency, messages, perSecond, cpuMicros, refused, receiptsRefused, lateSends } = result;
  const name = rate === null ? `${what} ${window}` : `${what} ${rate}/s`;
  const wrong = (["lost", "duplicates", "misrouted", "outOfOrder"] as const).filter(
    (kind) => findings[kind] > 0,
  );
  return {
    sample: {
      messages,
      seconds: messages / perSecond,
      cpuMicros,
      latency,
      notes: {
        refused,
        receiptsRefused,
        lateSends,
        ackP50Ms: result.acknowledgement.p50Ms,
        ackP99Ms: result.acknowledgement.p99Ms,
        ...(work && workPerText(work, messages)),
      },
    },
    problems: wrong.map((kind) => `${name}: ${findings[kind]} ${kind} of ${findings.acknowledged}`),
  };
};
