import { setTimeout as pause } from "node:timers/promises";
import { systemClock } from "#adapters/node/clock.ts";
import { keyring } from "#adapters/postgres/sealing/keyring.ts";
import { type PostgresStorage, postgresStorage } from "#adapters/postgres/storage.ts";
import type { Settings } from "#apps/process/settings/settings.ts";
import { noLimits, type SimulatorOptions } from "#apps/simulator/options.ts";
import { type Simulator, startSimulator } from "#apps/simulator/simulator.ts";
import { eventually } from "#test/support/simulator-eventually.ts";
import { type Audit, loadOf } from "./load.ts";
import { openConversations, ourNumbers, register, type Side } from "./people.ts";
import { ENCRYPTION_KEY, type RunningGateway, startGateway } from "./running-gateway.ts";

const NUMBERS = 10;
const LOOK_MS = 200;

/** A carrier of our own may be asked again soon. */
const TUNING = { times: { responseMs: 2_000 }, reconnect: { firstMs: 200, mostMs: 1_000 } };

/** What is wrong with the carrier while the texts are on their way. */
export interface FaultCase {
  readonly name: string;
  readonly faults: object;
  /** Answers are lost, so that handsets may show a text twice: at most a window for each connection. */
  readonly losesAnswers?: true;
  readonly settings?: Partial<Settings>;
  readonly simulator?: SimulatorOptions;
}

export const faultCases: readonly FaultCase[] = [
  { name: "nothing is wrong", faults: {} },
  { name: "links are cut", faults: { dropLinkEvery: 150 }, losesAnswers: true },
  { name: "submits are not answered", faults: { muteSubmit: 20 }, losesAnswers: true },
  { name: "answers are slow", faults: { latencyMs: "20ms", jitterMs: "80ms" } },
  { name: "garbage comes between the answers", faults: { smpp: { garbage: 1 } }, losesAnswers: true },
  { name: "some submits are refused by a generic_nack", faults: { smpp: { nackEvery: 150 } } },
  { name: "everything comes by data_sm", faults: { smpp: { dataSm: true } } },
  { name: "texts and receipts end in a broken TLV", faults: { smpp: { brokenTlvs: true } } },
  { name: "receipts come without their class", faults: { receipts: { unclassed: true, delayMs: "20ms" } } },
  { name: "binds are refused at first", faults: { smpp: { refuseBinds: 2 } } },
  { name: "throttling goes on for two seconds", faults: { throttleFor: "2s" } },
  { name: "only 400 a second are taken", faults: { tps: 400 } },
  { name: "all receipts come before the answers", faults: { receipts: { firstPercent: 100 } } },
  {
    name: "receipts come late, twice and out of order, and contradict themselves",
    faults: { receipts: { delayMs: "300ms", duplicatePercent: 50, reorder: true, contradictPercent: 20 } },
  },
];

export interface FaultReport extends Audit {
  readonly sent: number;
  /** Connections that were made, the first ones included: each but the last ones has ended in the middle of something. */
  readonly connections: number;
  /** Messages that the carrier's receipts have ended, and those that it took without. */
  readonly delivered: number;
  readonly open: number;
  readonly seconds: number;
}

export interface FaultBed {
  readonly storage: PostgresStorage;
  run(fault: FaultCase, texts: number, conversations: number): Promise<FaultReport>;
  close(): Promise<void>;
}

/** Looking costs as much as the work that is waited for, so it is done now and then. */
const patiently = async (probe: () => boolean | Promise<boolean>, ms: number): Promise<void> => {
  const deadline = performance.now() + ms;
  while (!(await probe()) && performance.now() < deadline) await pause(LOOK_MS);
};

/** Gateways and carriers, one of each for each case, over one database. */
export const faultBed = async (databaseUrl: string): Promise<FaultBed> => {
  const storage = postgresStorage({
    url: databaseUrl,
    keyring: keyring([ENCRYPTION_KEY]),
    clock: systemClock,
  });
  await register(storage, ourNumbers(NUMBERS));

  const run = async (fault: FaultCase, texts: number, conversations: number): Promise<FaultReport> => {
    const { running, simulator, sides } = await fixture(fault, conversations);
    try {
      return await underLoad({ simulator, sides, fault, texts });
    } finally {
      await running.stop();
      await simulator.stop();
    }
  };

  const fixture = async (fault: FaultCase, conversations: number) => {
    const retry = { firstMs: 50, factor: 1, maxMs: 100, attempts: 100_000, horizonMs: 3_600_000 };
    const simulator = await startSimulator({
      limits: noLimits,
      rented: ourNumbers(NUMBERS),
      smpp: { retry },
      ...fault.simulator,
    });
    const sides = await openConversations(storage, conversations);
    // Over SMPP alone: nobody would take the receipts of what goes over HTTP.
    const change = { vonageApiKey: undefined, vonageApiSecret: undefined, ...fault.settings };
    const running: RunningGateway = await startGateway(simulator, { databaseUrl }, change, TUNING);
    await eventually(() => simulator.stats().smpp.bound >= 1, "a bind is up", 30_000);
    return { running, simulator, sides };
  };

  const underLoad = async (under: {
    readonly simulator: Simulator;
    readonly sides: readonly Side[];
    readonly fault: FaultCase;
    readonly texts: number;
  }): Promise<FaultReport> => {
    const { simulator, sides, fault, texts } = under;
    const load = loadOf(simulator, sides);
    simulator.setFaults(fault.faults);
    if ("smpp" in fault.faults) simulator.cutLinks();
    const startedAt = performance.now();
    load.send(texts);
    await patiently(() => load.audit().lost === 0, 50_000 + texts * 5);
    const seconds = (performance.now() - startedAt) / 1_000;
    await patiently(() => ends(sides, texts), 20_000 + texts);
    const ended = await states(sides);
    const { binds: connections } = simulator.stats().smpp;
    return { ...load.audit(), sent: load.sent(), connections, ...ended, seconds };
  };

  const states = async (sides: readonly Side[]) => {
    let [delivered, open] = [0, 0];
    for (const id of new Set(sides.map((side) => side.conversation))) {
      for (let after: string | null = null; ; ) {
        const slice = await storage.conversations.messages(id, { limit: 200, after });
        delivered += slice.items.filter(({ state }) => state === "delivered").length;
        open += slice.items.filter(({ finalAt }) => finalAt === null).length;
        after = slice.next;
        if (after === null) break;
      }
    }
    return { delivered, open };
  };
  const ends = async (sides: readonly Side[], texts: number) => {
    const { open, delivered } = await states(sides);
    return open === 0 && delivered >= texts;
  };

  return { storage, run, close: () => storage.close() };
};
