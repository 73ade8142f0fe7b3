import { setTimeout as pause } from "node:timers/promises";
import { type BenchServer, withBenchServer } from "./database.ts";
import type { Findings } from "./handset-ledger.ts";
import { writeLiveRoutes } from "./live-routes.ts";
import { type App, type Generator, startGateway, startGenerator } from "./processes.ts";
import type { RunResult } from "./smsc.ts";

export interface FaultRun {
  readonly pairs: number;
  readonly window: number;
  /** What happens, in this order, `everyMs` apart on average. */
  readonly faults: readonly Fault[];
  readonly everyMs: number;
  /** Where the moments of the faults come from. */
  readonly random: () => number;
  readonly say: (line: string) => void;
}

/** `gateway`: kill -9, and a new one. `database`: an immediate stop, and a start. `link`: the carrier cuts its connections. */
export type Fault = "gateway" | "database" | "link";

export interface FaultFindings extends Findings {
  readonly perSecond: number;
}

/** A dead gateway's messages are taken up when its lease has run out. */
const DRAIN_MS = 40_000;

/** Loads the gateway as fast as it goes while things fail, and compares what handsets got with what was acknowledged. */
export const faultRun = (run: FaultRun): Promise<FaultFindings> =>
  withBenchServer(async (server) => {
    const url = await server.create("routes");
    await writeLiveRoutes(url, run.pairs);
    const generator = await startGenerator({ pairs: run.pairs, receipts: "with" });
    const start = (): App => startGateway({ databaseUrl: url, smscPort: generator.port, window: run.window });
    let gateway = start();
    try {
      await generator.child.heard("bound");
      const measureMs = run.everyMs * (run.faults.length + 1);
      const command = { window: run.window, rate: null, warmMs: 0, measureMs, drainMs: DRAIN_MS, cast: {} };
      generator.child.tell({ run: command });
      for (const fault of run.faults) {
        await pause(run.everyMs * (0.5 + run.random()));
        run.say(fault);
        gateway = await happen(fault, { server, generator, gateway, start });
      }
      const { findings, perSecond } = await generator.child.heard<RunResult>("result");
      return { ...findings, perSecond };
    } finally {
      await gateway.end("SIGKILL");
      await generator.child.end();
    }
  });

interface Fixture {
  readonly server: BenchServer;
  readonly generator: Generator;
  readonly gateway: App;
  readonly start: () => App;
}

/** Answers the gateway that runs afterwards. */
const happen = async (fault: Fault, { server, generator, gateway, start }: Fixture): Promise<App> => {
  switch (fault) {
    case "gateway":
      await gateway.end("SIGKILL");
      return start();
    case "database":
      await server.crash();
      return gateway;
    case "link":
      generator.child.tell({ cut: true });
      return gateway;
  }
};
