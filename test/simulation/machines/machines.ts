import type { MemoryTables } from "#adapters/memory/tables.ts";
import type { CarrierSide } from "#test/simulation/carrier/carrier-side.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import type { Shape } from "#test/simulation/shape.ts";
import type { Story } from "#test/simulation/story.ts";
import type { Truth } from "#test/simulation/truth/truth.ts";
import { connectProcess } from "./links.ts";
import type { PolicyServer } from "./policy.ts";
import { type SimulatedProcess, startProcess } from "./process.ts";

/** All processes of the house, each of which may live many lives. */
export interface Machines {
  /** The newest life of each. */
  processes(): readonly SimulatedProcess[];
  start(position: number): void;
  startAll(): void;
  killAll(): void;
  /** Kills also the older lives that are still there; nothing starts before `startAll`. */
  shutDown(): void;
  /** Whether every process is up. */
  allRun(): boolean;
}

export interface MachinesSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly stored: MemoryTables;
  readonly shape: Shape;
  readonly store: {
    readonly awayUntil: number;
    readonly lossProbability: number;
    readonly delayMaxMs: number;
  };
  readonly side: CarrierSide;
  readonly truth: Truth;
  readonly story: Story;
  readonly policy: PolicyServer;
  judged<A extends unknown[]>(run: (...args: A) => void): (...args: A) => void;
  fault(process: string, error: unknown): void;
}

export const createMachines = (surroundings: MachinesSurroundings): Machines => {
  const { scheduler, random, stored, shape, store, side, truth, story, judged, fault, policy } = surroundings;
  const processes: SimulatedProcess[] = [];
  const processByDispatcher = new Map<string, string>();
  const everyLife: SimulatedProcess[] = [];
  let lives = 0;
  let isDown = false;

  /** What a dead dispatcher had handed over without the store knowing leaves once more, by whoever buries it. */
  const noteDeaths = (): void => {
    for (const [id, process] of processByDispatcher) {
      if (!stored.dispatchers.get(id)?.dead) continue;
      story.say(`${process} is declared dead`);
      truth.departures.expired(process);
      processByDispatcher.delete(id);
    }
  };

  const observe = judged((process: string, call: string, args: readonly unknown[], answer: unknown) => {
    story.called(process, call, args, answer);
    truth.observe(call, args, answer);
    if (call === "dispatch.join") processByDispatcher.set((args[0] as { id: string }).id, process);
    if (call === "dispatch.heartbeat" || call === "dispatch.leave") noteDeaths();
  });
  const answered = judged(truth.answered);
  const sent = judged(truth.controlledLinks.sent);

  const start = (position: number): void => {
    if (isDown) return;
    lives += 1;
    const kind = shape.processes[position]!;
    const name = `${kind} ${position + 1}, life ${lives}`;
    const own = random.fork(1_000 + lives);
    processes[position] = startProcess(name, kind, {
      scheduler,
      random: own,
      stored,
      road: {
        awayUntil: () => store.awayUntil,
        lossProbability: () => store.lossProbability,
        delayMaxMs: () => store.delayMaxMs,
      },
      connect: (process) =>
        connectProcess(process, {
          scheduler,
          random: own.fork(1),
          carrier: side.carrier,
          smsc: side.smsc,
          bindTypes: shape.bindTypes,
          messageIdForm: shape.messageIdForm,
          answered,
          sent,
          fault: (error) => fault(name, error),
        }),
      policy,
      observe,
      fault,
    });
    everyLife.push(processes[position]!);
    story.say(`${name}, starts`);
  };

  return {
    processes: () => processes,
    start,
    shutDown: () => {
      isDown = true;
      for (const process of everyLife) process.kill();
      processByDispatcher.clear();
    },
    startAll: () => {
      isDown = false;
      for (const position of shape.processes.keys()) start(position);
    },
    killAll: () => {
      for (const process of processes) process.kill();
    },
    allRun: () => processes.every((process) => process.alive() && process.relay()),
  };
};
