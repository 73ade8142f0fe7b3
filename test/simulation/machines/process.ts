import { recordedJournal } from "#adapters/memory/journal.ts";
import type { MemoryTables } from "#adapters/memory/tables.ts";
import { uuidV7Ids } from "#adapters/node/ids.ts";
import { type Engine, startEngine } from "#core/engine/engine.ts";
import type { CarrierLink } from "#core/ports/carrier-link.ts";
import type { SteadyClock } from "#core/ports/clock.ts";
import type { DispatcherKind } from "#core/ports/dispatch.ts";
import type { Ids } from "#core/ports/ids.ts";
import { type Storage, StorageUnavailable } from "#core/ports/storage.ts";
import type { Timer } from "#core/ports/timer.ts";
import type { Random } from "#test/simulation/random.ts";
import type { Scheduler } from "#test/simulation/scheduler.ts";
import { SETTINGS } from "#test/simulation/settings.ts";
import type { PolicyServer } from "./policy.ts";
import { type StoreRoad, unreliableStore } from "./unreliable-store.ts";
import { createWakefulness } from "./wakefulness.ts";

/** What a process looks like to the world around it. */
export interface SimulatedProcess extends ProcessBody {
  /** Null until it has started, and once it stops. */
  relay(): Engine | null;
  kill(): void;
  /** Stops as on SIGTERM. */
  stop(): Promise<void>;
  freeze(ms: number): void;
  jumpClock(ms: number): void;
  /** Its connection to the store is lost for a while. */
  loseStore(ms: number): void;
  /** Calls to the store take up to three seconds for a while. */
  slowStore(ms: number): void;
}

/** What the links of a process know of it. */
export interface ProcessBody {
  readonly name: string;
  readonly kind: DispatcherKind;
  readonly clock: SteadyClock;
  readonly ids: Ids;
  readonly timer: Timer;
  readonly storage: Storage;
  alive(): boolean;
  /** Brings something from outside to the process. */
  arrival(run: () => void): void;
  relay(): Engine | null;
}

/** The links of a process, and how they end. */
export interface ProcessLinks {
  readonly all: readonly CarrierLink[];
  start(): void;
  stop(): Promise<void>;
  /** The engine and the links have stopped. */
  left(): Promise<void>;
  /** The process has died: the machine closes its connections. */
  died(): void;
}

export interface ProcessSurroundings {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly stored: MemoryTables;
  /** How the house as a whole reaches the store. */
  readonly road: StoreRoad;
  readonly policy: PolicyServer;
  connect(process: ProcessBody): ProcessLinks;
  observe(process: string, call: string, args: readonly unknown[], answer: unknown): void;
  fault(process: string, error: unknown): void;
}

const SLOW_MS = 3_000;

/** One process over the shared store. Killed, it stops in the middle of whatever it awaits and is never heard of again. */
export const startProcess = (
  name: string,
  kind: DispatcherKind,
  { scheduler, random, stored, road, policy, connect, observe, fault }: ProcessSurroundings,
): SimulatedProcess => {
  const life = createWakefulness(scheduler);
  let skew = 0;
  let lostUntil = 0;
  let slowUntil = 0;
  let relay: Engine | null = null;

  const clock: SteadyClock = {
    now: () => SETTINGS.epoch + scheduler.now() + skew,
    elapsed: () => scheduler.now(),
  };
  const timer: Timer = {
    after: (ms, run) => {
      let isCancelled = false;
      const unless = (): void => {
        if (!isCancelled) run();
      };
      const cancel = scheduler.after(Math.ceil(ms), () => life.timer(unless));
      return () => {
        // Also where it is overdue already, in a process that is frozen.
        isCancelled = true;
        cancel();
      };
    },
  };
  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      scheduler.after(ms, () => life.arrival(resolve));
    });
  const storage = unreliableStore({
    scheduler,
    random,
    stored,
    road: {
      awayUntil: () => Math.max(lostUntil, road.awayUntil()),
      lossProbability: road.lossProbability,
      delayMaxMs: () => (scheduler.now() < slowUntil ? SLOW_MS : road.delayMaxMs()),
    },
    alive: life.alive,
    pause,
    observe: (call, args, answer) => observe(name, call, args, answer),
  });
  // The real generator of ids, with the chance of the seed instead of the machine's.
  const ids = uuidV7Ids(clock, random.bytes);
  const body: ProcessBody = {
    name,
    kind,
    clock,
    ids,
    timer,
    storage,
    alive: life.alive,
    arrival: life.arrival,
    relay: () => relay,
  };
  const links = connect(body);
  const ports = { storage, links: links.all, clock, timer, ids, policy: policy(body) };

  const start = async (): Promise<void> => {
    for (;;) {
      try {
        const chance = { next: random.next };
        relay = await startEngine({ ...ports, chance, journal: recordedJournal() }, relayOptions(kind));
        links.start();
        return;
      } catch (error) {
        if (!(error instanceof StorageUnavailable)) throw error;
        await pause(1_000);
      }
    }
  };
  start().catch((error: unknown) => fault(name, error));

  const kill = (): void => {
    if (!life.alive()) return;
    life.kill();
    links.died();
  };

  return {
    ...body,
    kill,
    stop: async () => {
      const stopping = relay;
      relay = null;
      await Promise.all([stopping?.stop(), links.stop()]);
      await links.left();
      kill();
    },
    freeze: life.freeze,
    jumpClock: (ms) => {
      skew = Math.max(-SETTINGS.skewMaxMs, Math.min(SETTINGS.skewMaxMs, skew + ms));
    },
    loseStore: (ms) => {
      lostUntil = scheduler.now() + ms;
    },
    slowStore: (ms) => {
      slowUntil = scheduler.now() + ms;
    },
  };
};

const relayOptions = (kind: DispatcherKind) => ({
  kind,
  accountRates: { smpp: SETTINGS.smppRate, http: SETTINGS.httpRate },
  numberRate: () => null,
  messageTtlMs: SETTINGS.messageTtlMs,
  fallbackAfterMs: SETTINGS.fallbackAfterMs,
  quarantineMs: SETTINGS.quarantineMs,
  textRetentionMs: null,
  messageRetentionMs: null,
  leaseMs: SETTINGS.leaseMs,
  heartbeatMs: SETTINGS.heartbeatMs,
  sweepMs: SETTINGS.sweepMs,
  partsTimeoutMs: SETTINGS.partsTimeoutMs,
  receiptGraceMs: SETTINGS.receiptGraceMs,
  pruneEvery: SETTINGS.pruneEvery,
});
